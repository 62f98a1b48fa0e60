//! `/sources`: the buckets that are connected, and the way to connect one.

use crate::{
    api::Piece,
    part::piece::{ask, poll, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let sources = ask(Piece::Sources, "");
    // Not a part of what is asked for again: somebody may be typing in it.
    let add = ask(Piece::AddBucket, "");
    poll(sources, || false);
    view! {
        <Title text="Sources"/>
        <h1>"Sources"</h1>
        <p class="lead">
            "A bucket is connected once: its past is read, newest first, and what is new follows by itself. Files can also be "
            <a href="/uploads">"uploaded"</a>"; each call is counted once, however it comes."
        </p>
        {show(sources)}
        {show(add)}
    }
}
