//! `/coverage`: for which days there are logs at all. Zero calls without logs is unknown, not clean.

use super::framed;
use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let lead = ask(Piece::CoverageLead, "");
    let coverage = ask(Piece::Coverage, "");
    view! { <Title text="Coverage"/> {framed(lead, show(coverage))} }
}
