//! What this browser is sending right now. It lives above the pages, so that it goes on while one looks around.

use super::super::{enhance::Go, show};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `frontend/src/upload.js`
    #[wasm_bindgen(js_namespace = sunset, js_name = upload)]
    fn send(source: &JsValue, report: &JsValue) -> js_sys::Function;
}

/// How far the sending is.
#[derive(Debug, Clone, PartialEq)]
pub enum Sending {
    Idle,
    /// Bytes sent, of how many, within which time.
    Running {
        sent: f64,
        total: f64,
        milliseconds: f64,
    },
    /// Everything is there; the address of its report.
    Sent(String),
    /// In words; what to do is in the sentence.
    Failed(String),
}

#[derive(Clone, Copy)]
pub struct Sender {
    state: RwSignal<Sending>,
    stop: StoredValue<Option<SendWrapper<js_sys::Function>>>,
}

pub fn provide() {
    provide_context(Sender { state: RwSignal::new(Sending::Idle), stop: StoredValue::new(None) });
}

impl Sender {
    pub fn of_this_browser() -> Self {
        expect_context()
    }

    pub fn state(self) -> Sending {
        self.state.get()
    }

    pub fn is_running(self) -> bool {
        self.state.with(|state| matches!(state, Sending::Running { .. }))
    }

    /// Sends a drop's files or those of a file input, then shows their report.
    pub fn start(self, source: &JsValue, go: Go) {
        if untrack(|| self.is_running()) {
            return;
        }
        let report = Closure::<dyn FnMut(String, String, f64, f64, f64)>::new(
            move |kind: String, text: String, sent, total, milliseconds| {
                self.state.set(match kind.as_str() {
                    "progress" => Sending::Running { sent, total, milliseconds },
                    "done" if waits_for_it() => {
                        go.to(&text);
                        Sending::Idle
                    }
                    "done" => Sending::Sent(text),
                    "failed" => Sending::Failed(text),
                    _ => Sending::Idle,
                });
            },
        );
        self.stop.set_value(Some(SendWrapper::new(send(source, &report.into_js_value()))));
    }

    pub fn stop(self) {
        self.stop.with_value(|stop| {
            if let Some(stop) = stop {
                // It answers by its report.
                let _ = stop.call0(&JsValue::NULL);
            }
        });
    }
}

/// Whoever has gone on to another page is not pulled away from it.
fn waits_for_it() -> bool {
    window().location().pathname().is_ok_and(|path| path == "/" || path == "/uploads")
}

/// The sending bar, or why it failed.
pub fn sending_bar() -> AnyView {
    let sender = Sender::of_this_browser();
    let body = move || match sender.state() {
        Sending::Running { sent, total, milliseconds } => Some(running(sender, sent, total, milliseconds)),
        Sending::Failed(why) => Some(view! { <p class="notice" data-kind="error" role="alert">{why}</p> }.into_any()),
        Sending::Sent(url) => {
            Some(view! { <p class="notice"><a href=url>"Everything was sent: see the report"</a></p> }.into_any())
        }
        Sending::Idle => None,
    };
    view! { <div class="sending">{body}</div> }.into_any()
}

fn running(sender: Sender, sent: f64, total: f64, milliseconds: f64) -> AnyView {
    let speed = sent / milliseconds.max(1.0) * 1000.0;
    // The first second says little about the rest.
    let pace = (milliseconds > 1000.0 && sent > 0.0)
        .then(|| format!(" · {} per second · {} left", show::bytes(speed as i64), show::about((total - sent) / speed)));
    let words = if total == 0.0 {
        "Looking for the files…".to_owned()
    } else {
        format!("{} of {}", show::bytes(sent as i64), show::bytes(total as i64))
    };
    view! {
        <p class="bar">
            <b>"Sending"</b>
            <progress max=total.max(1.0) value=sent aria-label="Sending"></progress>
            <span>{words}{pace}</span>
            <button type="button" on:click=move |_| sender.stop()>"Stop"</button>
        </p>
    }
    .into_any()
}

/// In the bar on top of every page.
#[component]
pub fn SendingBadge() -> impl IntoView {
    let sender = Sender::of_this_browser();
    move || {
        let (words, to) = match sender.state() {
            Sending::Running { sent, total, .. } => {
                (format!("Sending {}", show::share(sent / total.max(1.0))), "/uploads".to_owned())
            }
            Sending::Sent(url) => ("Sent".to_owned(), url),
            Sending::Failed(_) => ("Not sent".to_owned(), "/uploads".to_owned()),
            Sending::Idle => return None,
        };
        Some(view! { <a class="badge" href=to>{words}</a> })
    }
}
