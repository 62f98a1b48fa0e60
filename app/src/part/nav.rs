//! The bar on top, and what stands below every page.

use super::{me, theme::ThemeButton, upload::sending::SendingBadge};
use crate::{model::person::Role, view::View};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

#[component]
pub fn Header() -> impl IntoView {
    super::enhance::enhance();
    view! {
        <header class="top">
            <a class="brand" href="/">
                <svg class="mark" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
                    <path d="M6 20a10 10 0 0 1 20 0z" fill="currentColor"/>
                    <path d="M2 24h28M8 28h16" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" fill="none"/>
                </svg>
                "TLS Sunset"
            </a>
            <nav aria-label="Pages">{me::may(Role::Viewer).then(pages)}</nav>
            <SendingBadge/>
            {me()}
            <ThemeButton/>
        </header>
    }
}

fn pages() -> AnyView {
    view! {
        <ul>
            {item("/", "Overview", true)}
            {item("/callers", "Callers", true)}
            {item("/uploads", "Uploads", false)}
            {item("/sources", "Sources", false)}
            {item("/deadlines", "Deadlines", false)}
            {item("/coverage", "Coverage", true)}
            {me::may(Role::Analyst).then(|| item("/shares", "Shares", false))}
        </ul>
    }
    .into_any()
}

/// Who has signed in, and the way out.
fn me() -> Option<AnyView> {
    let name = me::name();
    (!name.is_empty()).then(|| {
        view! {
            <form class="me" method="post" action="/fn/sign_out">
                {me::may(Role::Administrator).then(|| view! { <a href="/people">"People"</a> <a href="/audit">"Audit log"</a> })}
                <a class="clip" href="/account" title="Your password, sessions and tokens">{name}</a>
                <button type="submit">"Sign out"</button>
            </form>
        }
        .into_any()
    })
}

/// A link that keeps the filters where the page has them.
fn item(path: &'static str, name: &'static str, keeps_view: bool) -> AnyView {
    let location = use_location();
    let here = move || {
        let current = location.pathname.get();
        let below = current.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let service = path == "/" && current.starts_with("/services/");
        if current == path {
            Some("page")
        } else if path != "/" && below || service {
            Some("true")
        } else {
            None
        }
    };
    let to = move || match location.search.get().parse::<View>() {
        Ok(view) if keeps_view => {
            let query = View { page: Default::default(), search: String::new(), ..view }.to_string();
            if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
        }
        _ => path.to_owned(),
    };
    view! { <li><a href=to aria-current=here>{name}</a></li> }.into_any()
}

#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="bottom">
            <p>
                "All times are UTC. Zero calls without logs is unknown, not clean. "
                <a href="/coverage">"What the logs cover"</a>
                " · "
                <a href="/api/openapi.json" rel="external">"API"</a>
            </p>
        </footer>
    }
}
