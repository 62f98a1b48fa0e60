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
