//! `/share?VIEW`: how a view is shared, and what the recipient will see.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let form = ask(Piece::ShareForm, "");
    view! { <Title text="Share"/> {show(form)} }
}
