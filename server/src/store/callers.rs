//! Callers: how many are open, and who they are.

use super::session::Session;
use crate::{
    db::read::{
        callers::{self, Caller, LastDay, Search, Wanted},
        detail,
        facts::Named,
        sightings,
    },
    tally::Tls,
};
use app::model::{
    call::Scope,
    caller::{CallerPage, CallerRow},
    forecast::{Forecast, LOOK_BACK, forecast},
    open::{OpenCallers, days_from},
    tls::TlsVersion,
};
use app::view::CallerColumn;
use chrono::{Days, NaiveDate};
use rustc_hash::FxHashMap;
use std::collections::{HashMap, HashSet};

/// Days that the chart of open callers shows at most.
const MOST_DAYS: u64 = 182;

/// The days of the frame up to `as_of`, but at least those that the forecast looks back on and half a year at most.
pub(super) async fn open(ask: &mut Session<'_>) -> sqlx::Result<OpenCallers> {
    let as_of = ask.frame.as_of;
    let back = |days: u64| as_of - Days::new(days - 1);
    let first = ask.frame.days().0.clamp(back(MOST_DAYS), back(LOOK_BACK as u64));
    let facts = ask.facts.clone();
    let window = sightings::window(&mut ask.conn, &facts, &ask.forbidden, first, as_of).await?;
    let open = window.per_day();
    let days = days_from(first, open.len());
    let without_logs = ask.without_logs(&days);
    let forecast = lead(ask, &open, &without_logs);
    Ok(OpenCallers { frame: ask.frame.clone(), days, open, without_logs, forecast })
}

/// Where the number of open callers leads; both slices end on `as_of`.
pub(super) fn lead(ask: &Session<'_>, open: &[u32], without_logs: &[bool]) -> Forecast {
    let as_of = ask.frame.as_of;
    let coverage = ask.coverage_between(as_of - Days::new(LOOK_BACK as u64 - 1), as_of);
    forecast(as_of, open, without_logs, coverage)
}

pub(super) async fn page(ask: &mut Session<'_>, size: usize) -> sqlx::Result<CallerPage> {
    let page = ask.view.page.number();
    let wanted = Wanted {
        days: ask.frame.days(),
        filter: &ask.forbidden,
        search: search(ask),
        sort: ask.view.caller_sort,
        places: places(ask),
        limit: size,
        offset: (page - 1) as usize * size,
    };
    let (ids, total) = callers::page(&mut ask.conn, &wanted).await?;
    let mut found: HashMap<i64, Caller> = callers::details(&mut ask.conn, &ids, wanted.days, &ask.forbidden)
        .await?
        .into_iter()
        .map(|caller| (caller.id, caller))
        .collect();
    let open = open_among(ask, &ids).await?;
    let rows = ids.iter().filter_map(|id| row(ask, found.remove(id)?, &open)).collect();
    Ok(CallerPage { detail_missing: is_detail_missing(ask).await?, frame: ask.frame.clone(), total, page, rows })
}

/// Names byte by byte, whatever the language of the database.
fn places(ask: &Session<'_>) -> FxHashMap<i32, i64> {
    let mut named: Vec<(&str, i32)> = match ask.view.caller_sort.column {
        CallerColumn::Account => ask.facts.accounts.iter().map(|account| (account.name.as_str(), account.id)).collect(),
        CallerColumn::Service => ask.facts.services.iter().map(|s| (s.service.as_str(), s.id)).collect(),
        _ => Vec::new(),
    };
    named.sort_unstable();
    // Services of several scopes may share a name, and then a place.
    let groups = named.chunk_by(|a, b| a.0 == b.0).enumerate();
    groups.flat_map(|(place, group)| group.iter().map(move |(_, id)| (*id, place as i64))).collect()
}

/// Which of these callers are open.
async fn open_among(ask: &mut Session<'_>, ids: &[i64]) -> sqlx::Result<HashSet<i64>> {
    let as_of = ask.frame.as_of;
    let since = ask.facts.open_since(&ask.forbidden, as_of).map(|(_, since)| since).min();
    let Some(since) = since else { return Ok(HashSet::new()) };
    let last_days = callers::last_days(&mut ask.conn, ids, &ask.forbidden, (since, as_of)).await?;
    Ok(last_days.iter().filter(|last| is_open(ask, last)).map(|last| last.caller).collect())
}

fn is_open(ask: &Session<'_>, last: &LastDay) -> bool {
    sightings::open_since(&ask.facts, last.account, last.region, ask.frame.as_of).is_some_and(|since| last.day >= since)
}

fn search(ask: &Session<'_>) -> Option<Search> {
    // No stored text has a NUL, and Postgres refuses it: what cannot be found is looked for in its place.
    let text = ask.view.search.trim().to_lowercase().replace('\0', "\u{10ffff}");
    if text.is_empty() {
        return None;
    }
    let contains = |name: &str| name.to_lowercase().contains(&text);
    let accounts = ask.facts.accounts.iter().filter(|a| contains(&a.name)).map(|a| a.id).collect();
    let services = ask.facts.services.iter().filter(|s| contains(&s.service)).map(|s| s.id).collect();
    Some(Search { text, accounts, services })
}

fn row(ask: &Session<'_>, caller: Caller, open: &HashSet<i64>) -> Option<CallerRow> {
    let name = |names: &[Named], id| names.iter().find(|named| named.id == id).map(|named| named.name.clone());
    let service = ask.facts.service(caller.service_id)?;
    let (scope, service): (Scope, String) = (service.scope, service.service.clone());
    Some(CallerRow {
        scope,
        account: name(&ask.facts.accounts, caller.account_id)?,
        service,
        principal: caller.principal,
        user_agent: caller.user_agent,
        source_address: caller.source_address,
        tls_versions: TlsVersion::ALL
            .into_iter()
            .filter(|version| {
                *version != TlsVersion::Unknown && caller.versions & (1 << Tls::Known(*version).code()) != 0
            })
            .collect(),
        calls: caller.calls,
        first_seen: caller.first_seen,
        last_seen: caller.last_seen,
        open: open.contains(&caller.id),
    })
}

/// Whether uploads within the frame kept fewer callers than the deadline asks for.
pub(super) async fn is_detail_missing(ask: &mut Session<'_>) -> sqlx::Result<bool> {
    let minimum = Tls::Known(ask.frame.minimum()).code();
    let span = (ask.frame.from, ask.frame.to);
    detail::is_missing(&mut ask.conn, span, &ask.forbidden, minimum).await
}

/// The last day with a forbidden call from which callers would be open today.
pub(super) fn recent_since(ask: &Session<'_>) -> Option<NaiveDate> {
    ask.facts.open_since(&ask.all, ask.frame.as_of).map(|(_, since)| since).max()
}
