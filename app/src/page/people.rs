//! `/people`: who has an account, and what they may do.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let drawn = ask(Piece::People, "");
    view! {
        <Title text="People"/>
        <h1>"People"</h1>
        <p class="lead">
            "Viewers look at everything, analysts bring logs in and keep the deadlines, administrators decide about people."
        </p>
        {show(drawn)}
    }
}
