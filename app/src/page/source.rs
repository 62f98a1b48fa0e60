//! `/sources/ID`: how far a bucket is, how fresh its logs are, and what became of those that made trouble.

use crate::{
    api::Piece,
    part::piece::{Drawn, ask, poll, show},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn Page() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).unwrap_or_default());
    view! {
        <Title text="Source"/>
        <p class="crumbs"><a href="/sources">"Sources"</a>" / "{id}</p>
        {move || {
            let source = ask(Piece::Source, &id.get());
            let report = ask(Piece::SourceReport, &id.get());
            poll(source, || false);
            report_at_the_end(source, report);
            view! { {show(source)} {show(report)} }
        }}
    }
}

/// Tables that change every moment cannot be read: they are asked for again once it stands still.
fn report_at_the_end(source: Drawn, report: Drawn) {
    Effect::new(move |before: Option<bool>| {
        let runs = match source.get() {
            Some(Ok(fragment)) => fragment.again,
            _ => return before.unwrap_or_default(),
        };
        if before == Some(true) && !runs {
            report.refetch();
        }
        runs
    });
}
