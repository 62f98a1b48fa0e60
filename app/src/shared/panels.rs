//! What a statement says besides its tables.

use super::{
    sheet::{Sheet, csv, evidence, panel},
    tables,
};
use crate::{
    draw::gap_words,
    model::{
        coverage::{CoverageRow, Gap},
        statement::{Mask, Masking},
    },
    part::show,
};
use leptos::prelude::*;

/// Longer lists are in the CSV.
const GAPS_NAMED: usize = 6;

/// Days and accounts without logs, calls without TLS details.
pub(super) fn unknown(sheet: &Sheet<'_>) -> AnyView {
    let statement = sheet.whole;
    let overview = &statement.overview;
    let calls: i64 = overview.unknown.iter().map(|(_, calls)| calls).sum();
    let reasons = overview.unknown.iter().map(|(reason, calls)| {
        view! { <li><b>{show::count(*calls)}</b>" "{reason.words()}</li> }
    });
    let details = match calls {
        0 => "Every call carries TLS details.".to_owned(),
        calls => format!(
            "{} of {} carry no TLS details ({}). They are never taken for modern ones:",
            show::count(calls),
            show::plural(overview.calls, "call"),
            show::percent(calls, overview.calls)
        ),
    };
    let silent = overview.silent.map(|(regions, since)| {
        let words = format!(
            "{} of accounts wrote no log any more, the first since {}: nothing is expected of them.",
            show::plural(regions, "region"),
            show::day(since)
        );
        view! { <p>{words}</p> }
    });
    let detail = statement.detail_missing.then(|| {
        view! { <p>"For part of the range, callers were not kept for every version that the deadline forbids."</p> }
    });
    let body = view! {
        <p>{covered(&statement.coverage)}</p>
        {gaps(statement.masking, &statement.coverage)}
        {silent}
        <p>{details}</p>
        <ul class="plain">{reasons.collect_view()}</ul>
        {detail}
        <p class="hint">"A call that fails the TLS handshake leaves no record: after a deadline is enforced, zero means blocked, not migrated."</p>
    };
    panel("unknown", "What is not known", csv(sheet, "coverage"), body.into_any())
}

fn covered(rows: &[CoverageRow]) -> String {
    let with_gaps = rows.iter().filter(|row| !row.gaps.is_empty()).count();
    let missing: i64 = rows.iter().flat_map(|row| row.gaps.iter().copied().map(Gap::days)).sum();
    let pairs = show::plural(rows.len() as i64, "pair") + " of account and region";
    match (rows.len(), with_gaps) {
        (0, _) => "There is no log in this range.".to_owned(),
        (_, 0) => format!("The logs of {pairs} miss no day."),
        (_, some) => format!(
            "The logs of {} of {pairs} miss some days, {} in all. Zero calls on such a day is unknown, not clean:",
            show::count(some as i64),
            show::count(missing)
        ),
    }
}

/// The longest first.
fn gaps(masking: Masking, rows: &[CoverageRow]) -> AnyView {
    let mut gaps: Vec<(&CoverageRow, Gap)> =
        rows.iter().flat_map(|row| row.gaps.iter().map(move |gap| (row, *gap))).collect();
    gaps.sort_by_key(|(_, gap)| (-gap.days(), gap.first));
    let more = gaps.len().saturating_sub(GAPS_NAMED);
    let each = gaps.into_iter().take(GAPS_NAMED).map(|(row, gap)| {
        let region = if row.region.is_empty() { "no region" } else { &row.region };
        let account = match masking.accounts {
            Mask::LeftOut => "an account".to_owned(),
            _ if row.account.is_empty() => "no account".to_owned(),
            _ => row.account.clone(),
        };
        view! { <li>{format!("{}: {account}, {region}", gap_words(gap))}</li> }
    });
    let each = each.collect_view();
    view! {
        <ul class="plain">{each} {(more > 0).then(|| view! { <li class="faint">{format!("and {} more", show::plural(more as i64, "gap"))}</li> })}</ul>
    }
    .into_any()
}

/// How the deadline's date moved, and who says so.
pub(super) fn deadline(sheet: &Sheet<'_>) -> Option<AnyView> {
    let deadline = sheet.whole.frame().deadline.as_ref()?;
    let moved = deadline.history.iter().map(|revision| {
        let note = if revision.note.is_empty() { String::new() } else { format!(": {}", revision.note) };
        view! { <li><b>{show::day(revision.date)}</b>{format!(", said on {}{note}", show::day(revision.announced))}</li> }
    });
    let history = (deadline.history.len() > 1)
        .then(|| view! { <ol class="history" aria-label="How the deadline moved">{moved.collect_view()}</ol> });
    let words = format!("{}: at least TLS {} from {} on.", deadline.name, deadline.minimum, show::day(deadline.date));
    let source = (!deadline.source_url.is_empty()).then(|| format!(" Source: {}", deadline.source_url));
    Some(view! { <p class="hint">{words}{source}</p> {history} }.into_any())
}

/// How it was counted.
pub(super) fn rules(sheet: &Sheet<'_>) -> AnyView {
    let body = view! {
        <ul class="plain rules">
            <li>"Each call is counted once, however often its log file came, recognised by the event's own identity."</li>
            <li>"The TLS version is that of the call's record. It is never guessed: a call without one is unknown."</li>
            <li>"A caller is an account, a service, a principal, a user agent and a source address. It is open until 14 days with logs went by without a deprecated call of it."</li>
            <li>"The forecast carries the median slope of the open callers of the last 8 weeks to zero; without enough logs there is none."</li>
            <li>"A service is safe to enforce without open callers, at 90 % coverage and more, and with TLS details in 90 % of its calls and more."</li>
            <li>"Days are UTC."</li>
        </ul>
        <p class="hint">{format!("Rules version {}. {}", sheet.whole.rules, masked(sheet.whole.masking))}</p>
        {evidence(sheet)}
    };
    panel("rules", "How it was counted", ().into_any(), body.into_any())
}

fn masked(masking: Masking) -> String {
    let kinds = [
        ("principals", masking.principals),
        ("accounts", masking.accounts),
        ("source addresses", masking.addresses),
        ("user agents", masking.user_agents),
    ];
    let of =
        |mask: Mask| kinds.iter().filter(|(_, m)| *m == mask).map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let (named, left_out) = (of(Mask::Pseudonym), of(Mask::LeftOut));
    let mut words = match named.as_str() {
        "" => String::new(),
        named => format!("Made-up names stand for {named}: the same name is always the same one, on this page only."),
    };
    if !left_out.is_empty() {
        words = format!("{words} Left out: {left_out}.");
    }
    if words.is_empty() { "Nothing is masked.".into() } else { words.trim().to_owned() }
}

/// From which logs.
pub(super) fn logs(sheet: &Sheet<'_>) -> AnyView {
    let counted = &sheet.whole.counted;
    let files: i64 = counted.iter().map(|source| source.files).sum();
    let bytes: i64 = counted.iter().map(|source| source.bytes).sum();
    let first = counted.iter().map(|source| source.first).min();
    let last = counted.iter().map(|source| source.last).max();
    let words = match first.zip(last) {
        None => "No log has a call of this page.".to_owned(),
        Some((first, last)) => format!(
            "{} ({} of records). The first call of this page is of the hour of {}, the last one of {}.",
            show::plural(files, "log file"),
            show::bytes(bytes),
            show::moment(first),
            show::moment(last)
        ),
    };
    let body = view! {
        <p>{words}</p>
        {tables::files(counted)}
        <p class="hint">"Files and bytes are those of a source as a whole; calls and hours are those of this page."</p>
    };
    panel("logs", "From which logs", csv(sheet, "files"), body.into_any())
}
