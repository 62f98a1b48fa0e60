//! The answer on top of every page.

use super::{forecast::Forecast, frame::Frame, tls::UnknownReason, verdict::State};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub frame: Frame,
    pub state: State,
    /// One or two sentences that answer the question.
    pub sentence: String,
    pub open_services: i64,
    pub open_callers: i64,
    pub forecast: Forecast,
    /// Covered ÷ expected account-region-days of the frame, 0 to 1.
    pub coverage: Option<f64>,
    /// How many pairs of account and region are silent, and the last log of the one that fell silent first.
    pub silent: Option<(i64, NaiveDate)>,
    pub calls: i64,
    pub deprecated_calls: i64,
    /// Calls within the frame without a TLS version, by reason, most first.
    pub unknown: Vec<(UnknownReason, i64)>,
    /// Deprecated calls after the deadline, where it is past ("still seen after").
    pub calls_after_deadline: i64,
}

/// What the filters offer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub services: Vec<String>,
}
