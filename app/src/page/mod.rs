//! One file per route.

pub mod account;
pub mod audit;
pub mod callers;
pub mod check;
pub mod coverage;
pub mod deadlines;
pub mod invitation;
pub mod missing;
pub mod overview;
pub mod people;
pub mod service;
pub mod set_up;
pub mod share;
pub mod shares;
pub mod sign_in;
pub mod source;
pub mod sources;
pub mod upload;
pub mod uploads;
mod welcome;

use crate::part::piece::{Drawn, show};
use leptos::prelude::*;

/// A page about the data: its answer and filters, then the panels. Without any log there is nothing to see yet but the
/// way in, and without an answer nothing at all.
fn framed(lead: Drawn, panels: AnyView) -> AnyView {
    shorten_address();
    view! {
        {show(lead)}
        <Transition>
            {
                let own_files = Memo::new(move |_| match lead.get() {
                    Some(Ok(fragment)) if fragment.empty => Some(fragment.head),
                    _ => None,
                });
                move || own_files.get().map(welcome::welcome)
            }
            {
                let idle = move || !matches!(lead.get(), Some(Ok(fragment)) if !fragment.empty);
                view! { <div class="panels" hidden=idle>{panels}</div> }
            }
        </Transition>
    }
    .into_any()
}

/// Forms without JavaScript send empty fields too; the answer then lies at the short address, fit to be shared.
fn shorten_address() {
    #[cfg(feature = "ssr")]
    {
        let location = leptos_router::hooks::use_location();
        let search = location.search.get_untracked();
        let padded = search.split('&').any(|pair| pair.ends_with('='));
        if let (true, Ok(view)) = (padded, search.parse::<crate::view::View>()) {
            let query = view.to_string();
            let mark = if query.is_empty() { "" } else { "?" };
            leptos_axum::redirect(&format!("{}{mark}{query}", location.pathname.get_untracked()));
        }
    }
}
