//! What a statement says besides its tables.

use super::{
    sheet::{Sheet, csv, evidence, panel},
    tables, words,
};
use crate::{
    model::{coverage::CoverageRow, statement::Masking},
    part::show,
};
use leptos::prelude::*;

/// Longer lists are in the CSV.
const GAPS_NAMED: usize = 6;

/// Days and accounts without logs, calls without TLS details.
pub(super) fn unknown(sheet: &Sheet<'_>) -> AnyView {
    let statement = sheet.whole;
    let overview = &statement.overview;
    let reasons = overview.unknown.iter().map(|(reason, calls)| {
        view! { <li><b>{show::count(*calls)}</b>" "{reason.words()}</li> }
    });
    let silent = words::silent(overview).map(|words| view! { <p>{words}</p> });
    let detail = statement.detail_missing.then(|| view! { <p>{words::DETAIL_MISSING}</p> });
    let body = view! {
        <p>{words::covered(&statement.coverage)}</p>
        {gaps(statement.masking, &statement.coverage)}
        {silent}
        <p>{words::without_details(overview)}</p>
        <ul class="plain">{reasons.collect_view()}</ul>
        {detail}
        <p class="hint">{words::HANDSHAKES}</p>
    };
    panel("unknown", "What is not known", csv(sheet, "coverage"), body.into_any())
}

/// The longest first.
fn gaps(masking: Masking, rows: &[CoverageRow]) -> AnyView {
    let gaps = words::gaps(rows);
    let more = gaps.len().saturating_sub(GAPS_NAMED);
    let each = gaps.into_iter().take(GAPS_NAMED);
    let each = each.map(|(row, gap)| view! { <li>{words::gap(masking, row, gap)}</li> });
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
        view! { <li><b>{show::day(revision.date)}</b>{words::revision(revision)}</li> }
    });
    let history = (deadline.history.len() > 1)
        .then(|| view! { <ol class="history" aria-label="How the deadline moved">{moved.collect_view()}</ol> });
    let words = words::deadline(deadline);
    let source = (!deadline.source_url.is_empty()).then(|| format!(" Source: {}", deadline.source_url));
    Some(view! { <p class="hint">{words}{source}</p> {history} }.into_any())
}

/// How it was counted.
pub(super) fn rules(sheet: &Sheet<'_>) -> AnyView {
    let body = view! {
        <ul class="plain rules">{words::RULES.map(|rule| view! { <li>{rule}</li> }).collect_view()}</ul>
        <p class="hint">{format!("{} {}", words::rules_version(sheet.whole), words::masked(sheet.whole.masking))}</p>
        {evidence(sheet)}
    };
    panel("rules", "How it was counted", ().into_any(), body.into_any())
}

/// From which logs.
pub(super) fn logs(sheet: &Sheet<'_>) -> AnyView {
    let counted = &sheet.whole.counted;
    let body = view! {
        <p>{words::logs(counted)}</p>
        {tables::files(counted)}
        <p class="hint">{words::LOGS_MEASURE}</p>
    };
    panel("logs", "From which logs", csv(sheet, "files"), body.into_any())
}
