//! The frame: a view with every default resolved against the data and today.

use super::{deadline::Deadline, text::text_enum, tls::TlsVersion};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The width of one point of a trend. Weeks start on Monday, everything is UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    Hour,
    #[default]
    Day,
    Week,
    Month,
}

text_enum!(Grain, "a grain", { Hour = "hour", Day = "day", Week = "week", Month = "month" });

/// What a view means for the data at hand: every panel is drawn inside the same frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Inclusive, on a boundary of `grain`'s hour or day.
    pub from: DateTime<Utc>,
    /// Exclusive.
    pub to: DateTime<Utc>,
    pub grain: Grain,
    /// The real date (UTC).
    pub today: NaiveDate,
    /// The date that sentences speak as of: `today`, or the last covered day when the newest log is older than 14 days.
    pub as_of: NaiveDate,
    /// First and last day that have logs at all; `None` on an empty database.
    pub logged: Option<(NaiveDate, NaiveDate)>,
    /// The deadline that the page is held against.
    pub deadline: Option<Deadline>,
}

impl Frame {
    /// The lowest version that the deadline allows; TLS 1.2 where no deadline is chosen.
    pub fn minimum(&self) -> TlsVersion {
        self.deadline.as_ref().map_or(TlsVersion::Tls12, |d| d.minimum)
    }
}
