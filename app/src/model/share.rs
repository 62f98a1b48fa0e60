//! Shares: links that show a statement to somebody without an account.

use super::{
    statement::{Masking, Statement},
    text::text_enum,
};
use crate::view::View;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a share shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareKind {
    /// The numbers as they were when it was made.
    #[default]
    Frozen,
    /// The numbers as they are when it is looked at.
    Live,
}

text_enum!(ShareKind, "a kind of share", { Frozen = "frozen", Live = "live" });

/// Whether a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareState {
    Active,
    /// Until it is resumed.
    Paused,
    /// Until it gets a later expiry.
    Expired,
    /// For good.
    Revoked,
}

text_enum!(ShareState, "a state of a share", {
    Active = "active", Paused = "paused", Expired = "expired", Revoked = "revoked",
});

/// A share, without what it shows and without its link, which nobody knows any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub id: i64,
    pub title: String,
    pub note: String,
    pub kind: ShareKind,
    pub state: ShareState,
    pub creator: String,
    pub created: DateTime<Utc>,
    pub expires: DateTime<Utc>,
    pub has_password: bool,
    /// The recipient may leave out days and services.
    pub may_narrow: bool,
    pub masking: Masking,
    pub views: i64,
    pub last_view: Option<DateTime<Utc>>,
}

/// What somebody wants to share, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareDraft {
    pub view: View,
    pub title: String,
    pub note: String,
    pub kind: ShareKind,
    /// From now.
    pub days: u32,
    pub password: Option<String>,
    pub masking: Masking,
    pub may_narrow: bool,
}

/// Days until a share expires, unless something else is asked for.
pub const USUAL_DAYS: u32 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareChange {
    Pause,
    Resume,
    /// The last day on which it opens.
    Expire(NaiveDate),
    /// Gives it a new link; the old one is dead at once.
    Rotate,
    Revoke,
}

/// What somebody brings who opens a link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Knock {
    pub password: Option<String>,
    /// What a right password was answered with.
    pub key: Option<String>,
    /// Somebody looks at it: that is counted, and noted. A program that only shows what a link leads to does not.
    pub is_view: bool,
}

/// What a link leads to.
#[derive(Debug, Clone)]
pub enum Opening {
    /// There is no such link.
    Missing,
    /// There were too many of those from the same address: none is looked for until then.
    TooMany(DateTime<Utc>),
    /// It is paused.
    Paused,
    /// It is expired, revoked, or was replaced by another one.
    Gone,
    /// It wants a password.
    Locked(Lock),
    Open(Box<Opened>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    Closed,
    /// A password was given, and it was wrong.
    Wrong,
    /// Too many were wrong: none is looked at until then.
    Until(DateTime<Utc>),
}

/// A share that is looked at.
#[derive(Debug, Clone)]
pub struct Opened {
    pub share: Share,
    pub statement: Arc<Statement>,
    /// Opens it again for a while, where it has a password.
    pub key: Option<String>,
    /// SHA-256 of the evidence in hexadecimal digits, where that is always the same file: a live one says something else
    /// the next time.
    pub evidence: Option<String>,
}
