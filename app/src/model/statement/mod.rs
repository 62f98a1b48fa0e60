//! The statement: everything that a shared page says, made at one moment and already masked.
//!
//! `mask` takes out what the recipient must not know, before anything else happens to it; `cut` narrows what is left. A frozen
//! share is a statement in the database, so what is masked does not even exist there.

mod cut;
mod mask;
mod needles;

pub use cut::Cut;
pub use mask::{Mask, Masking};

use super::{
    call::Scope,
    caller::CallerRow,
    coverage::CoverageRow,
    frame::Frame,
    overview::Overview,
    report::SourceKind,
    service::ServiceRow,
    tls::TlsVersion,
    trend::{Series, Trend},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};

/// The form of a stored [`Statement`]. Older ones must stay readable: a new field needs a default.
pub const FORM: u32 = 1;

/// The rules by which is counted and judged; a change of what a number or a verdict means raises it.
pub const RULES: u32 = 1;

/// More callers than these, those with most calls, are only counted.
pub const MOST_CALLERS: u32 = 2000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub form: u32,
    pub rules: u32,
    pub made: DateTime<Utc>,
    pub masking: Masking,
    /// What it is about, where that is not everything.
    pub filters: Vec<Filter>,
    pub overview: Overview,
    /// Start of each bucket of the trend, without gaps.
    pub times: Vec<DateTime<Utc>>,
    /// Buckets for which no log exists at all.
    pub without_logs: Vec<bool>,
    pub counts: Vec<Counts>,
    pub services: Vec<ServiceRow>,
    /// Most calls first, at most [`MOST_CALLERS`].
    pub callers: Vec<CallerRow>,
    pub callers_total: i64,
    /// Callers were not kept for all that the deadline forbids.
    pub detail_missing: bool,
    pub coverage: Vec<CoverageRow>,
    pub counted: Vec<CountedFiles>,
}

/// One filter of the view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub by: FilterBy,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterBy {
    Account,
    Region,
    Service,
    TlsVersion,
    /// A text that callers contain. It has no values where anything is masked.
    Search,
}

/// Calls of one service with one version, one number per bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub scope: Scope,
    pub service: String,
    pub tls_version: TlsVersion,
    pub calls: Vec<i64>,
}

/// The log files of one source that fed the view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedFiles {
    /// The name of the upload, or the address of the bucket.
    pub source: String,
    pub kind: SourceKind,
    /// Log files of the source with counted calls, and their bytes, whatever the view.
    pub files: i64,
    pub bytes: i64,
    /// Calls of the view that it brought.
    pub calls: i64,
    /// Of these, the hour of the first and of the last one.
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
}

impl Statement {
    pub fn frame(&self) -> &Frame {
        &self.overview.frame
    }

    /// Whether the deadline forbids these calls.
    fn is_forbidden(&self, counts: &Counts) -> bool {
        let deadline = self.frame().deadline.as_ref();
        counts.tls_version.is_below(self.frame().minimum())
            && deadline.is_none_or(|deadline| deadline.applies_to(counts.scope, &counts.service))
    }

    /// Deprecated calls per service, most calls first.
    pub fn trend(&self) -> Trend {
        let mut series: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        let mut all_calls = vec![0; self.times.len()];
        for counts in &self.counts {
            add(&mut all_calls, &counts.calls);
            if self.is_forbidden(counts) {
                let calls = series.entry(&counts.service).or_insert_with(|| vec![0; self.times.len()]);
                add(calls, &counts.calls);
            }
        }
        let mut series: Vec<Series> =
            series.into_iter().map(|(service, calls)| Series { service: service.to_owned(), calls }).collect();
        series.sort_by_key(|series| Reverse(series.calls.iter().sum::<i64>()));
        Trend {
            frame: self.drawn(),
            times: self.times.clone(),
            series,
            all_calls,
            without_logs: self.without_logs.clone(),
        }
    }

    /// The frame of what is left after a cut.
    fn drawn(&self) -> Frame {
        let frame = self.frame().clone();
        let first = self.times.first().copied().unwrap_or(frame.from);
        let end = self.times.last().and_then(|last| frame.grain.next(*last)).unwrap_or(frame.to);
        Frame { from: frame.from.max(first), to: frame.to.min(end), ..frame }
    }
}

fn add(sum: &mut [i64], calls: &[i64]) {
    sum.iter_mut().zip(calls).for_each(|(sum, calls)| *sum += calls);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::{
        coverage::Gap,
        deadline::{Deadline, Origin, Revision},
        forecast::Forecast,
        frame::{Grain, midnight},
        tls::UnknownReason,
        verdict::{Safe, State, Verdict},
    };
    use chrono::{Days, NaiveDate};

    pub(crate) fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() + Days::new(n)
    }

    /// Ten days of two services; a principal of one account is everywhere where it might be forgotten.
    pub(crate) fn sample() -> Statement {
        let deadline = Deadline {
            id: 1,
            name: "Ours, kept by alice@example.com".into(),
            date: day(20),
            scope: None,
            services: Vec::new(),
            minimum: TlsVersion::Tls12,
            source_url: "https://wiki.example/111122223333".into(),
            note: "Ask arn:aws:iam::111122223333:role/Unlisted.".into(),
            origin: Origin::Own,
            history: vec![Revision { date: day(20), announced: day(0), note: "for 10.1.2.3".into() }],
        };
        let frame = Frame {
            from: midnight(day(0)),
            to: midnight(day(10)),
            grain: Grain::Day,
            asked_grain: None,
            today: day(9),
            as_of: day(9),
            logged: Some((day(0), day(9))),
            deadline: Some(deadline),
        };
        let counts = |service: &str, tls_version, calls: [i64; 10]| Counts {
            scope: Scope::Aws,
            service: service.into(),
            tls_version,
            calls: calls.into(),
        };
        let service = |name: &str, calls| ServiceRow {
            scope: Scope::Aws,
            service: name.into(),
            calls,
            callers: 1,
            open_callers: 1,
            first_seen: Some(day(0)),
            last_seen: Some(day(9)),
            spark: vec![9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
            verdict: Verdict { safe: Safe::No, why: "1 open caller".into() },
        };
        Statement {
            form: FORM,
            rules: RULES,
            made: midnight(day(9)),
            masking: Masking::NOTHING,
            filters: vec![
                Filter { by: FilterBy::Account, values: vec!["111122223333".into()] },
                Filter { by: FilterBy::Search, values: vec!["alice".into()] },
            ],
            overview: Overview {
                frame,
                state: State::AtRisk,
                sentence: "2 services still receive TLS 1.0 calls from 2 callers.".into(),
                open_services: 2,
                open_callers: 2,
                forecast: Forecast::None(crate::model::forecast::NoForecast::TooFewDays),
                coverage: Some(0.9),
                silent: None,
                calls: 545,
                deprecated_calls: 95,
                unknown: vec![(UnknownReason::Unreported, 5)],
                calls_after_deadline: 0,
            },
            times: (0..10).map(|n| midnight(day(n))).collect(),
            without_logs: vec![false; 10],
            counts: vec![
                counts("s3", TlsVersion::Tls10, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
                counts("s3", TlsVersion::Tls12, [10; 10]),
                counts("kms", TlsVersion::Tls10, [5; 10]),
                counts("kms", TlsVersion::Tls12, [35; 10]),
            ],
            services: vec![
                service("s3", vec![(TlsVersion::Tls10, 45), (TlsVersion::Tls12, 100)]),
                service("kms", vec![(TlsVersion::Tls10, 50), (TlsVersion::Tls12, 350)]),
            ],
            callers: vec![caller("kms", "arn:aws:iam::111122223333:user/build-box", 50), caller("s3", ALICE, 45)],
            callers_total: 2,
            detail_missing: false,
            coverage: vec![CoverageRow {
                account: "111122223333".into(),
                region: "eu-west-1".into(),
                days_with_logs: 9,
                days_expected: 10,
                days_silent: 0,
                first_day: day(0),
                last_day: day(9),
                gaps: vec![Gap { first: day(4), last: day(4) }],
            }],
            counted: vec![CountedFiles {
                source: "s3://trail-111122223333/AWSLogs/1111-2222-3333/".into(),
                kind: SourceKind::Bucket,
                files: 3,
                bytes: 1000,
                calls: 545,
                first: midnight(day(0)),
                last: midnight(day(9)),
            }],
        }
    }

    pub(crate) const ALICE: &str = "arn:aws:sts::111122223333:assumed-role/Deploy/alice@example.com";

    fn caller(service: &str, principal: &str, calls: i64) -> CallerRow {
        CallerRow {
            scope: Scope::Aws,
            account: "111122223333".into(),
            service: service.into(),
            principal: principal.into(),
            user_agent: format!("Boto/2.49.0 (for {ALICE}; ip-10-1-2-3; from 10.1.2.3; deploy)"),
            source_address: "10.1.2.3".into(),
            tls_versions: vec![TlsVersion::Tls10],
            calls,
            first_seen: midnight(day(0)),
            last_seen: midnight(day(9)),
            open: true,
        }
    }

    #[test]
    fn the_trend_has_what_the_deadline_forbids() {
        let trend = sample().trend();
        let services: Vec<_> = trend.series.iter().map(|s| (s.service.as_str(), s.calls.iter().sum::<i64>())).collect();
        assert_eq!(services, [("kms", 50), ("s3", 45)]);
        assert_eq!(trend.all_calls.iter().sum::<i64>(), 545);
        assert_eq!(trend.frame, *sample().frame());
        let mut elsewhere = sample();
        elsewhere.overview.frame.deadline.as_mut().unwrap().services = vec!["s3".into()];
        assert_eq!(elsewhere.trend().series.len(), 1);
    }

    /// Frozen shares live as long as their link: what was stored by any version must be understood by every later one.
    #[test]
    fn statements_of_every_form_are_understood() {
        let stored: Statement = serde_json::from_str(include_str!("form1.json")).unwrap();
        assert_eq!(stored, sample());
    }
}
