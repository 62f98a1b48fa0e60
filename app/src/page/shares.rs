//! `/shares`: every link, who made it and how often it was looked at; `/shares/ID`: one of them.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn Page() -> impl IntoView {
    let shares = ask(Piece::Shares, "");
    view! {
        <Title text="Shares"/>
        <h1>"Shares"</h1>
        <p class="lead">
            "Links that show a view to somebody without an account. Share a view by the button beside its filters."
        </p>
        {show(shares)}
    }
}

#[component]
pub fn One() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).unwrap_or_default());
    view! {
        <Title text="Share"/>
        <p class="crumbs"><a href="/shares">"Shares"</a>" / "{id}</p>
        {move || show(ask(Piece::Share, &id.get()))}
    }
}
