//! Calls over time.

use super::session::Session;
use crate::{
    db::read::counts::{By, Count, counts},
    tally::Tls,
};
use app::model::{
    frame::Frame,
    tls::TlsVersion,
    trend::{Point, Points, Series, Trend, Versions},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

pub(super) async fn trend(ask: &mut Session<'_>) -> sqlx::Result<Trend> {
    let by = By { time: Some(ask.frame.grain), ..By::default() };
    let span = ask.span();
    let deprecated = counts(&mut ask.conn, span, &ask.forbidden, By { service: true, ..by }).await?;
    let all = counts(&mut ask.conn, span, &ask.all, by).await?;
    let times = ask.frame.times();
    let axis = Axis::new(&times);
    let named = deprecated.iter().filter_map(|n| Some((ask.facts.service(n.service?)?.service.as_str(), n)));
    let mut series: Vec<Series> =
        axis.series(named).into_iter().map(|(service, calls)| Series { service: service.to_owned(), calls }).collect();
    series.sort_by_key(|series| Reverse(series.calls.iter().sum::<i64>()));
    Ok(Trend {
        without_logs: without_logs(ask, &times),
        all_calls: axis.fill(&all),
        frame: ask.frame.clone(),
        series,
        times,
    })
}

pub(super) async fn versions(ask: &mut Session<'_>) -> sqlx::Result<Versions> {
    let by = By { time: Some(ask.frame.grain), service: false, tls: true };
    let span = ask.span();
    let counts = counts(&mut ask.conn, span, &ask.all, by).await?;
    let times = ask.frame.times();
    let series = Axis::new(&times).series(counts.iter().filter_map(|n| Some((version(n)?, n))));
    Ok(Versions {
        series: series.into_iter().collect(),
        without_logs: without_logs(ask, &times),
        frame: ask.frame.clone(),
        times,
    })
}

pub(super) async fn points(ask: &mut Session<'_>) -> sqlx::Result<Points> {
    let by = By { time: Some(ask.frame.grain), service: true, tls: true };
    let span = ask.span();
    let counts = counts(&mut ask.conn, span, &ask.all, by).await?;
    let mut rows: Vec<(DateTime<Utc>, &str, TlsVersion, i64)> = counts
        .iter()
        .filter_map(|count| {
            let service = ask.facts.service(count.service?)?;
            Some((count.time?, service.service.as_str(), version(count)?, count.calls))
        })
        .collect();
    rows.sort_unstable();
    // Reasons of unknown fall together, and services of several scopes.
    let points = rows.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)).map(|rows| Point {
        time: rows[0].0,
        service: rows[0].1.to_owned(),
        tls_version: rows[0].2,
        calls: rows.iter().map(|row| row.3).sum(),
    });
    Ok(Points { frame: ask.frame.clone(), points: points.collect() })
}

/// The version of a count that is split by version; reasons of unknown fall together.
pub(super) fn version(count: &Count) -> Option<TlsVersion> {
    count.tls.and_then(Tls::from_code).map(Tls::version)
}

/// The points of time that every vector of numbers goes with.
pub(super) struct Axis(HashMap<DateTime<Utc>, usize>);

impl Axis {
    pub(super) fn new(times: &[DateTime<Utc>]) -> Self {
        Self(times.iter().enumerate().map(|(at, time)| (*time, at)).collect())
    }

    /// Counts by time, zero where there is none.
    pub(super) fn fill<'c>(&self, counts: impl IntoIterator<Item = &'c Count>) -> Vec<i64> {
        let mut calls = vec![0; self.0.len()];
        for count in counts {
            self.add(&mut calls, count);
        }
        calls
    }

    /// One filled vector per key.
    pub(super) fn series<'c, K: Ord>(&self, counts: impl IntoIterator<Item = (K, &'c Count)>) -> BTreeMap<K, Vec<i64>> {
        let mut series: BTreeMap<K, Vec<i64>> = BTreeMap::new();
        for (key, count) in counts {
            self.add(series.entry(key).or_insert_with(|| vec![0; self.0.len()]), count);
        }
        series
    }

    fn add(&self, calls: &mut [i64], count: &Count) {
        if let Some(at) = count.time.and_then(|time| self.0.get(&time)) {
            calls[*at] += count.calls;
        }
    }
}

/// Per bucket: whether none of its days has a log.
pub(super) fn without_logs(ask: &Session<'_>, times: &[DateTime<Utc>]) -> Vec<bool> {
    let days = |time| days_of(&ask.frame, time);
    times
        .iter()
        .map(|time| {
            !ask.facts.covered(&ask.all).any(|(_, covered)| {
                let (first, last) = days(*time);
                covered.count(first, last) > 0
            })
        })
        .collect()
}

/// First and last day of a bucket, within the frame.
fn days_of(frame: &Frame, time: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let (first, last) = frame.days();
    let end = frame.grain.next(time).map_or(last, |next| (next - TimeDelta::seconds(1)).date_naive());
    (time.date_naive().max(first), end.min(last))
}
