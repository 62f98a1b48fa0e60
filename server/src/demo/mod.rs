//! A synthetic trail: a believable year of an organization that gets rid of deprecated TLS.
//!
//! `cast` (who calls) → `host` (from where, and when that changes) → `day` (which calls, in which files) → `record` (their
//! JSON, with `service` for what was asked, `texts` for who asked, `details` for the TLS part) → `files` (names, gzip).
//! `rhythm` and `random` say when and how often.

mod cast;
mod day;
mod details;
mod files;
mod host;
mod random;
mod record;
mod rhythm;
mod service;
mod texts;

use chrono::{DateTime, Days, NaiveDate, Timelike as _, Utc};
use files::{Bucket, Written};
use std::{
    io,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

/// The deadline lies this many days after the end.
const DEADLINE_AFTER: u64 = 45;

const SECONDS_OF_DAY: u32 = 86_400;

/// What to write. The same options give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The last day.
    pub end: NaiveDate,
    /// Second of the last day before which it ends.
    pub until: u32,
    pub days: u32,
    pub seed: u64,
    /// On an average day.
    pub calls_per_day: u32,
}

impl Options {
    /// A year whose last day is complete.
    pub fn ending(end: NaiveDate) -> Self {
        Self { end, until: SECONDS_OF_DAY, days: 365, seed: 1, calls_per_day: 600 }
    }

    /// A year that goes up to now.
    pub fn up_to(now: DateTime<Utc>) -> Self {
        Self { until: now.num_seconds_from_midnight(), ..Self::ending(now.date_naive()) }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub files: u64,
    /// As they lie on disk.
    pub bytes: u64,
    /// Each counted once.
    pub calls: u64,
    pub deadline_name: String,
    pub deadline_date: NaiveDate,
}

/// Writes a trail into `dir`, laid out like the bucket of an organization trail. Blocks; uses all cores.
///
/// # Errors
/// When the folder cannot be written, or holds anything but an earlier demo.
pub fn write(dir: &Path, options: &Options) -> io::Result<Summary> {
    files::clear(dir)?;
    let calendar = host::Calendar { days: i64::from(options.days.max(1)) };
    let hosts = host::hosts(calendar, options.seed);
    let plan = day::Plan::new(options, calendar, &hosts);
    let companions = Bucket::new(dir, &plan).companions()?;
    let days = all_days(dir, &plan)?;
    Ok(Summary {
        files: days.files + companions.files,
        bytes: days.bytes + companions.bytes,
        calls: days.calls,
        deadline_name: "Demo: TLS 1.2 everywhere".into(),
        deadline_date: options.end.checked_add_days(Days::new(DEADLINE_AFTER)).unwrap_or(options.end),
    })
}

/// Days are independent of each other, so that every core can take the next one.
fn all_days(dir: &Path, plan: &day::Plan<'_>) -> io::Result<Written> {
    let next = AtomicI64::new(0);
    let total = Mutex::new(Ok(Written::default()));
    let work = || {
        let mut bucket = Bucket::new(dir, plan);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= plan.calendar.days {
                return;
            }
            let written = bucket.day(number);
            let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
            match (&mut *total, written) {
                (Ok(sum), Ok(day)) => {
                    sum.files += day.files;
                    sum.bytes += day.bytes;
                    sum.calls += day.calls;
                }
                (Ok(_), Err(error)) => *total = Err(error),
                (Err(_), _) => return,
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    total.into_inner().unwrap_or_else(PoisonError::into_inner)
}
