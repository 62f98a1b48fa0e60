//! When work is done: per day and per hour.

use super::random::Random;
use chrono::{Datelike as _, NaiveDate, Weekday};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// Round the clock.
    Steady,
    /// People and what serves them: weekdays, by day.
    Office,
    Nightly,
    Weekly(Weekday),
    /// First of the month.
    Monthly,
    /// Twelfth of January, April, July, October.
    Quarterly,
}

/// Weights of the hours of a day (UTC).
const ALL_DAY: [u32; 24] = [5, 5, 5, 5, 5, 6, 6, 7, 8, 8, 8, 8, 7, 8, 8, 8, 8, 7, 7, 6, 6, 6, 5, 5];
const BY_DAY: [u32; 24] = [1, 1, 1, 1, 1, 1, 2, 5, 9, 12, 12, 11, 9, 11, 12, 11, 9, 7, 4, 3, 2, 2, 1, 1];
const AT_NIGHT: [u32; 24] = [0, 2, 9, 6, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

impl Rhythm {
    /// How busy a day is; a working day of [`Self::Steady`] is 1.
    pub(super) fn of_day(self, day: NaiveDate) -> f64 {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let holidays = (day.month(), day.day()) >= (12, 24) || day.ordinal() == 1;
        match self {
            Self::Steady if holidays => 0.75,
            Self::Steady if weekend => 0.85,
            Self::Steady | Self::Nightly => 1.0,
            Self::Office if holidays => 0.1,
            Self::Office if weekend => 0.12,
            Self::Office => 1.0,
            Self::Weekly(weekday) => f64::from(day.weekday() == weekday),
            Self::Monthly => f64::from(day.day() == 1),
            Self::Quarterly => f64::from(day.day() == 12 && day.month() % 3 == 1),
        }
    }

    /// A second of the day; `shift` moves working hours to the west (hours).
    pub(super) fn second(self, shift: u32, random: &mut Random) -> u32 {
        let weights = match self {
            Self::Steady => &ALL_DAY,
            Self::Office => &BY_DAY,
            _ => &AT_NIGHT,
        };
        let hour = (random.weighted(weights.iter().copied()) as u32 + shift) % 24;
        hour * 3600 + random.below(3600) as u32
    }
}
