//! Open and quiet callers.
//!
//! A caller is *open* while it was seen with a deprecated version in the last 14 days that have coverage in its
//! account and region, then *quiet* since its last call; seen again, it is open again.

use super::{forecast::Forecast, frame::Frame};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Covered days without a deprecated call after which a caller is quiet.
pub const QUIET_AFTER: usize = 14;

/// How many callers were open on each day, and where that leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenCallers {
    pub frame: Frame,
    pub days: Vec<NaiveDate>,
    /// One entry per day.
    pub open: Vec<u32>,
    pub without_logs: Vec<bool>,
    pub forecast: Forecast,
}
