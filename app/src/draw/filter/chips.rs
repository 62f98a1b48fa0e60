//! What is filtered right now, each with a way out.

use super::list::List;
use crate::{
    draw::{filter::range, place::Place},
    view::{Range, View},
};
use leptos::prelude::*;

/// One link per filter that differs from its default; nothing without any.
pub(crate) fn chips(place: &Place) -> AnyView {
    let view = &place.shown;
    let mut all: Vec<AnyView> = Vec::new();
    if view.range != Range::default() {
        all.push(chip(range::words(view), place.with(|v| v.range = Range::default())));
    }
    if let Some(grain) = view.grain {
        all.push(chip(format!("by {grain}"), place.with(|v| v.grain = None)));
    }
    for list in [List::Account, List::Region, List::Service, List::TlsVersion] {
        for value in list.chosen(view) {
            let without = place.with(|v| list.retain(v, |x| x != value));
            all.push(chip(format!("{} {}", list.name(), list.words(&value)), without));
        }
    }
    if !view.search.is_empty() {
        all.push(chip(format!("“{}”", view.search), place.with(|v| v.search.clear())));
    }
    if all.is_empty() {
        return ().into_any();
    }
    let clear = place.with(|v| {
        *v = View {
            chart: v.chart,
            service_sort: v.service_sort,
            caller_sort: v.caller_sort,
            deadline: v.deadline,
            ..View::default()
        };
    });
    view! {
        <ul class="chips" aria-label="Active filters">
            {all.into_iter().map(|chip| view! { <li>{chip}</li> }).collect_view()}
            <li><a class="quiet" href=clear data-noscroll>"Clear all"</a></li>
        </ul>
    }
    .into_any()
}

fn chip(words: String, without: String) -> AnyView {
    view! {
        <a class="chip" href=without data-noscroll title=format!("Remove: {words}")>
            <span class="clip">{words.clone()}</span>
            <span aria-hidden="true">"×"</span>
            <span class="away">" (remove)"</span>
        </a>
    }
    .into_any()
}
