//! `/sign-in`.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let form = ask(Piece::SignIn, "");
    view! { <Title text="Sign in"/> <h1>"Sign in"</h1> {show(form)} }
}
