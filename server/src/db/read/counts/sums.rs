//! Adding up rows by what a question splits them by.

use super::{By, Count};
use chrono::{DateTime, NaiveDate, Utc};
use rustc_hash::FxHashMap;

pub(super) struct Sums {
    by: By,
    counts: FxHashMap<Key, Count>,
}

type Key = (Option<DateTime<Utc>>, Option<i32>, Option<i16>);

impl Sums {
    pub(super) fn new(by: By) -> Self {
        Self { by, counts: FxHashMap::default() }
    }

    /// `time`: the bucket that the row falls into, where the question splits by time.
    pub(super) fn add(&mut self, (day, time): (NaiveDate, Option<DateTime<Utc>>), service: i32, tls: u8, calls: i64) {
        let (service, tls) = (self.by.service.then_some(service), self.by.tls.then_some(i16::from(tls)));
        let empty = Count { time, service, tls, calls: 0, first_day: day, last_day: day };
        let count = self.counts.entry((time, service, tls)).or_insert(empty);
        count.calls += calls;
        count.first_day = count.first_day.min(day);
        count.last_day = count.last_day.max(day);
    }

    pub(super) fn into_counts(self) -> Vec<Count> {
        self.counts.into_values().collect()
    }
}
