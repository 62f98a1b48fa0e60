//! Who looks at the page. The server writes it to the document, where the browser finds it.

use crate::model::person::Role;
#[cfg(not(feature = "ssr"))]
use leptos::prelude::document;

/// Whether to offer what only people with this role may do. The server decides again when they do it.
pub fn may(needed: Role) -> bool {
    role().is_some_and(|role| role >= needed)
}

#[cfg(feature = "ssr")]
fn role() -> Option<Role> {
    crate::store::get().ok()?.actor().role
}

#[cfg(not(feature = "ssr"))]
fn role() -> Option<Role> {
    mark("role")?.parse().ok()
}

/// Empty where nobody has signed in.
#[cfg(feature = "ssr")]
pub fn name() -> String {
    crate::store::get().map(|store| store.actor().name).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
pub fn name() -> String {
    mark("name").unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn mark(name: &str) -> Option<String> {
    use wasm_bindgen::JsCast as _;
    let root: web_sys::HtmlElement = document().document_element()?.dyn_into().ok()?;
    root.dataset().get(name)
}

/// For the document's `data-role`.
pub(crate) fn role_mark() -> Option<&'static str> {
    role().map(Role::as_str)
}
