//! Open and quiet callers.
//!
//! A caller is *open* while it was seen with a deprecated version in the last 14 days on which its account and region
//! are watched: they have a log, or the region is silent (see [`super::coverage`]). Then it is *quiet* since its last
//! call; seen again, it is open again. A caller that was seen in several regions is open while it is open in one of them.

use super::{forecast::Forecast, frame::Frame};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Watched days without a deprecated call after which a caller is quiet.
pub const QUIET_AFTER: usize = 14;

/// How many callers were open on each day, and where that leads. The days end at the frame's `as_of`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenCallers {
    pub frame: Frame,
    pub days: Vec<NaiveDate>,
    /// One entry per day.
    pub open: Vec<u32>,
    pub without_logs: Vec<bool>,
    pub forecast: Forecast,
}

/// Days on which one account and region have logs, or are watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoveredDays(Vec<NaiveDate>);

impl CoveredDays {
    pub fn new(mut days: Vec<NaiveDate>) -> Self {
        days.sort_unstable();
        days.dedup();
        Self(days)
    }

    /// Ascending.
    pub fn iter(&self) -> impl Iterator<Item = NaiveDate> {
        self.0.iter().copied()
    }

    pub fn first(&self) -> Option<NaiveDate> {
        self.0.first().copied()
    }

    pub fn last(&self) -> Option<NaiveDate> {
        self.0.last().copied()
    }

    /// How many lie between two days, both inclusive.
    pub fn count(&self, first: NaiveDate, last: NaiveDate) -> usize {
        self.through(last).saturating_sub(self.0.partition_point(|day| *day < first))
    }

    pub fn contains(&self, day: NaiveDate) -> bool {
        self.0.binary_search(&day).is_ok()
    }

    /// A caller last seen on this day or later is open on the day `on`; `None` before there was any log.
    pub fn open_since(&self, on: NaiveDate) -> Option<NaiveDate> {
        let covered = self.through(on);
        (covered > 0).then(|| self.0[covered.saturating_sub(QUIET_AFTER)])
    }

    /// The day on which a caller seen on `seen` turns quiet, unless it is seen again; `None` while that is to come.
    pub fn quiet_from(&self, seen: NaiveDate) -> Option<NaiveDate> {
        let later = self.through(seen);
        self.0.get(later + QUIET_AFTER - 1).copied()
    }

    /// The same for each of `length` days from `first` on, all numbered from there; a number that no day has: to come.
    pub fn quiet_days(&self, first: NaiveDate, length: usize) -> Vec<usize> {
        let number = |day: NaiveDate| usize::try_from((day - first).num_days()).unwrap_or(0);
        let quiet = days_from(first, length).into_iter().map(|day| self.quiet_from(day).map_or(usize::MAX, number));
        quiet.collect()
    }

    fn through(&self, day: NaiveDate) -> usize {
        self.0.partition_point(|d| *d <= day)
    }
}

/// Days on which one caller was seen in one region; there may be more in another item. Days are numbered from one day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sightings<'a> {
    pub caller: i64,
    /// Bit n of the words: seen on day n.
    pub days: &'a [u64],
    /// [`CoveredDays::quiet_days`] of the caller's account and this region.
    pub quiet: &'a [usize],
}

impl Sightings<'_> {
    /// The numbers of the days, ascending.
    pub fn days(&self) -> impl Iterator<Item = usize> {
        self.days.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

/// The number of open callers on each of `length` days from the day numbered `first` on. `sightings` must reach back to
/// [`CoveredDays::open_since`] the first day, and those of one caller must follow each other.
pub fn open_per_day<'a>(first: usize, length: usize, sightings: impl IntoIterator<Item = Sightings<'a>>) -> Vec<u32> {
    let mut change = vec![0_i32; length + 1];
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut current = None;
    let at = |day: usize| day.saturating_sub(first).min(length);
    for seen in sightings {
        if current.is_some_and(|caller| caller != seen.caller) {
            add_up(&mut spans, &mut change);
        }
        current = Some(seen.caller);
        spans.extend(seen.days().map(|day| (at(day), seen.quiet.get(day).map_or(length, |quiet| at(*quiet)))));
    }
    add_up(&mut spans, &mut change);
    let open = change.iter().scan(0, |open, change| {
        *open += change;
        Some(*open)
    });
    open.take(length).map(|open| u32::try_from(open).unwrap_or(0)).collect()
}

/// Adds the union of one caller's spans to the changes per day.
fn add_up(spans: &mut Vec<(usize, usize)>, change: &mut [i32]) {
    spans.sort_unstable();
    let mut covered_to = 0;
    for (start, end) in spans.drain(..) {
        let start = start.max(covered_to);
        if start < end {
            change[start] += 1;
            change[end] -= 1;
            covered_to = end;
        }
    }
}

/// `length` days from `first` on.
pub fn days_from(first: NaiveDate, length: usize) -> Vec<NaiveDate> {
    (0..length as u64).map(|n| first + Days::new(n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
    }

    fn covered(days: impl IntoIterator<Item = u64>) -> CoveredDays {
        CoveredDays::new(days.into_iter().map(day).collect())
    }

    #[test]
    fn a_caller_stays_open_for_fourteen_covered_days() {
        let covered = covered(0..60);
        assert_eq!(covered.quiet_from(day(10)), Some(day(24)));
        assert_eq!(covered.open_since(day(23)), Some(day(10)));
        assert_eq!(covered.open_since(day(24)), Some(day(11)));
        let quiet = covered.quiet_days(day(0), 60);
        let seen = Sightings { caller: 1, days: &[1 << 10], quiet: &quiet };
        let open = open_per_day(8, 20, [seen]);
        assert_eq!(open.iter().sum::<u32>(), 14);
        assert_eq!((open[1], open[2], open[15], open[16]), (0, 1, 1, 0));
    }

    #[test]
    fn days_without_logs_do_not_make_a_caller_quiet() {
        let covered = covered((0..=10).chain(40..60));
        assert_eq!(covered.quiet_from(day(10)), Some(day(53)));
        assert_eq!(covered.open_since(day(39)), Some(day(0)));
        assert_eq!(covered.quiet_from(day(50)), None);
    }

    #[test]
    fn nothing_is_open_before_the_first_log() {
        assert_eq!(covered(5..9).open_since(day(4)), None);
        assert_eq!(covered([]).open_since(day(4)), None);
    }

    #[test]
    fn coverage_counts_both_ends() {
        let covered = covered([1, 3, 5]);
        assert_eq!(covered.count(day(1), day(5)), 3);
        assert_eq!(covered.count(day(2), day(4)), 1);
        assert_eq!(covered.count(day(6), day(2)), 0);
    }

    /// The definition, word by word.
    fn is_open(on: NaiveDate, covered: &BTreeSet<NaiveDate>, seen: &BTreeSet<NaiveDate>) -> bool {
        covered.range(..=on).rev().take(QUIET_AFTER).any(|day| seen.contains(day))
    }

    proptest! {
        #[test]
        fn counting_agrees_with_the_definition(
            regions in prop::collection::vec(prop::collection::btree_set(0_u64..80, 0..80), 2),
            seen in prop::collection::btree_map((0_i64..6, 0_usize..2), prop::collection::btree_set(0_u64..80, 0..12), 0..10),
            start in 0_u64..80,
        ) {
            // Whoever was seen left a log: the day is covered.
            let days: Vec<BTreeSet<NaiveDate>> = regions.iter().enumerate().map(|(r, region)| {
                let seen = seen.iter().filter(|((_, at), _)| *at == r).flat_map(|(_, days)| days);
                region.iter().chain(seen).map(|n| day(*n)).collect()
            }).collect();
            let quiet: Vec<Vec<usize>> = days.iter()
                .map(|days| CoveredDays::new(days.iter().copied().collect()).quiet_days(day(0), 110)).collect();
            let seen: BTreeMap<_, BTreeSet<NaiveDate>> =
                seen.into_iter().map(|(key, days)| (key, days.into_iter().map(day).collect())).collect();
            let words: Vec<[u64; 2]> = seen.values().map(|days| {
                let mut words = [0; 2];
                days.iter().map(|seen| (*seen - day(0)).num_days()).for_each(|n| words[n as usize / 64] |= 1 << (n % 64));
                words
            }).collect();
            let sightings = seen.keys().zip(&words).map(|((caller, region), words)| Sightings {
                caller: *caller, days: words, quiet: &quiet[*region],
            });
            let open = open_per_day(start as usize, 30, sightings);
            for (n, open) in open.into_iter().enumerate() {
                let on = day(start + n as u64);
                let callers: BTreeSet<i64> = seen.iter()
                    .filter(|((_, region), seen)| is_open(on, &days[*region], seen))
                    .map(|((caller, _), _)| *caller).collect();
                prop_assert_eq!(open as usize, callers.len(), "on {}", on);
            }
        }

        #[test]
        fn open_since_and_quiet_from_say_the_same(days in prop::collection::btree_set(0_u64..80, 1..80), on in 0_u64..80) {
            let covered = covered(days.iter().copied());
            for seen in days.into_iter().filter(|seen| *seen <= on).map(day) {
                let open = covered.open_since(day(on)).is_some_and(|since| seen >= since);
                prop_assert_eq!(open, covered.quiet_from(seen).is_none_or(|quiet| day(on) < quiet));
            }
        }
    }
}
