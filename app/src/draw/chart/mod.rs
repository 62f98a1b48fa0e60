//! Pieces with a chart: its option, the sentence that says it, its legend, and the same numbers in a table.

mod open;
mod trend;
mod versions;

pub(crate) use open::open_callers;
pub(crate) use trend::trend;
pub(crate) use versions::versions;

use crate::{api::Fragment, chart};
use leptos::prelude::*;

fn fragment(head: AnyView, option: &charming::Chart, below: AnyView) -> Fragment {
    Fragment { head: head.to_html(), html: below.to_html(), option: chart::json(option), ..Fragment::default() }
}

/// The key of a series, which hides it in the chart and shows it again: a colour, as a button. `series` is what
/// `frontend/src/legend.js` calls it. Which ones are hidden is the reader's own business and no part of the address, so that no
/// link leaves anything out.
fn hide(series: String, name: &str, swatch: AnyView) -> AnyView {
    view! {
        <button type="button" class="hide needs-js" data-series-id=series aria-pressed="true" aria-label=format!("Draw {name}") title=format!("Hide or show {name}")>
            {swatch}
        </button>
    }
    .into_any()
}

/// What `frontend/src/legend.js` calls a series with this id, which has a number in front of it.
fn named(id: &str) -> String {
    format!("= {id}")
}
