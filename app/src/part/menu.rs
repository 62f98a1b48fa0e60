//! Menus are `<details>`, so they open without JavaScript; with it they also close by themselves.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// A button with a panel that drops down from it.
pub fn menu(label: AnyView, body: AnyView) -> AnyView {
    view! {
        <details class="menu" name="menu">
            <summary>{label}</summary>
            <div class="menu-body">{body}</div>
        </details>
    }
    .into_any()
}

/// Closes open menus on a click elsewhere, on a choice inside, and on Escape.
pub fn close_on_outside_click() {
    Effect::new(|_| {
        let clicks = window_event_listener(ev::click, |event| {
            let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
            let within = |selector| target.as_ref().and_then(|t| t.closest(selector).ok().flatten());
            if within(".menu").is_none() || within(".menu-body a").is_some() {
                close();
            }
        });
        let keys = window_event_listener(ev::keydown, |event| {
            if event.key() == "Escape" {
                close();
            }
        });
        on_cleanup(move || {
            clicks.remove();
            keys.remove();
        });
    });
}

/// Closes every open menu; the focus goes back to its button if it was inside.
pub fn close() {
    while let Ok(Some(open)) = document().query_selector(".menu[open]") {
        let inside = document().active_element().is_some_and(|focus| open.contains(Some(&focus)));
        let _ = open.remove_attribute("open");
        if inside && let Ok(Some(button)) = open.query_selector("summary") {
            let _ = button.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    }
}
