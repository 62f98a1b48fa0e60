//! `/sources/ID/check`: what lies in a bucket, before anything of it is read.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn Page() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).unwrap_or_default());
    view! {
        <Title text="Check a source"/>
        <p class="crumbs">
            <a href="/sources">"Sources"</a>" / "<a href=move || format!("/sources/{}", id.get())>{id}</a>" / check"
        </p>
        {move || show(ask(Piece::SourceCheck, &id.get()))}
    }
}
