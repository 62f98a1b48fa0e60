//! What this browser is sending right now. It lives above the pages, so that it goes on while one looks around.

use super::super::show;
use leptos::prelude::*;

/// How far the sending is.
#[derive(Debug, Clone, PartialEq)]
pub enum Sending {
    Idle,
    /// Bytes sent, of how many, and since when (milliseconds of the browser's clock).
    Running {
        sent: f64,
        total: f64,
        since: f64,
        now: f64,
    },
    /// In words; what to do is in the sentence.
    Failed(String),
}

#[derive(Clone, Copy)]
pub struct SendingState(pub RwSignal<Sending>);

pub fn provide() {
    provide_context(SendingState(RwSignal::new(Sending::Idle)));
}

/// In the bar on top of every page.
#[component]
pub fn SendingBadge() -> impl IntoView {
    let state = use_context::<SendingState>();
    move || match state.map(|s| s.0.get()) {
        Some(Sending::Running { sent, total, .. }) => Some(view! {
            <a class="badge" href="/uploads">{format!("Sending {}", show::share(sent / total.max(1.0)))}</a>
        }),
        _ => None,
    }
}
