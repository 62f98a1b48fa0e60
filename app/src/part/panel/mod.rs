//! Panels: a chart, the sentence that says it, its legend, and the same numbers in a table.

pub mod open;
pub mod trend;
pub mod versions;

use super::{
    chart::Chart,
    place::{Place, go_to},
    show,
};
use crate::{
    api::ApiError,
    chart,
    model::frame::{Frame, Grain},
    view::View,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// The box around a panel. Its tools stand beside the title.
pub fn panel(id: &'static str, title: &'static str, tools: AnyView, body: AnyView) -> AnyView {
    view! {
        <section class="panel" id=id aria-labelledby=format!("{id}-title")>
            <header>
                <h2 id=format!("{id}-title")>{title}</h2>
                <div class="tools">{tools}</div>
            </header>
            {body}
        </section>
    }
    .into_any()
}

/// A link to the same numbers for a spreadsheet.
pub fn csv_link(place: Place, table: &'static str, what: &'static str) -> AnyView {
    view! { <a class="quiet" href=move || place.csv(table) download aria-label=format!("{what} as CSV")>"CSV"</a> }
        .into_any()
}

/// A chart of a resource. It stays while its numbers change, so nothing jumps or is drawn twice.
fn chart_of<T>(
    place: Place,
    data: Resource<Result<T, ApiError>>,
    label: &str,
    draw: impl Fn(&T) -> charming::Chart + Send + Sync + 'static,
    on_select: impl Fn(&mut View, String) + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let option = move || match data.get() {
        Some(Ok(data)) => chart::json(&draw(&data)),
        _ => String::new(),
    };
    // Only the browser goes anywhere; on the server it would be dropped by another thread than its own.
    let go = StoredValue::new(is_browser().then(|| SendWrapper::new(go_to())));
    let go = move |to: &str| go.with_value(|go| go.iter().for_each(|go| go(to)));
    let select = Callback::new(move |name: String| {
        let to = untrack(|| place.with(|view| on_select(view, name)));
        go(&to);
    });
    let zoom = Callback::new(move |(from, to): (String, String)| {
        if let Ok(range) = format!("from={from}&to={to}").parse::<View>().map(|view| view.range) {
            let to = untrack(|| place.with(|view| view.range = range));
            go(&to);
        }
    });
    view! { <Chart option=Signal::derive(option) label=label.to_owned() on_select=select on_zoom=zoom/> }.into_any()
}

/// The newest rows of a chart's numbers; a table beyond this is for a spreadsheet.
const ROWS_SHOWN: usize = 100;

/// The numbers of a chart, newest first.
fn numbers(
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
pub fn scroll(label: &'static str, table: AnyView) -> AnyView {
    view! { <div class="scroll" role="region" aria-label=label tabindex="0">{table}</div> }.into_any()
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
const NO_LOGS: &str = "no logs";
