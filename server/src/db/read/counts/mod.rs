//! How many calls: by time, service and version, from the smallest table that answers it.

mod packed;
mod per_day;
mod per_hour;
mod sums;

use super::filter::Filter;
use app::model::frame::{Frame, Grain, midnight};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

/// What a sum is split by. What is left out is `None` in every [`Count`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct By {
    pub time: Option<Grain>,
    pub service: bool,
    pub tls: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Start of the bucket.
    pub time: Option<DateTime<Utc>>,
    pub service: Option<i32>,
    pub tls: Option<i16>,
    pub calls: i64,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

/// From when to when, and on which boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Both inclusive.
    Days(NaiveDate, NaiveDate),
    /// The end is exclusive.
    Hours(DateTime<Utc>, DateTime<Utc>),
}

impl Span {
    pub fn of(frame: &Frame) -> Self {
        let (first, last) = frame.days();
        if frame.is_whole_days() { Self::Days(first, last) } else { Self::Hours(frame.from, frame.to) }
    }
}

/// Counts calls. Rows come in no particular order.
pub async fn counts(conn: &mut PgConnection, span: Span, filter: &Filter, by: By) -> sqlx::Result<Vec<Count>> {
    match (hours(span, by), filter.is_per_service()) {
        (None, true) => per_day::service_day(conn, days(span), filter, by).await,
        (None, false) => packed::call_pack(conn, days(span), filter, by).await,
        (Some(hours), true) => per_hour::service_hour(conn, hours, filter, by).await,
        (Some(hours), false) => per_hour::call_hour(conn, hours, filter, by).await,
    }
}

fn hours(span: Span, by: By) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    match span {
        Span::Hours(from, to) => Some((from, to)),
        Span::Days(first, last) if by.time == Some(Grain::Hour) => {
            Some((midnight(first), midnight(last) + chrono::TimeDelta::days(1)))
        }
        Span::Days(..) => None,
    }
}

fn days(span: Span) -> (NaiveDate, NaiveDate) {
    match span {
        Span::Days(first, last) => (first, last),
        Span::Hours(from, to) => (from.date_naive(), to.date_naive()),
    }
}
