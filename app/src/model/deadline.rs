//! Deadlines: what is forbidden from when on, and how the date moved.

use super::{call::Scope, text::text_enum, tls::TlsVersion};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A date from which versions below `minimum` are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deadline {
    pub id: i64,
    pub name: String,
    /// The date in force now; earlier ones are in `history`.
    pub date: NaiveDate,
    /// `None`: every scope.
    pub scope: Option<Scope>,
    /// Services it applies to; empty means all of them.
    pub services: Vec<String>,
    /// The lowest version that stays allowed.
    pub minimum: TlsVersion,
    pub source_url: String,
    pub note: String,
    /// Came with the product (still editable), or with the demo data.
    pub origin: Origin,
    /// Every date it ever had, oldest first; the last one is `date`.
    pub history: Vec<Revision>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Preset,
    Own,
    Demo,
}

text_enum!(Origin, "an origin", { Preset = "preset", Own = "own", Demo = "demo" });

/// One date that a deadline had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    pub date: NaiveDate,
    /// The day on which this date became known.
    pub announced: NaiveDate,
    pub note: String,
}

/// What a form sends to add or change a deadline. A changed date adds a revision, it never overwrites one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadlineEdit {
    /// `None` adds one.
    pub id: Option<i64>,
    pub name: String,
    pub date: NaiveDate,
    pub scope: Option<Scope>,
    pub services: Vec<String>,
    pub minimum: TlsVersion,
    pub source_url: String,
    pub note: String,
}

impl Deadline {
    /// Whether the deadline's rule speaks about this service.
    pub fn applies_to(&self, scope: Scope, service: &str) -> bool {
        self.scope.is_none_or(|s| s == scope)
            && (self.services.is_empty() || self.services.iter().any(|s| s == service))
    }
}
