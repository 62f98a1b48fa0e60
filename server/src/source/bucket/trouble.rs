//! What went wrong, and what to do about it.

use app::model::source::WrongPlace;
use serde::{Deserialize, Serialize};

/// A request that failed for good, however often it was tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{words}")]
pub struct Trouble {
    pub kind: Kind,
    /// What is wrong, where, and what to do, for the user.
    pub words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A place that cannot be, as it was typed.
    Place,
    /// An endpoint that is not allowed, or a bucket that lies elsewhere.
    Endpoint,
    NoCredentials,
    /// The credentials are right, but not for this.
    Denied,
    NoBucket,
    NoQueue,
    /// The object was deleted since it was listed.
    Gone,
    /// The object was overwritten while it was being read.
    Changed,
    /// The object must be restored before it can be read.
    Archived,
    /// The object is larger than any log.
    TooLarge,
    /// This machine's clock is wrong.
    ClockSkew,
    /// The store cannot answer now.
    Busy,
    /// Nobody answers.
    Unreachable,
    /// Where large objects are kept until they are read, nothing can be written.
    Spool,
    Other,
}

impl Trouble {
    #[must_use]
    pub fn new(kind: Kind, words: impl Into<String>) -> Self {
        Self { kind, words: words.into() }
    }

    /// It may go well later without anybody doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, Kind::Busy | Kind::Changed | Kind::Unreachable | Kind::Spool)
    }

    /// The store answers, and says this of the object alone.
    #[must_use]
    pub fn is_of_object(&self) -> bool {
        matches!(self.kind, Kind::Gone | Kind::Changed)
    }

    /// Nothing else of the bucket can be had either.
    #[must_use]
    pub fn is_of_bucket(&self) -> bool {
        matches!(
            self.kind,
            Kind::Place | Kind::Endpoint | Kind::NoCredentials | Kind::NoBucket | Kind::ClockSkew | Kind::Unreachable
        )
    }
}

impl From<WrongPlace> for Trouble {
    fn from(wrong: WrongPlace) -> Self {
        Self::new(Kind::Place, wrong.to_string())
    }
}
