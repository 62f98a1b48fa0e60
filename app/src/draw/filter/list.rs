//! A choice of several: a form of checkboxes, with a search field where scripts run.

use super::{fields::hidden_fields, menu};
use crate::{draw::place::Place, model::tls::TlsVersion, view::View};
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

/// Longer lists have a search field.
const LONG: usize = 8;

pub(crate) fn menu_of(place: &Place, list: List, offered: &[String]) -> AnyView {
    let chosen = list.chosen(&place.shown);
    let label = match chosen.as_slice() {
        [] => list.name().to_owned(),
        [one] => list.words(one),
        many => format!("{} ({})", list.name(), many.len()),
    };
    // What a link asks for is offered even where no log has it, or it could not be unticked.
    let unknown = chosen.iter().filter(|value| !offered.contains(value));
    let values: Vec<&String> = offered.iter().chain(unknown).filter(|value| !value.is_empty()).collect();
    let search = (values.len() > LONG).then(|| {
        view! {
            <input type="search" class="needs-js" data-find placeholder="Find…" autocomplete="off"
                aria-label=format!("Find: {}", list.name())/>
        }
    });
    let ticks = values.iter().map(|value| tick(list, value, chosen.contains(value))).collect_view();
    let mut rest = place.shown.clone();
    list.retain(&mut rest, |_| false);
    let body = view! {
        <form class="ticks" method="get" action=place.path.clone()>
            {hidden_fields(&rest)}
            {search}
            <ul>{ticks}</ul>
            <div class="row">
                <button type="submit">"Apply"</button>
                <a href=place.with(|v| list.retain(v, |_| false)) data-noscroll>"Any"</a>
            </div>
        </form>
    };
    menu(label, body.into_any())
}

fn tick(list: List, value: &str, chosen: bool) -> AnyView {
    let words = list.words(value);
    view! {
        <li>
            <label title=words.clone()>
                <input type="checkbox" name=list.field() value=value.to_owned() checked=chosen/>
                <span class="clip">{words.clone()}</span>
            </label>
        </li>
    }
    .into_any()
}
