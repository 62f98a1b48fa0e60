//! Coverage: account × region × day, do we have any log at all.

use super::frame::Frame;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One account and region, and the days of the frame on which it has logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageRow {
    pub account: String,
    pub region: String,
    pub days_with_logs: u32,
    /// Days between its own first log and the frame's end.
    pub days_expected: u32,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    pub frame: Frame,
    pub rows: Vec<CoverageRow>,
    /// Covered ÷ expected account-region-days, 0 to 1; `None` without any log.
    pub share: Option<f64>,
}
