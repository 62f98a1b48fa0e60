//! `/setup`: where a server begins that has accounts, but none yet.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let form = ask(Piece::SetUp, "");
    view! {
        <Title text="Begin"/>
        <h1>"The first administrator"</h1>
        <p class="lead">
            "This server asks everybody who they are, and nobody has an account yet. Yours comes first; then it is you who decides "
            "about others."
        </p>
        {show(form)}
    }
}
