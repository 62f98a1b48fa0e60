//! Pieces of pages: asked for when the address changes, drawn by the server.

use super::{chart::Chart, enhance::go_to, failure::failure};
use crate::{
    api::{self, ApiError, Fragment, Piece},
    view::View,
};
use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Location};
use std::time::Duration;

pub type Drawn = Resource<Result<Fragment, ApiError>>;

/// Asks for a piece of a page that is about something (a service, an upload), now and whenever the address changes.
pub fn ask(piece: Piece, about: &str) -> Drawn {
    let Location { pathname, search, .. } = use_location();
    let page = pathname.get_untracked();
    // On the way to another page this one asks for nothing more.
    let query = Memo::new(move |old: Option<&String>| match old {
        Some(old) if pathname.get() != page => old.clone(),
        _ => search.get(),
    });
    let about = about.to_owned();
    Resource::new(move || query.get(), move |query| api::fragment(piece, about.clone(), query))
}

/// The piece; what it says when it could not be drawn. What was there stays until the new one has come.
pub fn show(drawn: Drawn) -> AnyView {
    part_of(drawn, |fragment| fragment.html, failure)
}

fn part_of(
    drawn: Drawn,
    part: fn(Fragment) -> String,
    failed: impl Fn(&ApiError) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView {
    let old = is_old(drawn);
    // The links of an old piece lead to what is no longer asked for: they wait, too.
    let busy = move || old.get().then_some("true");
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match drawn.await {
                    Ok(fragment) => {
                        view! { <div class="piece" aria-busy=busy inner_html=part(fragment)></div> }.into_any()
                    }
                    Err(error) => failed(&error),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// From a change of the address until the answer to it.
fn is_old(drawn: Drawn) -> RwSignal<bool> {
    let old = RwSignal::new(false);
    let search = use_location().search;
    Effect::watch(move || search.get(), move |_, _, _| old.set(true), false);
    Effect::new(move |_| {
        drawn.track();
        old.set(false);
    });
    old
}

/// A panel with a chart. The chart stays while its numbers change, so nothing jumps.
pub fn chart_panel(
    id: &'static str,
    title: &'static str,
    drawn: Drawn,
    on_select: Option<fn(&mut View, &str)>,
) -> AnyView {
    let option = Memo::new(move |_| match drawn.get() {
        Some(Ok(fragment)) => fragment.option,
        _ => String::new(),
    });
    let go = go_to();
    let Location { pathname, search, .. } = use_location();
    let change = move |change: &dyn Fn(&mut View)| {
        let mut view: View = search.get_untracked().parse().unwrap_or_default();
        view.page = Default::default();
        change(&mut view);
        go.to(&format!("{}?{view}", pathname.get_untracked()));
    };
    let select = Callback::new(move |series: String| {
        if let Some(select) = on_select {
            change(&|view| select(view, &series));
        }
    });
    let zoom = Callback::new(move |(from, to): (String, String)| {
        if let Ok(View { range, .. }) = format!("from={from}&to={to}").parse() {
            change(&|view| view.range = range);
        }
    });
    let failed = move |error: &ApiError| view! { <header><h2>{title}</h2></header> {failure(error)} }.into_any();
    view! {
        <section class="panel" id=id aria-label=title>
            {part_of(drawn, |fragment| fragment.head, failed)}
            <Chart option=option label=format!("{title}, as a chart") on_select=select on_zoom=zoom/>
            // What failed is said once, above.
            {part_of(drawn, |fragment| fragment.html, |_| ().into_any())}
        </section>
    }
    .into_any()
}

/// Asks again while something is under way; more patiently when there was no answer.
pub fn poll(drawn: Drawn, busy: impl Fn() -> bool + 'static) {
    Effect::new(move |_| {
        let wait = match drawn.get() {
            Some(Ok(fragment)) if fragment.again || busy() => 700,
            Some(Err(ApiError::Transport(_) | ApiError::Unavailable)) => 3000,
            _ => return,
        };
        let timer = set_timeout_with_handle(move || drawn.refetch(), Duration::from_millis(wait));
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
}
