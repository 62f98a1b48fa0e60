//! What is known of each service.

use super::{
    callers::{is_detail_missing, recent_since},
    session::Session,
    trend::{Axis, version},
};
use crate::{
    db::read::{
        callers::per_service,
        counts::{By, Count, counts},
        facts::Facts,
        sightings,
    },
    tally::Tls,
};
use app::{
    model::{
        service::{ServiceRow, Services},
        tls::TlsVersion,
        verdict::Evidence,
    },
    view::{ServiceColumn, Sort},
};
use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

/// The small line of a service has at most this many points.
const SPARK: usize = 60;

pub(super) fn names(facts: &Facts) -> Vec<String> {
    let mut names: Vec<String> = facts.services.iter().map(|service| service.service.clone()).collect();
    names.dedup();
    names
}

/// What all rows are made from.
struct Material {
    by_version: BTreeMap<i32, Vec<Count>>,
    /// Deprecated calls.
    seen: HashMap<i32, (NaiveDate, NaiveDate)>,
    sparks: BTreeMap<i32, Vec<i64>>,
    callers: FxHashMap<i32, i64>,
    open: BTreeMap<i32, i64>,
    detail_missing: bool,
    coverage: Option<f64>,
    recent_since: Option<NaiveDate>,
}

pub(super) async fn services(ask: &mut Session<'_>) -> sqlx::Result<Services> {
    let material = Material::gather(ask).await?;
    let ids: Vec<i32> = material.by_version.keys().copied().collect();
    let mut rows: Vec<ServiceRow> = ids.into_iter().filter_map(|id| material.row(ask, id)).collect();
    sort(&mut rows, ask.view.service_sort, ask.frame.minimum());
    Ok(Services { frame: ask.frame.clone(), rows })
}

impl Material {
    async fn gather(ask: &mut Session<'_>) -> sqlx::Result<Self> {
        let span = ask.span();
        let mut by_version: BTreeMap<i32, Vec<Count>> = BTreeMap::new();
        for count in counts(&mut ask.conn, span, &ask.all, By { time: None, service: true, tls: true }).await? {
            by_version.entry(count.service.unwrap_or_default()).or_default().push(count);
        }
        let by = By { time: Some(ask.frame.grain), service: true, tls: false };
        let deprecated = counts(&mut ask.conn, span, &ask.forbidden, by).await?;
        let days = ask.frame.days();
        let callers = per_service(&mut ask.conn, days, &ask.forbidden).await?;
        Ok(Self {
            by_version,
            seen: seen(&deprecated),
            sparks: sparks(ask, &deprecated),
            callers,
            open: open(ask).await?,
            detail_missing: is_detail_missing(ask).await?,
            coverage: ask.coverage(),
            recent_since: recent_since(ask),
        })
    }

    fn row(&self, ask: &Session<'_>, id: i32) -> Option<ServiceRow> {
        let service = ask.facts.service(id)?;
        let mut calls: BTreeMap<TlsVersion, i64> = BTreeMap::new();
        for count in self.by_version.get(&id).into_iter().flatten() {
            *calls.entry(version(count)?).or_default() += count.calls;
        }
        let seen = self.seen.get(&id).copied();
        Some(ServiceRow {
            scope: service.scope,
            service: service.service.clone(),
            verdict: self.evidence(ask, id, &calls).verdict(),
            calls: calls.into_iter().collect(),
            callers: self.callers.get(&id).copied().unwrap_or(0),
            open_callers: self.open.get(&id).copied().unwrap_or(0),
            first_seen: seen.map(|(first, _)| first),
            last_seen: seen.map(|(_, last)| last),
            spark: self.sparks.get(&id).cloned().unwrap_or_default(),
        })
    }

    fn evidence(&self, ask: &Session<'_>, id: i32, calls: &BTreeMap<TlsVersion, i64>) -> Evidence {
        let service = ask.facts.service(id);
        let deadline = ask.frame.deadline.as_ref();
        let counts = self.by_version.get(&id).into_iter().flatten();
        let doubtful = counts.filter(|count| count.tls.and_then(Tls::from_code).is_some_and(is_doubtful));
        let total: i64 = calls.values().sum();
        let last_seen = self.seen.get(&id).map(|(_, last)| *last);
        Evidence {
            applies: deadline.is_none_or(|d| service.is_some_and(|s| d.applies_to(s.scope, &s.service))),
            calls: total,
            unknown_calls: doubtful.map(|count| count.calls).sum(),
            known_calls: total - calls.get(&TlsVersion::Unknown).copied().unwrap_or(0),
            open_callers: self.open.get(&id).copied().unwrap_or(0),
            detail_missing: self.detail_missing,
            last_seen,
            is_recent: last_seen.zip(self.recent_since).is_some_and(|(last, since)| last >= since),
            coverage: self.coverage,
            deadline: deadline.map(|d| d.date),
            as_of: ask.frame.as_of,
        }
    }
}

/// A client's call whose version is not known.
fn is_doubtful(tls: Tls) -> bool {
    matches!(tls, Tls::Unknown(reason) if reason.is_clients())
}

fn seen(deprecated: &[Count]) -> HashMap<i32, (NaiveDate, NaiveDate)> {
    let mut seen: HashMap<i32, (NaiveDate, NaiveDate)> = HashMap::new();
    for count in deprecated {
        let (first, last) = (count.first_day, count.last_day);
        let known = seen.entry(count.service.unwrap_or_default()).or_insert((first, last));
        *known = (known.0.min(first), known.1.max(last));
    }
    seen
}

/// Neighbouring buckets are added up until few enough are left.
fn sparks(ask: &Session<'_>, deprecated: &[Count]) -> BTreeMap<i32, Vec<i64>> {
    let times = ask.frame.times();
    let width = times.len().div_ceil(SPARK).max(1);
    let series = Axis::new(&times).series(deprecated.iter().filter_map(|count| Some((count.service?, count))));
    let fold = |calls: Vec<i64>| calls.chunks(width).map(|chunk| chunk.iter().sum()).collect();
    series.into_iter().map(|(service, calls)| (service, fold(calls))).collect()
}

/// Open callers per service.
async fn open(ask: &mut Session<'_>) -> sqlx::Result<BTreeMap<i32, i64>> {
    let (facts, as_of) = (ask.facts.clone(), ask.frame.as_of);
    Ok(sightings::window(&mut ask.conn, &facts, &ask.forbidden, as_of, as_of).await?.open())
}

fn sort(rows: &mut [ServiceRow], sort: Sort<ServiceColumn>, minimum: TlsVersion) {
    rows.sort_by(|a, b| {
        let by = match sort.column {
            ServiceColumn::Service => a.service.cmp(&b.service),
            ServiceColumn::Calls => a.total().cmp(&b.total()),
            ServiceColumn::Deprecated => a.deprecated(minimum).cmp(&b.deprecated(minimum)),
            ServiceColumn::Callers => a.callers.cmp(&b.callers),
            ServiceColumn::LastSeen => a.last_seen.cmp(&b.last_seen),
            ServiceColumn::Verdict => a.verdict.safe.cmp(&b.verdict.safe),
        };
        let by = if sort.descending { by.reverse() } else { by };
        by.then_with(|| tie(a, b))
    });
}

/// Most calls first, then by name.
fn tie(a: &ServiceRow, b: &ServiceRow) -> Ordering {
    b.total().cmp(&a.total()).then_with(|| a.service.cmp(&b.service)).then_with(|| a.scope.cmp(&b.scope))
}
