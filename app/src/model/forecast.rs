//! When open callers reach zero: Theil–Sen slope with a block-bootstrap band.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// When the number of open callers reaches zero, if it goes on as in the last eight weeks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forecast {
    /// Zero is reached on `zero`; with 80 % between `early` and `late` (`None`: not within ten years).
    Zero {
        zero: NaiveDate,
        early: NaiveDate,
        late: Option<NaiveDate>,
        per_day: f64,
    },
    /// Nothing is open any more.
    Reached,
    None(NoForecast),
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoForecast {
    /// The slope is flat or rising.
    NotFalling,
    /// Fewer than 14 covered days in the last eight weeks.
    TooFewDays,
    /// Less than 90 % of the last eight weeks is covered.
    LowCoverage,
}
