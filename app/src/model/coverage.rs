//! Coverage: account × region × day, do we have any log at all.
//!
//! A day is *expected* from the first log of its account and region on: zero calls without a log is unknown, not clean.
//! A region that nobody uses any more writes no logs either. So [`SILENT_AFTER`] days after its last log it counts as
//! *silent*, and a day is expected of it no longer, as long as the account has logs of another region on that day: these
//! show that its logs are still written and read. A region that logs again had a gap all the while.

use super::{frame::Frame, open::CoveredDays};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Days without a log after which a region is silent rather than missing.
pub const SILENT_AFTER: u64 = 14;

/// One account and region, and the days of the frame on which it has logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageRow {
    pub account: String,
    pub region: String,
    pub days_with_logs: u32,
    /// Days between its own first log and the frame's end, without those on which it is silent.
    pub days_expected: u32,
    pub days_silent: u32,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// Expected days without a log.
    pub gaps: Vec<Gap>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    pub frame: Frame,
    pub rows: Vec<CoverageRow>,
    /// Covered ÷ expected account-region-days, 0 to 1; `None` without any log.
    pub share: Option<f64>,
}

/// Days in a row without a log, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Gap {
    pub fn days(self) -> i64 {
        days(self.first, self.last)
    }
}

/// Days with logs: of one account and region, and of the account in any region.
#[derive(Debug, Clone, Copy)]
pub struct Logged<'a> {
    pub own: &'a CoveredDays,
    pub account: &'a CoveredDays,
}

/// Counts of days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub covered: i64,
    pub expected: i64,
    pub silent: i64,
}

impl Tally {
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            covered: self.covered + other.covered,
            expected: self.expected + other.expected,
            silent: self.silent + other.silent,
        }
    }
}

impl Logged<'_> {
    /// The days between `first` and `last`, both inclusive.
    pub fn tally(&self, first: NaiveDate, last: NaiveDate) -> Tally {
        let Some((own_first, silent_from)) = self.own.first().zip(self.silent_from()) else { return Tally::default() };
        let first = first.max(own_first);
        let covered = self.own.count(first, last) as i64;
        let silent = self.account.count(first.max(silent_from), last) as i64;
        Tally { covered, expected: days(first, last) - silent, silent }
    }

    /// The expected days among them that have no log, as runs.
    pub fn gaps(&self, first: NaiveDate, last: NaiveDate) -> Vec<Gap> {
        let Some((own_first, silent_from)) = self.own.first().zip(self.silent_from()) else { return Vec::new() };
        let is_missing =
            |day: &NaiveDate| !self.own.contains(*day) && (*day < silent_from || !self.account.contains(*day));
        let mut gaps: Vec<Gap> = Vec::new();
        for day in first.max(own_first).iter_days().take_while(|day| *day <= last).filter(is_missing) {
            match gaps.last_mut() {
                Some(gap) if gap.last.succ_opt() == Some(day) => gap.last = day,
                _ => gaps.push(Gap { first: day, last: day }),
            }
        }
        gaps
    }

    /// Days on which a call would have been seen: those with a log, and those on which the region is silent.
    #[must_use]
    pub fn watched(&self) -> CoveredDays {
        let silent = self.account.iter().filter(|day| self.silent_from().is_some_and(|from| *day >= from));
        CoveredDays::new(self.own.iter().chain(silent).collect())
    }

    fn silent_from(&self) -> Option<NaiveDate> {
        self.own.last()?.checked_add_days(Days::new(SILENT_AFTER + 1))
    }
}

fn days(first: NaiveDate, last: NaiveDate) -> i64 {
    ((last - first).num_days() + 1).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
    }

    fn covered(days: impl IntoIterator<Item = u64>) -> CoveredDays {
        CoveredDays::new(days.into_iter().map(day).collect())
    }

    fn gap(first: u64, last: u64) -> Gap {
        Gap { first: day(first), last: day(last) }
    }

    #[test]
    fn a_region_that_is_used_no_more_falls_silent() {
        let (own, account) = (covered([3, 4]), covered(0..100));
        let logged = Logged { own: &own, account: &account };
        assert_eq!(logged.tally(day(0), day(99)), Tally { covered: 2, expected: 16, silent: 81 });
        assert_eq!(logged.gaps(day(0), day(99)), [gap(5, 18)]);
        assert_eq!(logged.tally(day(50), day(99)), Tally { covered: 0, expected: 0, silent: 50 });
    }

    #[test]
    fn a_caller_in_a_silent_region_turns_quiet() {
        let (own, account) = (covered([3, 4]), covered(0..100));
        let watched = Logged { own: &own, account: &account }.watched();
        assert_eq!(watched.iter().take(3).collect::<Vec<_>>(), [day(3), day(4), day(19)]);
        assert_eq!(watched.quiet_from(day(4)), Some(day(32)));
    }

    #[test]
    fn a_caller_stays_open_while_the_whole_account_is_dark() {
        let own = covered(0..10);
        assert_eq!(Logged { own: &own, account: &own }.watched(), own);
    }

    #[test]
    fn an_account_that_stops_altogether_has_a_gap() {
        let own = covered(0..10);
        let logged = Logged { own: &own, account: &own };
        assert_eq!(logged.tally(day(0), day(99)), Tally { covered: 10, expected: 100, silent: 0 });
        assert_eq!(logged.gaps(day(0), day(99)), [gap(10, 99)]);
    }

    #[test]
    fn a_region_that_logs_again_had_a_gap() {
        let (own, account) = (covered([0, 1, 60]), covered(0..61));
        let logged = Logged { own: &own, account: &account };
        assert_eq!(logged.gaps(day(0), day(60)), [gap(2, 59)]);
        assert_eq!(logged.tally(day(0), day(60)), Tally { covered: 3, expected: 61, silent: 0 });
    }

    #[test]
    fn a_silent_region_is_expected_while_its_account_is_dark() {
        let (own, account) = (covered([0]), covered((0..20).chain(25..40)));
        let logged = Logged { own: &own, account: &account };
        assert_eq!(logged.gaps(day(0), day(39)), [gap(1, 14), gap(20, 24)]);
    }

    proptest! {
        #[test]
        fn counting_agrees_with_the_gaps(
            own in prop::collection::btree_set(0_u64..60, 0..60),
            others in prop::collection::btree_set(0_u64..80, 0..80),
            first in 0_u64..80, length in 0_u64..40,
        ) {
            let account: BTreeSet<u64> = own.union(&others).copied().collect();
            let (own, account) = (covered(own), covered(account));
            let logged = Logged { own: &own, account: &account };
            let (first, last) = (day(first), day(first + length));
            let tally = logged.tally(first, last);
            let missing: i64 = logged.gaps(first, last).into_iter().map(Gap::days).sum();
            prop_assert_eq!(tally.expected, tally.covered + missing);
            let watched = logged.watched().count(first, last) as i64;
            prop_assert_eq!(watched, tally.covered + tally.silent);
        }
    }
}
