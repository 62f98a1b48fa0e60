//! Narrowing: what a recipient may leave out of a share. It is taken from the statement alone, so it cannot widen.

use super::Statement;
use crate::{
    model::service::ServiceRow,
    view::{decode, encode},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Days and services, of those that are shared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    /// Both inclusive.
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// Empty: all.
    pub services: BTreeSet<String>,
}

/// As in [`ServiceRow::spark`].
const SPARK: usize = 60;

impl Cut {
    /// What makes no sense narrows nothing.
    pub fn of_query(query: &str) -> Self {
        let mut cut = Self::default();
        for pair in query.split('&') {
            let Some((key, value)) = pair.split_once('=') else { continue };
            let Ok(value) = decode(value) else { continue };
            match key {
                "from" => cut.first = value.parse().ok().or(cut.first),
                "to" => cut.last = value.parse().ok().or(cut.last),
                "service" if !value.is_empty() => drop(cut.services.insert(value)),
                _ => {}
            }
        }
        cut
    }

    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// As [`Cut::of_query`] reads it.
    pub fn query(&self) -> String {
        let day = |key: &str, day: Option<NaiveDate>| day.map(|day| format!("{key}={day}"));
        let services = self.services.iter().map(|service| format!("service={}", encode(service)));
        let pairs = day("from", self.first).into_iter().chain(day("to", self.last)).chain(services);
        pairs.collect::<Vec<_>>().join("&")
    }

    pub fn has_days(&self) -> bool {
        self.first.is_some() || self.last.is_some()
    }

    /// What is left. The answer, the coverage and the log files stay those of all that is shared, as do the callers' and
    /// verdicts' numbers: a part of the days says nothing about who is open.
    #[must_use]
    pub fn of(&self, statement: &Statement) -> Statement {
        let mut left = statement.clone();
        if !self.services.is_empty() {
            left.counts.retain(|counts| self.services.contains(&counts.service));
            left.services.retain(|row| self.services.contains(&row.service));
            left.callers.retain(|caller| self.services.contains(&caller.service));
        }
        if self.has_days() {
            self.cut_days(statement, &mut left);
            left.callers.retain(|caller| {
                let (first, last) = (caller.first_seen.date_naive(), caller.last_seen.date_naive());
                self.first.is_none_or(|day| last >= day) && self.last.is_none_or(|day| first <= day)
            });
        }
        if !self.is_whole() {
            left.callers_total = left.callers.len() as i64;
        }
        left
    }

    fn cut_days(&self, statement: &Statement, left: &mut Statement) {
        let kept: Vec<bool> = statement.times.iter().map(|time| self.has(statement, *time)).collect();
        left.times = keep(&statement.times, &kept);
        left.without_logs = keep(&statement.without_logs, &kept);
        left.counts.iter_mut().for_each(|counts| counts.calls = keep(&counts.calls, &kept));
        left.counts.retain(|counts| counts.calls.iter().any(|calls| *calls > 0));
        let mut sums: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for counts in &left.counts {
            let of_service = sums.entry((counts.scope, counts.service.as_str())).or_default();
            of_service.push((counts.tls_version, counts.calls.iter().sum::<i64>()));
        }
        for row in &mut left.services {
            row.calls = sums.remove(&(row.scope, row.service.as_str())).unwrap_or_default();
            row.calls.sort_unstable();
        }
        let sparks: Vec<Vec<i64>> = left.services.iter().map(|row| spark(left, row)).collect();
        left.services.iter_mut().zip(sparks).for_each(|(row, spark)| row.spark = spark);
    }

    /// Whether a bucket has one of the days.
    fn has(&self, statement: &Statement, time: DateTime<Utc>) -> bool {
        let end = statement.frame().grain.next(time).unwrap_or(time) - TimeDelta::seconds(1);
        self.first.is_none_or(|day| end.date_naive() >= day) && self.last.is_none_or(|day| time.date_naive() <= day)
    }
}

fn keep<T: Copy>(all: &[T], kept: &[bool]) -> Vec<T> {
    all.iter().zip(kept).filter(|(_, kept)| **kept).map(|(item, _)| *item).collect()
}

fn spark(statement: &Statement, row: &ServiceRow) -> Vec<i64> {
    let mut calls = vec![0; statement.times.len()];
    for counts in &statement.counts {
        if (counts.scope, &counts.service) == (row.scope, &row.service) && statement.is_forbidden(counts) {
            super::add(&mut calls, &counts.calls);
        }
    }
    let width = calls.len().div_ceil(SPARK).max(1);
    calls.chunks(width).map(|chunk| chunk.iter().sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{day, sample},
        *,
    };
    use crate::model::tls::TlsVersion;
    use proptest::prelude::*;

    fn cut(query: &str) -> Statement {
        Cut::of_query(query).of(&sample())
    }

    #[test]
    fn days_and_services_are_left_out() {
        let left = cut("from=2026-03-02&to=2026-03-04&service=s3");
        assert_eq!(left.times.len(), 3);
        let row = &left.services[0];
        assert_eq!(row.calls, [(TlsVersion::Tls10, 8 + 7 + 6), (TlsVersion::Tls12, 30)]);
        assert_eq!((row.spark.as_slice(), left.services.len()), ([8, 7, 6].as_slice(), 1));
        assert_eq!((left.callers.len(), left.callers_total), (1, 1));
        let frame = left.trend().frame;
        assert_eq!((frame.days().0, frame.days().1), (day(1), day(3)));
    }

    #[test]
    fn a_cut_outside_of_what_is_shared_leaves_nothing() {
        for query in ["from=2030-01-01", "to=2020-01-01", "service=ec2", "from=2026-03-05&to=2026-03-03"] {
            let trend = cut(query).trend();
            assert!(trend.series.is_empty() && trend.all_calls.iter().sum::<i64>() == 0, "{query}");
        }
    }

    #[test]
    fn what_makes_no_sense_narrows_nothing() {
        for query in ["", "from=soon&to=", "service=", "service", "service=%zz", "account=1&range=all&deadline=7&q=x"] {
            assert_eq!(cut(query), sample(), "{query}");
        }
    }

    #[track_caller]
    fn is_within(part: &Statement, whole: &Statement) {
        assert_eq!((&part.overview, &part.coverage, &part.counted), (&whole.overview, &whole.coverage, &whole.counted));
        assert!(part.times.iter().all(|time| whole.times.contains(time)));
        for counts in &part.counts {
            let of_whole = whole
                .counts
                .iter()
                .find(|c| (c.scope, &c.service, c.tls_version) == (counts.scope, &counts.service, counts.tls_version));
            let of_whole = of_whole.expect("a series that is shared");
            for (time, calls) in part.times.iter().zip(&counts.calls) {
                let at = whole.times.iter().position(|t| t == time).expect("a time that is shared");
                assert_eq!(of_whole.calls[at], *calls);
            }
        }
        for row in &part.services {
            let of_whole = whole.services.iter().find(|r| r.service == row.service).expect("a service that is shared");
            assert!(row.calls.iter().all(|(version, calls)| *calls <= of_whole.of(*version)));
            assert_eq!((row.callers, &row.verdict), (of_whole.callers, &of_whole.verdict));
        }
        assert!(part.callers.iter().all(|caller| whole.callers.contains(caller)));
    }

    proptest! {
        #[test]
        fn no_query_widens(
            pairs in prop::collection::vec(("(from|to|service|account|range|deadline|q|page|tls_version|grain)",
                "(2026-0[2-4]-[0-3][0-9]|s3|kms|all|%73%33|[a-z0-9%,*-]{0,12}|\\PC{0,8})"), 0..8),
        ) {
            let query = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&");
            is_within(&cut(&query), &sample());
            prop_assert_eq!(Cut::of_query(&Cut::of_query(&query).query()), Cut::of_query(&query));
            let again = Cut::of_query(&query).of(&cut(&query));
            is_within(&again, &sample());
        }
    }
}
