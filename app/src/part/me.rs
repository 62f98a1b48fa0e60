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
    use wasm_bindgen::JsCast as _;
    let root: web_sys::HtmlElement = document().document_element()?.dyn_into().ok()?;
    root.dataset().get("role")?.parse().ok()
}

/// For the document's `data-role`.
pub(crate) fn role_mark() -> Option<&'static str> {
    role().map(Role::as_str)
}
