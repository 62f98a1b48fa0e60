//! A choice of several: a form of checkboxes, with a search field where scripts run.

use super::{fields::hidden_fields, on_submit};
use crate::{
    model::tls::TlsVersion,
    part::{menu::menu, place::Place},
    view::View,
};
use leptos::prelude::*;

/// A list that a view filters by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Account,
    Region,
    Service,
    TlsVersion,
}

impl List {
    const fn field(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Region => "region",
            Self::Service => "service",
            Self::TlsVersion => "tls_version",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Region => "Region",
            Self::Service => "Service",
            Self::TlsVersion => "TLS version",
        }
    }

    pub(crate) fn chosen(self, view: &View) -> Vec<String> {
        match self {
            Self::Account => view.account.clone(),
            Self::Region => view.region.clone(),
            Self::Service => view.service.clone(),
            Self::TlsVersion => view.tls_version.iter().map(ToString::to_string).collect(),
        }
    }

    /// Keeps what `keep` says yes to.
    pub(crate) fn retain(self, view: &mut View, keep: impl Fn(&str) -> bool) {
        match self {
            Self::Account => view.account.retain(|x| keep(x)),
            Self::Region => view.region.retain(|x| keep(x)),
            Self::Service => view.service.retain(|x| keep(x)),
            Self::TlsVersion => view.tls_version.retain(|x| keep(x.as_str())),
        }
    }

    pub(crate) fn words(self, value: &str) -> String {
        match self {
            Self::TlsVersion => value.parse::<TlsVersion>().map_or(value.to_owned(), version_words),
            _ if value.is_empty() => "(none)".into(),
            _ => value.to_owned(),
        }
    }
}

/// What a version is called where there is room for it.
pub fn version_words(version: TlsVersion) -> String {
    match version {
        TlsVersion::Ssl3 => "SSL 3".into(),
        TlsVersion::None => "No TLS (plain HTTP)".into(),
        TlsVersion::Unknown => "Unknown".into(),
        other => format!("TLS {other}"),
    }
}

pub(crate) fn menu_of(place: Place, list: List, mut values: Vec<String>) -> AnyView {
    // What a link asks for is offered even where no log has it, or it could not be unticked.
    for value in list.chosen(&untrack(|| place.shown())) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let label = move || match list.chosen(&place.shown()).as_slice() {
        [] => list.name().to_owned(),
        [one] => list.words(one),
        many => format!("{} ({})", list.name(), many.len()),
    };
    let search = RwSignal::new(String::new());
    let long = values.len() > 8;
    let ticks = values.into_iter().filter(|value| !value.is_empty()).map(|value| tick(place, list, value, search));
    let body = view! {
        <form class="ticks" method="get" action=place.path() on:submit=on_submit(place)>
            {move || {
                let mut rest = place.shown();
                list.retain(&mut rest, |_| false);
                hidden_fields(&rest)
            }}
            {long.then(|| view! {
                <input type="search" class="needs-js" placeholder="Find…" aria-label=format!("Find: {}", list.name())
                    autocomplete="off" on:input=move |event| search.set(event_target_value(&event).to_lowercase())/>
            })}
            <ul>{ticks.collect_view()}</ul>
            <div class="row">
                <button type="submit">"Apply"</button>
                <a href=move || place.with(|v| list.retain(v, |_| false)) data-noscroll>"Any"</a>
            </div>
        </form>
    };
    menu(view! { <span class="clip">{label}</span> }.into_any(), body.into_any())
}

fn tick(place: Place, list: List, value: String, search: RwSignal<String>) -> AnyView {
    let words = list.words(&value);
    let lower = words.to_lowercase();
    let hidden = move || !lower.contains(&search.get());
    let chosen = {
        let value = value.clone();
        move || list.chosen(&place.shown()).contains(&value)
    };
    view! {
        <li hidden=hidden>
            <label title=words.clone()>
                <input type="checkbox" name=list.field() value=value checked=chosen.clone() prop:checked=chosen/>
                <span class="clip">{words.clone()}</span>
            </label>
        </li>
    }
    .into_any()
}
