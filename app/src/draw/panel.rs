//! Panels: a box with a title, and in it a chart's words and numbers, or a table.

use super::place::Place;
use crate::{
    model::frame::{Frame, Grain},
    part::show,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// The title of a panel, and its tools beside it.
pub(crate) fn head(title: &'static str, tools: AnyView) -> AnyView {
    view! { <header><h2>{title}</h2><div class="tools">{tools}</div></header> }.into_any()
}

/// A panel without a chart.
pub(crate) fn panel(id: &'static str, title: &'static str, tools: AnyView, body: AnyView) -> AnyView {
    view! { <section class="panel" id=id aria-label=title>{head(title, tools)} {body}</section> }.into_any()
}

/// A link to the same numbers for a spreadsheet.
pub(crate) fn csv_link(place: &Place, table: &'static str, what: &'static str) -> AnyView {
    view! { <a class="quiet" href=place.csv(table) download aria-label=format!("{what} as CSV")>"CSV"</a> }.into_any()
}

/// The newest rows of a chart's numbers; a table beyond this is for a spreadsheet.
const ROWS_SHOWN: usize = 100;

/// The numbers of a chart, newest first.
pub(crate) fn numbers(
    caption: &'static str,
    frame: &Frame,
    times: &[DateTime<Utc>],
    columns: Vec<(String, Vec<String>)>,
) -> AnyView {
    let grain = frame.grain;
    let rows = times.iter().enumerate().rev().take(ROWS_SHOWN).map(|(i, time)| {
        let cells = columns.iter().map(|(_, cells)| view! { <td class="n">{cells.get(i).cloned()}</td> });
        view! { <tr><th scope="row">{bucket(*time, grain)}</th>{cells.collect_view()}</tr> }
    });
    let rows = rows.collect_view();
    let heads = columns.iter().map(|(name, _)| view! { <th scope="col" class="n"><span class="clip" title=name.clone()>{name.clone()}</span></th> });
    let more = (times.len() > ROWS_SHOWN)
        .then(|| view! { <p class="hint">{format!("The newest {ROWS_SHOWN} of {}; all of them are in the CSV.", times.len())}</p> });
    view! {
        <details class="numbers">
            <summary>"The numbers"</summary>
            {scroll(caption, view! {
                <table>
                    <caption class="away">{caption}</caption>
                    <thead><tr><th scope="col">"Time"</th>{heads.collect_view()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }.into_any())}
            {more}
        </details>
    }
    .into_any()
}

/// A box that scrolls by itself when the table in it is wide; the keyboard can reach it.
pub(crate) fn scroll(label: &'static str, table: AnyView) -> AnyView {
    view! { <div class="scroll" role="region" aria-label=format!("{label}, table") tabindex="0">{table}</div> }
        .into_any()
}

fn bucket(time: DateTime<Utc>, grain: Grain) -> String {
    match grain {
        Grain::Hour => show::moment(time),
        Grain::Day => show::day(time.date_naive()),
        Grain::Week => format!("week of {}", show::day(time.date_naive())),
        Grain::Month => {
            show::day(time.date_naive()).split_once(' ').map(|(_, rest)| rest.to_owned()).unwrap_or_default()
        }
    }
}

/// What a cell says where there is no log at all.
pub(crate) const NO_LOGS: &str = "no logs";
