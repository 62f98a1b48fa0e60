use leptos::prelude::*;

#[component]
pub fn Page() -> impl IntoView {
    view! { <h1>"uploads"</h1> }
}
