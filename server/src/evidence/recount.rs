//! Counting anew: do log files give the numbers of the evidence?

use super::manifest::Manifest;
use app::model::{
    call::Scope,
    frame::Grain,
    statement::{Filter, FilterBy, Mask},
    tls::TlsVersion,
};
use chrono::{DateTime, Utc};
use std::{collections::BTreeMap, fmt};

/// Of `tables/counts.csv`.
pub(super) const COLUMNS: [&str; 5] = ["time", "scope", "service", "tls_version", "calls"];

/// What a number is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The start of the bucket.
    pub time: DateTime<Utc>,
    pub scope: Scope,
    /// As in CSV.
    pub service: String,
    pub tls_version: TlsVersion,
}

/// Calls as they were counted, beside those of log files.
#[derive(Debug)]
pub struct Recount {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    grain: Grain,
    filters: Vec<Filter>,
    /// In the evidence, and counted anew.
    calls: BTreeMap<Key, (i64, i64)>,
}

/// A number that is not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub key: Key,
    pub stated: i64,
    pub counted: i64,
}

/// Why nothing can be compared.
#[derive(Debug, thiserror::Error)]
pub enum RecountError {
    #[error("it is about some accounts, and their numbers are masked: which calls belong to it cannot be told")]
    Masked,
    #[error("tables/counts.csv cannot be understood ({0})")]
    Counts(String),
}

/// One call of a log file, or several of the same kind.
#[derive(Debug, Clone, Copy)]
pub struct Calls<'a> {
    pub hour: DateTime<Utc>,
    pub scope: Scope,
    pub account: &'a str,
    pub region: &'a str,
    pub service: &'a str,
    pub tls_version: TlsVersion,
    pub calls: i64,
}

impl Recount {
    /// # Errors
    /// When the evidence does not say enough to count the same.
    pub fn new(manifest: &Manifest, counts: &[u8]) -> Result<Self, RecountError> {
        let by_account = manifest.filters.iter().any(|filter| filter.by == FilterBy::Account);
        if by_account && manifest.masking.accounts != Mask::Shown {
            return Err(RecountError::Masked);
        }
        let bad = |reason: String| RecountError::Counts(reason);
        let mut calls = BTreeMap::new();
        let mut csv = csv::Reader::from_reader(counts);
        if csv.headers().map_err(|error| bad(error.to_string()))? != COLUMNS.as_slice() {
            return Err(bad(format!("its columns are not {}", COLUMNS.join(", "))));
        }
        for row in csv.into_records() {
            let row = row.map_err(|error| bad(error.to_string()))?;
            let (key, n) = parse(&row).ok_or_else(|| bad(format!("row {:?}", row.iter().collect::<Vec<_>>())))?;
            calls.entry(key).or_insert((0, 0)).0 += n;
        }
        let Manifest { from, to, grain, filters, .. } = manifest.clone();
        Ok(Self { from, to, grain, filters, calls })
    }

    /// Adds what belongs to the evidence.
    pub fn add(&mut self, calls: Calls<'_>) {
        if !self.takes(&calls) {
            return;
        }
        let key = Key {
            time: self.grain.floor(calls.hour),
            scope: calls.scope,
            service: super::table::text(calls.service),
            tls_version: calls.tls_version,
        };
        self.calls.entry(key).or_insert((0, 0)).1 += calls.calls;
    }

    fn takes(&self, calls: &Calls<'_>) -> bool {
        let has = |filter: &Filter, value: &str| filter.values.iter().any(|wanted| wanted == value);
        (self.from..self.to).contains(&calls.hour)
            && self.filters.iter().all(|filter| match filter.by {
                FilterBy::Account => has(filter, calls.account),
                FilterBy::Region => has(filter, calls.region),
                FilterBy::Service => has(filter, calls.service),
                FilterBy::TlsVersion => has(filter, calls.tls_version.as_str()),
                // It chooses callers, not calls.
                FilterBy::Search => true,
            })
    }

    /// How many numbers there are, in the evidence or in the log files.
    pub fn numbers(&self) -> usize {
        self.calls.len()
    }

    pub fn stated(&self) -> i64 {
        self.calls.values().map(|(stated, _)| stated).sum()
    }

    pub fn counted(&self) -> i64 {
        self.calls.values().map(|(_, counted)| counted).sum()
    }

    /// All numbers that are not the same, in the order of time.
    pub fn differences(&self) -> impl Iterator<Item = Difference> {
        let differ = self.calls.iter().filter(|(_, (stated, counted))| stated != counted);
        differ.map(|(key, (stated, counted))| Difference { key: key.clone(), stated: *stated, counted: *counted })
    }
}

fn parse(row: &csv::StringRecord) -> Option<(Key, i64)> {
    let mut cells = row.iter();
    let mut next = || cells.next();
    let time = DateTime::parse_from_rfc3339(next()?).ok()?.to_utc();
    let (scope, service) = (next()?.parse().ok()?, next()?.to_owned());
    let (tls_version, calls) = (next()?.parse().ok()?, next()?.parse().ok()?);
    Some((Key { time, scope, service, tls_version }, calls))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key { time, service, tls_version, .. } = &self.key;
        let time = super::table::moment(*time);
        write!(f, "{time} {service} {tls_version}: {} stated, {} counted", self.stated, self.counted)
    }
}
