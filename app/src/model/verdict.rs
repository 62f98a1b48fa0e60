//! States and verdicts: the answer, and the sentence that says why.

use serde::{Deserialize, Serialize};

/// The state of a view against its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Zero is forecast before the deadline.
    OnTrack,
    /// Zero is forecast after it, or there is no forecast while callers are open.
    AtRisk,
    /// The deadline is past and callers are open.
    Missed,
    /// None open and coverage at least 90 %.
    Clear,
    Unknown,
}

/// Per service: is it safe to enforce?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub safe: Safe,
    /// Why, in one sentence without a full stop.
    pub why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safe {
    No,
    Unknown,
    Yes,
}
