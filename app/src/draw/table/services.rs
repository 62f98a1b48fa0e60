//! Services: versions, callers, and whether it is safe to enforce.

use super::{sortable, spark::spark};
use crate::{
    draw::{
        filter::version_words,
        panel::{csv_link, panel, scroll},
        place::{Place, service_href},
    },
    model::{
        deadline::Deadline,
        frame::Frame,
        service::{ServiceRow, Services},
        tls::TlsVersion,
        verdict::{Safe, Verdict},
    },
    part::show,
    view::ServiceColumn,
};
use leptos::prelude::*;

pub(crate) fn services(place: &Place, services: &Services) -> AnyView {
    panel("services", "Services", csv_link(place, "services", "Services"), table(place, services))
}

fn table(place: &Place, services: &Services) -> AnyView {
    if services.rows.is_empty() {
        return view! { <p class="says">"No service was called in this range."</p> }.into_any();
    }
    let seen = |version: &TlsVersion| services.rows.iter().any(|row| row.of(*version) > 0);
    let versions: Vec<TlsVersion> = TlsVersion::ALL.into_iter().filter(seen).collect();
    let rows = services.rows.iter().map(|service| row(place, &services.frame, &versions, service)).collect_view();
    let table = view! {
        <table class="services">
            <caption class="away">"Services and the TLS versions of the calls that they received"</caption>
            <thead>{heads(place, &versions)}</thead>
            <tbody>{rows}</tbody>
        </table>
    };
    scroll("Services", table.into_any())
}

fn heads(place: &Place, versions: &[TlsVersion]) -> AnyView {
    let sort = place.view.service_sort;
    let head = |name, numeric, column: ServiceColumn| {
        let here = (sort.column == column).then_some(sort.descending);
        sortable(name, numeric, place.with(|v| *v = v.clone().sort_services(column)), here)
    };
    let versions = versions.iter().map(|version| {
        view! { <th scope="col" class="n"><i class="swatch" data-tls=version.as_str()></i>{version_words(*version)}</th> }
    });
    view! {
        <tr>
            {head("Service", false, ServiceColumn::Service)}
            {head("Safe to enforce?", false, ServiceColumn::Verdict)}
            {head("Deprecated", true, ServiceColumn::Deprecated)}
            <th scope="col">"Over time"</th>
            {versions.collect_view()}
            {head("All calls", true, ServiceColumn::Calls)}
            {head("Open callers", true, ServiceColumn::Callers)}
            <th scope="col">"First seen"</th>
            {head("Last seen", true, ServiceColumn::LastSeen)}
            <th scope="col">"Deadline"</th>
        </tr>
    }
    .into_any()
}

fn row(place: &Place, frame: &Frame, versions: &[TlsVersion], row: &ServiceRow) -> AnyView {
    let total = row.total();
    let deprecated = row.deprecated(frame.minimum());
    let shares = versions.iter().map(|version| {
        let calls = row.of(*version);
        view! { <td class="n" class:faint=calls == 0 title=show::plural(calls, "call")>{show::percent(calls, total)}</td> }
    });
    let date = |day: Option<chrono::NaiveDate>| day.map_or("–".to_owned(), show::day);
    let ago = row.last_seen.map_or("–".to_owned(), |day| show::relative(day, frame.as_of));
    view! {
        <tr>
            <th scope="row">
                <a class="clip" href=service_href(&row.service, &place.shown) title=row.service.clone()>{row.service.clone()}</a>
            </th>
            <td class="why">{verdict(&row.verdict)}</td>
            <td class="n" class:faint=deprecated == 0>{show::count(deprecated)}</td>
            <td>{spark(&row.spark)}</td>
            {shares.collect_view()}
            <td class="n" title=show::count(total)>{show::short(total)}</td>
            <td class="n" class:faint=row.open_callers == 0 title=format!("{} in this range", show::plural(row.callers, "caller"))>
                {show::count(row.open_callers)}
            </td>
            <td class="date">{date(row.first_seen)}</td>
            <td class="n date" title=date(row.last_seen)>{ago}</td>
            <td class="date">{deadline_cell(frame, row)}</td>
        </tr>
    }
    .into_any()
}

fn deadline_cell(frame: &Frame, row: &ServiceRow) -> String {
    let applies = |deadline: &&Deadline| deadline.applies_to(row.scope, &row.service);
    match frame.deadline.as_ref().filter(applies) {
        Some(deadline) => show::relative(deadline.date, frame.today),
        None => "does not apply".into(),
    }
}

/// Yes, no or unknown, and why.
pub(crate) fn verdict(verdict: &Verdict) -> AnyView {
    let (name, words) = match verdict.safe {
        Safe::Yes => ("yes", "Yes: "),
        Safe::No => ("no", "No: "),
        Safe::Unknown => ("unknown", "Unknown: "),
    };
    let why = verdict.why.clone();
    view! { <span class="verdict clip" data-safe=name title=why.clone()><b>{words}</b>{why.clone()}</span> }.into_any()
}
