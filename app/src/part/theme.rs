//! Light, dark, or as the system has it.

use leptos::prelude::*;

#[component]
pub fn ThemeButton() -> impl IntoView {
    view! {
        <button type="button" class="theme needs-js" title="Light or dark" aria-label="Switch between light and dark" on:click=|_| toggle()>
            <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
                <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.8"/>
                <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"/>
            </svg>
        </button>
    }
}

/// The choice outlives the visit; the early script in the shell applies it before the first paint.
fn toggle() {
    let Some(root) = document().document_element() else { return };
    let dark = match root.get_attribute("data-theme") {
        Some(theme) => theme == "dark",
        None => prefers_dark(),
    };
    let theme = if dark { "light" } else { "dark" };
    // Storage may be forbidden; the choice then lasts as long as the page.
    let _ = root.set_attribute("data-theme", theme);
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item("theme", theme);
    }
}

fn prefers_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches())
}
