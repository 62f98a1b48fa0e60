//! What scripts add to the server's HTML. Pieces of pages come and go, so everything is listened for at the window.

use crate::view::View;
use leptos::{
    ev::{self, SubmitEvent},
    prelude::*,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement};

/// Menus close by themselves, filter forms load no page, and long lists can be searched. Must be called below the router.
pub fn enhance() {
    let go = go_to();
    Effect::new(move |_| {
        let listeners = [
            window_event_listener(ev::click, |event| close_unless_inside(&event)),
            window_event_listener(ev::keydown, |event| {
                if event.key() == "Escape" {
                    close_menus();
                }
            }),
            window_event_listener(ev::input, |event| find(&event)),
            window_event_listener(ev::submit, move |event| {
                if let Some(address) = address_of(&event) {
                    event.prevent_default();
                    close_menus();
                    go.to(&address);
                }
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
    });
}

/// Goes to another view of a page and stays where it is scrolled to.
#[derive(Clone, Copy)]
pub struct Go(StoredValue<Option<SendWrapper<Navigate>>>);

type Navigate = Box<dyn Fn(&str)>;

pub fn go_to() -> Go {
    let navigate = use_navigate();
    // Only the browser goes anywhere; on the server it would be dropped by another thread than its own.
    Go(StoredValue::new(is_browser().then(|| {
        let options = NavigateOptions { scroll: false, ..Default::default() };
        SendWrapper::new(Box::new(move |to: &str| navigate(to, options.clone())) as Navigate)
    })))
}

impl Go {
    /// Does nothing once the part that wanted to go is gone itself.
    pub fn to(self, address: &str) {
        self.0.try_with_value(|navigate| {
            if let Some(navigate) = navigate {
                navigate(address);
            }
        });
    }
}

fn close_unless_inside(event: &web_sys::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let within = |selector| target.as_ref().and_then(|target| target.closest(selector).ok().flatten());
    if within(".menu").is_none() || within(".menu-body a").is_some() {
        close_menus();
    }
}

/// Closes every open menu; the focus goes back to its button if it was inside.
fn close_menus() {
    while let Ok(Some(open)) = document().query_selector(".menu[open]") {
        let inside = document().active_element().is_some_and(|focus| open.contains(Some(&focus)));
        let _ = open.remove_attribute("open");
        if inside && let Ok(Some(button)) = open.query_selector("summary") {
            let _ = button.unchecked_into::<HtmlElement>().focus();
        }
    }
}

/// Shows those entries of a list that contain what was typed above it.
fn find(event: &web_sys::Event) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input.filter(|input| input.has_attribute("data-find")) else { return };
    let wanted = input.value().to_lowercase();
    let Ok(Some(list)) = input.closest("form") else { return };
    let Ok(entries) = list.query_selector_all("li") else { return };
    for entry in (0..entries.length()).filter_map(|i| entries.item(i)) {
        let shown = entry.text_content().unwrap_or_default().to_lowercase().contains(&wanted);
        entry.unchecked_into::<HtmlElement>().set_hidden(!shown);
    }
}

/// Filters of the counts, and not of something else.
fn is_view(form: &HtmlFormElement) -> bool {
    form.method() == "get" && !form.has_attribute("data-plain")
}

/// Where a filter form leads, under its shortest address; `None` for forms that change something.
fn address_of(event: &SubmitEvent) -> Option<String> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok().filter(is_view)?;
    let data = web_sys::FormData::new_with_form(&form).ok()?;
    let params = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    let query = String::from(params.to_string());
    // What makes no sense is shown as sent, with the reason.
    let query = query.parse::<View>().map_or(query, |view| view.to_string());
    let path = form.get_attribute("action")?;
    Some(if query.is_empty() { path } else { format!("{path}?{query}") })
}
