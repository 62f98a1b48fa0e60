//! The answer on top of every page, and how much of it the logs cover.

use super::{
    callers::{is_detail_missing, lead, recent_since},
    session::Session,
    trend::version,
};
use crate::{
    db::read::{
        counts::{By, Count, Span, counts},
        facts::Named,
        sightings,
    },
    tally::Tls,
};
use app::model::{
    coverage::{Coverage, CoverageRow},
    forecast::LOOK_BACK,
    open::days_from,
    overview::Overview,
    sentence::Answer,
    tls::{TlsVersion, UnknownReason},
    verdict::state,
};
use chrono::{Days, NaiveDate};
use std::{cmp::Reverse, collections::BTreeSet};

pub(super) async fn overview(ask: &mut Session<'_>) -> sqlx::Result<Overview> {
    let span = ask.span();
    let counts_by_version = counts(&mut ask.conn, span, &ask.all, By { tls: true, ..By::default() }).await?;
    let deprecated = counts(&mut ask.conn, span, &ask.forbidden, By { service: true, ..By::default() }).await?;
    let (facts, as_of) = (ask.facts.clone(), ask.frame.as_of);
    let first = as_of - Days::new(LOOK_BACK as u64 - 1);
    let window = sightings::window(&mut ask.conn, &facts, &ask.forbidden, first, as_of).await?;
    let per_day = window.per_day();
    let open = window.open();
    let open_services = open.len() as i64;
    let open_callers = open.values().sum();
    let forecast = lead(ask, &per_day, &ask.without_logs(&days_from(first, per_day.len())));
    let coverage = ask.coverage();
    let services_without_detail = services_without_detail(ask, &deprecated).await?;
    let deadline = ask.frame.deadline.as_ref().map(|d| d.date);
    let state = state(open_callers > 0 || services_without_detail > 0, deadline, as_of, &forecast, coverage);
    let calls_after_deadline = calls_after_deadline(ask).await?;
    let calls = counts_by_version.iter().map(|count| count.calls).sum();
    let seen: BTreeSet<TlsVersion> = counts_by_version.iter().filter_map(version).collect();
    let answer = Answer {
        frame: &ask.frame,
        state,
        open_services,
        open_callers,
        forecast: &forecast,
        coverage,
        calls,
        seen: &seen.into_iter().collect::<Vec<_>>(),
        last_seen: deprecated.iter().map(|count| count.last_day).max(),
        calls_after_deadline,
        services_without_detail,
    };
    Ok(Overview {
        sentence: answer.sentence(),
        frame: ask.frame.clone(),
        state,
        open_services,
        open_callers,
        coverage,
        silent: silent(ask),
        calls,
        deprecated_calls: deprecated.iter().map(|count| count.calls).sum(),
        unknown: unknown(&counts_by_version),
        calls_after_deadline,
        forecast,
    })
}

/// By reason, most first.
fn unknown(counts: &[Count]) -> Vec<(UnknownReason, i64)> {
    let reason = |count: &Count| match count.tls.and_then(Tls::from_code)? {
        Tls::Unknown(reason) => Some((reason, count.calls)),
        Tls::Known(_) => None,
    };
    let mut unknown: Vec<_> = counts.iter().filter_map(reason).collect();
    unknown.sort_by_key(|(reason, calls)| (Reverse(*calls), *reason));
    unknown
}

/// Services that were called lately with a version for which callers were not kept.
async fn services_without_detail(ask: &mut Session<'_>, deprecated: &[Count]) -> sqlx::Result<i64> {
    let since = recent_since(ask);
    let recent = deprecated.iter().filter(|count| since.is_some_and(|since| count.last_day >= since)).count();
    Ok(if recent > 0 && is_detail_missing(ask).await? { recent as i64 } else { 0 })
}

/// Over all logs, whatever the frame.
async fn calls_after_deadline(ask: &mut Session<'_>) -> sqlx::Result<i64> {
    let Some(deadline) = ask.frame.deadline.as_ref().filter(|_| ask.frame.is_past_deadline()) else { return Ok(0) };
    let Some(last) = ask.frame.logged.map(|(_, last)| last) else { return Ok(0) };
    let span = Span::Days(deadline.date + Days::new(1), last);
    let after = counts(&mut ask.conn, span, &ask.forbidden, By::default()).await?;
    Ok(after.iter().map(|count| count.calls).sum())
}

pub(super) fn coverage(ask: &Session<'_>) -> Coverage {
    let name = |names: &[Named], id| names.iter().find(|named| named.id == id).map(|named| named.name.clone());
    let (first, last) = ask.frame.days();
    let last = last.min(ask.frame.as_of);
    let rows = ask.facts.logged_by(&ask.all).filter_map(|((account, region), logged)| {
        let tally = logged.tally(first, last);
        Some(CoverageRow {
            account: name(&ask.facts.accounts, account)?,
            region: name(&ask.facts.regions, region)?,
            days_with_logs: u32::try_from(tally.covered).ok()?,
            days_expected: u32::try_from(tally.expected).ok()?,
            days_silent: u32::try_from(tally.silent).ok()?,
            first_day: logged.own.first()?,
            last_day: logged.own.last()?,
            gaps: logged.gaps(first, last),
        })
    });
    let mut rows: Vec<CoverageRow> = rows.filter(|row| row.days_expected + row.days_silent > 0).collect();
    rows.sort_by(|a, b| (&a.account, &a.region).cmp(&(&b.account, &b.region)));
    Coverage { share: ask.coverage(), frame: ask.frame.clone(), rows }
}

/// Account and region pairs that have fallen silent, and since when the first of them.
fn silent(ask: &Session<'_>) -> Option<(i64, NaiveDate)> {
    let (first, last) = ask.frame.days();
    let last = last.min(ask.frame.as_of);
    let silent: Vec<NaiveDate> = ask
        .facts
        .logged_by(&ask.all)
        .filter(|(_, logged)| logged.tally(first, last).silent > 0)
        .filter_map(|(_, logged)| logged.own.last())
        .collect();
    let since = silent.iter().min()?;
    Some((silent.len() as i64, *since))
}
