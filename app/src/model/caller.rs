//! Callers: what a team acts on.

use super::{call::Scope, frame::Frame, tls::TlsVersion};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// account × service × principal × user agent × source address, with what was seen of it within the frame.
/// Every text is written by whoever made the call: show it, never trust it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallerRow {
    pub scope: Scope,
    pub account: String,
    pub service: String,
    pub principal: String,
    pub user_agent: String,
    pub source_address: String,
    /// The deprecated versions it used.
    pub tls_versions: Vec<TlsVersion>,
    /// Deprecated calls within the frame.
    pub calls: i64,
    pub first_seen: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    pub open: bool,
}

/// Callers per page.
pub const PAGE_SIZE: u32 = 50;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallerPage {
    pub frame: Frame,
    /// All that match, on every page.
    pub total: i64,
    /// From 1.
    pub page: u32,
    pub rows: Vec<CallerRow>,
    /// Part of the frame for which caller detail was not kept (a deadline asks for more than `detail_below`).
    pub detail_missing: bool,
}
