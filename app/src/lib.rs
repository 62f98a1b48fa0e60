//! The read side: what is shown, and the rules behind it. Runs on the server and in the browser.
//!
//! # Layout
//! `model` (data and rules) ← `view` (what the screen shows) ← `store`, `access` (what pages need from outside) ← `api` (server
//! functions) ← `part` (all interactivity) ← `page` (one per route). On the server only: `model` ← `chart` ← `draw` (tables,
//! sentences, filters as HTML) ← `api`; and `shared`, what the recipient of a share sees.

#[cfg(feature = "ssr")]
pub mod access;
pub mod api;
#[cfg(feature = "ssr")]
pub mod chart;
#[cfg(feature = "ssr")]
mod draw;
pub mod model;
pub mod page;
pub mod part;
#[cfg(feature = "ssr")]
pub mod shared;
mod shell;
#[cfg(feature = "ssr")]
pub mod store;
pub mod view;

#[cfg(feature = "ssr")]
pub use shell::routes;
pub use shell::{Assets, shell};

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode::Async,
    components::{Route, Router, Routes},
    path,
};

/// The whole site. Every page is rendered completely before it is sent (`Async`), so that it reads without JavaScript
/// and its status code is right.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    part::upload::sending::provide();

    view! {
        <Title formatter=|title: String| if title.is_empty() { "TLS Sunset".into() } else { format!("{title} · TLS Sunset") }/>
        <Router>
            <a class="skip" href="#main" rel="external">"Skip to the content"</a>
            <part::nav::Header/>
            <main id="main" tabindex="-1">
                <Routes fallback=page::missing::Page>
                    <Route path=path!("/") view=page::overview::Page ssr=Async/>
                    <Route path=path!("/services/:service") view=page::service::Page ssr=Async/>
                    <Route path=path!("/callers") view=page::callers::Page ssr=Async/>
                    <Route path=path!("/uploads") view=page::uploads::Page ssr=Async/>
                    <Route path=path!("/uploads/:id") view=page::upload::Page ssr=Async/>
                    <Route path=path!("/sources") view=page::sources::Page ssr=Async/>
                    <Route path=path!("/sources/:id") view=page::source::Page ssr=Async/>
                    <Route path=path!("/sources/:id/check") view=page::check::Page ssr=Async/>
                    <Route path=path!("/deadlines") view=page::deadlines::Page ssr=Async/>
                    <Route path=path!("/coverage") view=page::coverage::Page ssr=Async/>
                    <Route path=path!("/share") view=page::share::Page ssr=Async/>
                    <Route path=path!("/shares") view=page::shares::Page ssr=Async/>
                    <Route path=path!("/shares/:id") view=page::shares::One ssr=Async/>
                    <Route path=path!("/sign-in") view=page::sign_in::Page ssr=Async/>
                    <Route path=path!("/setup") view=page::set_up::Page ssr=Async/>
                    <Route path=path!("/invitation") view=page::invitation::Page ssr=Async/>
                    <Route path=path!("/account") view=page::account::Page ssr=Async/>
                    <Route path=path!("/audit") view=page::audit::Page ssr=Async/>
                    <Route path=path!("/people") view=page::people::Page ssr=Async/>
                </Routes>
            </main>
            <part::nav::Footer/>
        </Router>
    }
}
