//! `/account`: one's own password, sessions and tokens.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let drawn = ask(Piece::Account, "");
    view! {
        <Title text="Account"/>
        <h1>"Your account"</h1>
        {show(drawn)}
    }
}
