//! Starts the app in the browser.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(message: &str);
}

/// Takes over the page that the server has rendered. Called by `main.js`.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| error(&panic.to_string())));
    leptos::mount::hydrate_body(app::App);
}
