//! `/callers`: everybody who still uses a deprecated version.

use super::framed;
use crate::{
    api::Piece,
    part::piece::{ask, show},
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let lead = ask(Piece::CallersLead, "");
    let callers = ask(Piece::Callers, "");
    view! { <Title text="Callers"/> {framed(lead, show(callers))} }
}
