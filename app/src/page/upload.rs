//! `/uploads/ID`: how far it is, and what became of every file.

use crate::{
    api::Piece,
    part::piece::{ask, poll, show},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn Page() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).unwrap_or_default());
    view! {
        <Title text="Upload"/>
        <p class="crumbs"><a href="/uploads">"Uploads"</a>" / "{id}</p>
        {move || {
            let upload = ask(Piece::Upload, &id.get());
            poll(upload, || false);
            show(upload)
        }}
    }
}
