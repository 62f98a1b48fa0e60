//! The frame: a view with every default resolved against the data and today.

use super::{deadline::Deadline, text::text_enum, tls::TlsVersion};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Timelike, Utc};
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
    /// The finer grain that the view asked for, where it would draw more than [`MAX_POINTS`] points.
    pub asked_grain: Option<Grain>,
    /// The real date (UTC).
    pub today: NaiveDate,
    /// The date that sentences speak as of: `today`, or the last covered day when the newest log is older than 14 days.
    pub as_of: NaiveDate,
    /// First and last day that have logs at all; `None` on an empty database.
    pub logged: Option<(NaiveDate, NaiveDate)>,
    /// The deadline that the page is held against.
    pub deadline: Option<Deadline>,
}

/// More points than this are more than a screen has; the grain gets coarser instead (months always fit).
pub const MAX_POINTS: i64 = 2_000;

/// Logs older than this many days are old news: sentences then speak as of the last day that has logs.
const STALE_AFTER: i64 = 14;

impl Frame {
    /// The lowest version that the deadline allows; TLS 1.2 where no deadline is chosen.
    pub fn minimum(&self) -> TlsVersion {
        self.deadline.as_ref().map_or(TlsVersion::Tls12, |d| d.minimum)
    }

    /// First and last day that the frame touches, both inclusive.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        (self.from.date_naive(), (self.to - chrono::TimeDelta::seconds(1)).date_naive())
    }

    /// Whether both ends lie on midnight, so that counts per day answer it.
    pub fn is_whole_days(&self) -> bool {
        [self.from, self.to].iter().all(|t| t.time() == NaiveTime::MIN)
    }

    /// Start of each bucket, without gaps. The first and the last may reach beyond the frame.
    pub fn times(&self) -> Vec<DateTime<Utc>> {
        std::iter::successors(Some(self.grain.floor(self.from)), |time| self.grain.next(*time))
            .take_while(|time| *time < self.to)
            .collect()
    }

    /// Whether the deadline is past, as of the day that sentences speak of.
    pub fn is_past_deadline(&self) -> bool {
        self.deadline.as_ref().is_some_and(|d| d.date < self.as_of)
    }
}

/// See [`Frame::as_of`].
pub fn as_of(today: NaiveDate, last_logged: Option<NaiveDate>) -> NaiveDate {
    match last_logged {
        Some(last) if (today - last).num_days() > STALE_AFTER => last,
        _ => today,
    }
}

impl Grain {
    /// Chosen by the width of the range, so that a chart has some fifty to two hundred points.
    pub const fn for_days(days: i64) -> Self {
        match days {
            ..=3 => Self::Hour,
            4..=200 => Self::Day,
            201..=1000 => Self::Week,
            _ => Self::Month,
        }
    }

    /// This grain, or the next coarser one that draws at most [`MAX_POINTS`] points.
    pub fn that_fits(self, days: i64) -> Self {
        let points = |grain| match grain {
            Self::Hour => days * 24,
            Self::Day => days,
            Self::Week => days / 7,
            Self::Month => 0,
        };
        Self::ALL.into_iter().find(|grain| *grain >= self && points(*grain) <= MAX_POINTS).unwrap_or(Self::Month)
    }

    /// The start of the bucket that holds this time.
    pub fn floor(self, time: DateTime<Utc>) -> DateTime<Utc> {
        let day = time.date_naive();
        match self {
            Self::Hour => midnight(day) + chrono::TimeDelta::hours(i64::from(time.hour())),
            Self::Day => midnight(day),
            Self::Week => midnight(day - Days::new(u64::from(day.weekday().num_days_from_monday()))),
            Self::Month => midnight(day - Days::new(u64::from(day.day0()))),
        }
    }

    /// The start of the next bucket.
    pub fn next(self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Hour => time.checked_add_signed(chrono::TimeDelta::hours(1)),
            Self::Day => time.checked_add_days(Days::new(1)),
            Self::Week => time.checked_add_days(Days::new(7)),
            Self::Month => time.checked_add_months(Months::new(1)),
        }
    }
}

/// The beginning of a day.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn buckets_begin_on_mondays_and_firsts() {
        let wednesday = time("2023-06-28T09:31:07Z");
        assert_eq!(Grain::Hour.floor(wednesday), time("2023-06-28T09:00:00Z"));
        assert_eq!(Grain::Day.floor(wednesday), time("2023-06-28T00:00:00Z"));
        assert_eq!(Grain::Week.floor(wednesday), time("2023-06-26T00:00:00Z"));
        assert_eq!(Grain::Month.floor(wednesday), time("2023-06-01T00:00:00Z"));
        assert_eq!(Grain::Month.next(time("2024-01-01T00:00:00Z")), Some(time("2024-02-01T00:00:00Z")));
    }

    #[test]
    fn the_grain_follows_the_width() {
        let grains = [1, 3, 4, 90, 200, 201, 366, 1000, 1001].map(Grain::for_days);
        use Grain::*;
        assert_eq!(grains, [Hour, Hour, Day, Day, Day, Week, Week, Week, Month]);
    }

    #[test]
    fn too_fine_a_grain_gets_coarser() {
        assert_eq!(Grain::Hour.that_fits(80), Grain::Hour);
        assert_eq!(Grain::Hour.that_fits(90), Grain::Day);
        assert_eq!(Grain::Hour.that_fits(73_000), Grain::Month);
        assert_eq!(Grain::Month.that_fits(1), Grain::Month);
    }

    #[test]
    fn old_logs_speak_as_of_their_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-07-15");
        assert_eq!(as_of(today, None), today);
        assert_eq!(as_of(today, Some(day("2026-07-01"))), today);
        assert_eq!(as_of(today, Some(day("2026-06-30"))), day("2026-06-30"));
        assert_eq!(as_of(today, Some(day("2027-01-01"))), today);
    }
}
