//! Tables: real ones, sorted by links.

mod callers;
mod coverage;
mod files;
mod services;
mod spark;
mod uploads;

pub(crate) use callers::callers;
pub(crate) use coverage::{coverage, gap_words};
pub(crate) use files::{file_rows, files};
pub(crate) use services::{services, verdict};
pub(crate) use spark::spark;
pub(crate) use uploads::history;

use leptos::prelude::*;

/// A column head that sorts. `sorted`: whether the table is sorted by it, and downwards.
fn sortable(name: &'static str, numeric: bool, to: String, sorted: Option<bool>) -> AnyView {
    let (aria, arrow) = match sorted {
        Some(true) => (Some("descending"), Some("↓")),
        Some(false) => (Some("ascending"), Some("↑")),
        None => (None, None),
    };
    view! {
        <th scope="col" class:n=numeric aria-sort=aria>
            <a href=to data-noscroll>{name}{arrow.map(|arrow| view! { <span class="arrow" aria-hidden="true">{arrow}</span> })}</a>
        </th>
    }
    .into_any()
}

/// A cell for a text of any length that others have written.
fn clipped(text: String) -> AnyView {
    let missing = text.is_empty();
    let shown = if missing { "–".to_owned() } else { text.clone() };
    view! { <td><span class="clip" title=text class:faint=missing>{shown}</span></td> }.into_any()
}
