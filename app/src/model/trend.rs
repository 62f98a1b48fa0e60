//! Calls over time.

use super::{frame::Frame, tls::TlsVersion};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One number of a trend, as the API gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub time: DateTime<Utc>,
    pub service: String,
    pub tls_version: TlsVersion,
    pub calls: i64,
}

/// Calls by time, service and version, without the points that are zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Points {
    pub frame: Frame,
    pub points: Vec<Point>,
}

/// Deprecated calls per service over time. Every vector of numbers has one entry per entry of `times`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    pub frame: Frame,
    /// Start of each bucket, without gaps, from the frame's start to its end.
    pub times: Vec<DateTime<Utc>>,
    /// Services with deprecated calls, most calls first.
    pub series: Vec<Series>,
    /// All calls, whatever their version: the base of "share of all calls".
    pub all_calls: Vec<i64>,
    /// Buckets for which no log exists at all: zero there means unknown, not clean.
    pub without_logs: Vec<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub service: String,
    pub calls: Vec<i64>,
}

/// A [`Trend`] as SVG elements in the colours of the page, for where there is room and for phones.
#[derive(Debug, Clone)]
pub struct DrawnTrend {
    pub wide: String,
    pub narrow: String,
}

/// All calls by TLS version over time, same conventions as [`Trend`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Versions {
    pub frame: Frame,
    pub times: Vec<DateTime<Utc>>,
    /// In the order of [`TlsVersion::ALL`]; versions that never occur are left out.
    pub series: Vec<(TlsVersion, Vec<i64>)>,
    pub without_logs: Vec<bool>,
}
