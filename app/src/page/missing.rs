//! Every address that is no page.

use crate::part::failure::status;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    status(404);
    view! {
        <Title text="Not found"/>
        <h1>"There is no such page"</h1>
        <p>"The address may be mistyped, or what it showed was removed. " <a href="/">"Go to the overview"</a></p>
    }
}
