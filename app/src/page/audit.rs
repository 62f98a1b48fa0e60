//! `/audit`: who did what, and when.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let audit = ask(Piece::Audit, "");
    view! {
        <Title text="Audit log"/>
        <h1>"Audit log"</h1>
        <p class="lead">"Who signed in, changed something or took something out. Nothing in it can be changed or removed."</p>
        {show(audit)}
    }
}
