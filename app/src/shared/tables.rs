//! The tables of a statement: real ones, without links.

use super::{
    sheet::{Sheet, csv, panel},
    words,
};
use crate::{
    draw::{scroll, spark, verdict, version_words},
    model::{
        caller::CallerRow,
        service::ServiceRow,
        statement::{CountedFiles, Mask, Masking},
        tls::TlsVersion,
        verdict::Safe,
    },
    part::show,
};
use chrono::NaiveDate;
use leptos::prelude::*;

/// Fewer than these are not worth a fold.
const FOLDED: usize = 6;

/// What is to be done stands first; services that nothing speaks against are folded away where they are many.
pub(super) fn services(sheet: &Sheet<'_>) -> AnyView {
    let rows = &sheet.shown.services;
    if rows.is_empty() {
        let body = view! { <p class="says">"No service was called."</p> };
        return panel("services", "Services", ().into_any(), body.into_any());
    }
    let minimum = sheet.whole.frame().minimum();
    let is_clean = |row: &&ServiceRow| row.verdict.safe == Safe::Yes && row.deprecated(minimum) == 0;
    let (clean, wanting): (Vec<_>, Vec<_>) = rows.iter().partition(is_clean);
    let body = if clean.len() < FOLDED {
        services_table(minimum, rows.iter(), "Services").into_any()
    } else {
        let words =
            format!("{} without a deprecated call, safe to enforce", show::plural(clean.len() as i64, "service"));
        let first = (!wanting.is_empty()).then(|| services_table(minimum, wanting.iter().copied(), "Services"));
        let rest = services_table(minimum, clean.iter().copied(), "Services without a deprecated call");
        view! { {first} <details class="fold"><summary>{words}</summary>{rest}</details> }.into_any()
    };
    panel("services", "Services", csv(sheet, "services"), body)
}

fn services_table<'a>(
    minimum: TlsVersion,
    rows: impl Iterator<Item = &'a ServiceRow> + Clone,
    name: &'static str,
) -> AnyView {
    let seen = |version: &TlsVersion| rows.clone().any(|row| row.of(*version) > 0);
    let versions: Vec<TlsVersion> = TlsVersion::ALL.into_iter().filter(seen).collect();
    let heads = versions.iter().map(|version| {
        view! { <th scope="col" class="n"><i class="swatch" data-tls=version.as_str()></i>{version_words(*version)}</th> }
    });
    let heads = heads.collect_view();
    let each = rows.clone().map(|row| service(&versions, minimum, row));
    let table = view! {
        <table class="services">
            <caption class="away">{format!("{name} and the TLS versions of the calls that they received")}</caption>
            <thead>
                <tr>
                    <th scope="col">"Service"</th>
                    <th scope="col">"Safe to enforce?"</th>
                    <th scope="col" class="n">"Deprecated"</th>
                    <th scope="col">"Over time"</th>
                    {heads}
                    <th scope="col" class="n">"All calls"</th>
                    <th scope="col" class="n">"Open callers"</th>
                    <th scope="col">"First seen"</th>
                    <th scope="col">"Last seen"</th>
                </tr>
            </thead>
            <tbody>{each.collect_view()}</tbody>
        </table>
    };
    scroll(name, table.into_any())
}

fn service(versions: &[TlsVersion], minimum: TlsVersion, row: &ServiceRow) -> AnyView {
    let total = row.total();
    let deprecated = row.deprecated(minimum);
    let shares = versions.iter().map(|version| {
        let calls = row.of(*version);
        view! { <td class="n" class:faint=calls == 0>{show::percent(calls, total)}</td> }
    });
    let date = |day: Option<NaiveDate>| day.map_or("–".to_owned(), show::day);
    view! {
        <tr>
            <th scope="row"><span class="clip" title=row.service.clone()>{row.service.clone()}</span></th>
            <td class="why">{verdict(&row.verdict)}</td>
            <td class="n" class:faint=deprecated == 0>{show::count(deprecated)}</td>
            <td>{spark(&row.spark)}</td>
            {shares.collect_view()}
            <td class="n">{show::short(total)}</td>
            <td class="n" class:faint=row.open_callers == 0>{show::count(row.open_callers)}</td>
            <td class="date">{date(row.first_seen)}</td>
            <td class="date">{date(row.last_seen)}</td>
        </tr>
    }
    .into_any()
}

/// More are in the CSV.
const CALLERS_SHOWN: usize = 50;

pub(super) fn callers(sheet: &Sheet<'_>) -> AnyView {
    let statement = sheet.shown;
    if statement.callers.is_empty() {
        let body = view! { <p class="says">"No caller used a deprecated version."</p> };
        return panel("callers", "Callers", ().into_any(), body.into_any());
    }
    let masking = sheet.whole.masking;
    let each = statement.callers.iter().take(CALLERS_SHOWN).map(|row| caller(masking, row));
    let head = |name: &'static str, mask: Mask| (mask != Mask::LeftOut).then(|| view! { <th scope="col">{name}</th> });
    let table = view! {
        <table class="callers">
            <caption class="away">"Callers that used a deprecated TLS version"</caption>
            <thead>
                <tr>
                    {head("Account", masking.accounts)}
                    <th scope="col">"Service"</th>
                    {head("Principal", masking.principals)}
                    {head("User agent", masking.user_agents)}
                    {head("Source address", masking.addresses)}
                    <th scope="col">"TLS"</th>
                    <th scope="col" class="n">"Calls"</th>
                    <th scope="col">"First seen"</th>
                    <th scope="col">"Last seen"</th>
                    <th scope="col">"State"</th>
                </tr>
            </thead>
            <tbody>{each.collect_view()}</tbody>
        </table>
    };
    let (shown, listed) = (statement.callers.len().min(CALLERS_SHOWN), statement.callers.len() as i64);
    let more = (shown < statement.callers_total as usize).then(|| {
        let words = if listed < statement.callers_total {
            format!(
                "The first {shown} of {}; {} are in the CSV.",
                show::count(statement.callers_total),
                show::count(listed)
            )
        } else {
            format!("The first {shown} of {}; all of them are in the CSV.", show::count(listed))
        };
        view! { <p class="hint">{words}</p> }
    });
    let body = view! { {scroll("Callers", table.into_any())} {more} };
    panel("callers", "Callers", csv(sheet, "callers"), body.into_any())
}

fn caller(masking: Masking, row: &CallerRow) -> AnyView {
    let cell = |text: &str, mask: Mask| {
        let (text, shown) = (text.to_owned(), if text.is_empty() { "–".to_owned() } else { text.to_owned() });
        (mask != Mask::LeftOut).then(|| view! { <td><span class="clip" title=text>{shown}</span></td> })
    };
    let versions = row.tls_versions.iter().map(|version| {
        view! { <span class="tls" data-tls=version.as_str()>{version.as_str()}</span> }
    });
    let state = if row.open { "open" } else { "quiet" };
    view! {
        <tr>
            {cell(&row.account, masking.accounts)}
            <td><span class="clip" title=row.service.clone()>{row.service.clone()}</span></td>
            {cell(&row.principal, masking.principals)}
            {cell(&row.user_agent, masking.user_agents)}
            {cell(&row.source_address, masking.addresses)}
            <td>{versions.collect_view()}</td>
            <td class="n">{show::count(row.calls)}</td>
            <td class="date">{show::day(row.first_seen.date_naive())}</td>
            <td class="date">{show::day(row.last_seen.date_naive())}</td>
            <td><span class="tag" data-state=state>{state}</span></td>
        </tr>
    }
    .into_any()
}

/// Sources that a page names; the CSV has all.
const SOURCES_SHOWN: usize = 12;

pub(super) fn files(counted: &[CountedFiles]) -> AnyView {
    if counted.is_empty() {
        return ().into_any();
    }
    let each = counted.iter().take(SOURCES_SHOWN).map(|source| {
        let kind = words::source_kind(source.kind);
        view! {
            <tr>
                <th scope="row"><span class="clip" title=source.source.clone()>{source.source.clone()}</span>" "<span class="faint">{kind}</span></th>
                <td class="n">{show::count(source.files)}</td>
                <td class="n">{show::bytes(source.bytes)}</td>
                <td class="n">{show::short(source.calls)}</td>
                <td class="date">{show::day(source.first.date_naive())}</td>
                <td class="date">{show::day(source.last.date_naive())}</td>
            </tr>
        }
    });
    let more = counted.len().saturating_sub(SOURCES_SHOWN);
    let table = view! {
        <table>
            <caption class="away">"Sources of the log files"</caption>
            <thead>
                <tr>
                    <th scope="col">"Source"</th>
                    <th scope="col" class="n">"Files"</th>
                    <th scope="col" class="n">"Bytes"</th>
                    <th scope="col" class="n">"Calls"</th>
                    <th scope="col">"First"</th>
                    <th scope="col">"Last"</th>
                </tr>
            </thead>
            <tbody>{each.collect_view()}</tbody>
        </table>
    };
    view! {
        {scroll("Sources", table.into_any())}
        {(more > 0).then(|| view! { <p class="hint">{format!("And {} more, in the CSV.", show::plural(more as i64, "source"))}</p> })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        statement::{Statement, tests::sample},
        verdict::Verdict,
    };

    fn with_clean(number: usize) -> Statement {
        let mut statement = sample();
        let like = statement.services[0].clone();
        statement.services.extend((0..number).map(|n| ServiceRow {
            service: format!("clean{n}"),
            calls: Vec::new(),
            verdict: Verdict { safe: Safe::Yes, why: "no deprecated call".into() },
            ..like.clone()
        }));
        statement
    }

    #[test]
    fn many_services_that_nothing_speaks_against_are_folded_and_none_is_missing() {
        for (number, folded) in [(0, false), (FOLDED - 1, false), (FOLDED, true), (40, true)] {
            let statement = with_clean(number);
            let html = crate::shared::sheet::tests::html(&statement, services);
            let fold = html.find("<details");
            assert_eq!(fold.is_some(), folded, "{number}: {html}");
            assert!(!folded || html.contains(&format!("{number} services without a deprecated call")), "{html}");
            for row in &statement.services {
                let at = html.find(&format!(">{}<", row.service)).unwrap_or_else(|| panic!("{}: {html}", row.service));
                let is_folded = fold.is_some_and(|fold| at > fold);
                assert_eq!(is_folded, folded && row.verdict.safe == Safe::Yes, "{}", row.service);
            }
        }
    }
}
