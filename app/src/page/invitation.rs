//! `/invitation`: where a one-time link leads.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let drawn = ask(Piece::Invitation, "");
    view! {
        <Title text="Invitation"/>
        <h1>"Set your password"</h1>
        {show(drawn)}
    }
}
