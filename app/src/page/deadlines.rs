//! `/deadlines`: what is forbidden from when on, who says so, and how the dates moved.

use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let deadlines = ask(Piece::Deadlines, "");
    view! {
        <Title text="Deadlines"/>
        <h1>"Deadlines"</h1>
        <p class="lead">
            "From its date on, a deadline forbids every version below its minimum. Dates move: a change keeps what was said "
            "before."
        </p>
        {show(deadlines)}
    }
}
