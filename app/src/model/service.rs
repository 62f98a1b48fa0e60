//! What is known of one service.

use super::{call::Scope, frame::Frame, tls::TlsVersion, verdict::Verdict};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceRow {
    pub scope: Scope,
    pub service: String,
    /// Calls per version within the frame, in the order of [`TlsVersion::ALL`]; absent versions left out.
    pub calls: Vec<(TlsVersion, i64)>,
    /// Callers seen with a deprecated version within the frame.
    pub callers: i64,
    /// Of these, open as of the frame's `as_of`.
    pub open_callers: i64,
    /// First and last day with a deprecated call within the frame.
    pub first_seen: Option<NaiveDate>,
    pub last_seen: Option<NaiveDate>,
    /// Deprecated calls per bucket of the trend (at most 60 buckets), for the small line.
    pub spark: Vec<i64>,
    pub verdict: Verdict,
}

impl ServiceRow {
    pub fn total(&self) -> i64 {
        self.calls.iter().map(|(_, n)| n).sum()
    }

    pub fn of(&self, version: TlsVersion) -> i64 {
        self.calls.iter().find(|(v, _)| *v == version).map_or(0, |(_, n)| *n)
    }

    pub fn deprecated(&self, minimum: TlsVersion) -> i64 {
        self.calls.iter().filter(|(v, _)| v.is_below(minimum)).map(|(_, n)| n).sum()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Services {
    pub frame: Frame,
    pub rows: Vec<ServiceRow>,
}
