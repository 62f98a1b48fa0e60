//! One file per route.

pub mod callers;
pub mod coverage;
pub mod deadlines;
pub mod missing;
pub mod overview;
pub mod service;
pub mod upload;
pub mod uploads;
mod welcome;

use crate::{
    api::{self, ApiError},
    model::overview::Choices,
    part::{
        failure::{failure, loaded},
        place::{Place, href, view_in_address},
    },
    view::View,
};
use leptos::prelude::*;
use leptos_meta::Title;

/// A page about a view: finds it in the address, or says what is wrong there. `fix` is what the page itself decides.
/// Without any log there is nothing to see yet but the way in.
fn framed(
    title: impl Into<String>,
    path: String,
    fix: impl Fn(&mut View) + Clone + Send + Sync + 'static,
    draw: impl Fn(Place, Choices) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView {
    let parsed = view_in_address();
    let shown = Memo::new(move |_| parsed.get().unwrap_or_default());
    let wrong = Memo::new(move |_| parsed.get().err());
    let place = Place::new(path.clone(), shown, fix);
    shorten_address(&path, shown);
    view! {
        <Title text=title.into()/>
        {move || match wrong.get() {
            None => page_of(place, draw),
            Some(why) => bad_address(&path, why),
        }}
    }
    .into_any()
}

fn page_of(place: Place, draw: impl Fn(Place, Choices) -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
    // Asked once per page: what the filters offer changes with uploads only.
    let choices = Resource::new(|| (), |()| api::choices());
    loaded(choices, move |choices| if choices.services.is_empty() { welcome::welcome() } else { draw(place, choices) })
}

fn bad_address(path: &str, why: String) -> AnyView {
    view! {
        <h1>"This address makes no sense"</h1>
        {failure(&ApiError::Invalid(why))}
        <p><a href=path.to_owned()>"Show the page without filters"</a></p>
    }
    .into_any()
}

/// Forms without JavaScript send empty fields too; the answer then lies at the short address, fit to be shared.
fn shorten_address(path: &str, shown: Memo<View>) {
    #[cfg(feature = "ssr")]
    {
        let search = leptos_router::hooks::use_location().search.get_untracked();
        let padded = search.split('&').any(|pair| pair.ends_with('='));
        // Errors of plain forms travel in the address too, and must arrive.
        if padded && !search.contains("__err=") {
            leptos_axum::redirect(&href(path, &shown.get_untracked()));
        }
    }
    #[cfg(not(feature = "ssr"))]
    let _ = (path, shown, href);
}
