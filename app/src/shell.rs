//! The document around the app.

use crate::{App, part::me};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;
use serde::{Deserialize, Serialize};

/// Addresses of the built files, such as `/pkg/app.0a1b2c3d.js`; their names carry a content hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// ES module that draws charts and starts the app.
    pub script: String,
    /// Fetched by `script`, which finds its address in its own tag's `data-wasm`.
    pub wasm: String,
    pub style: String,
}

/// Before the first paint: the colour scheme chosen last time, and a mark that scripts run at all.
const EARLY: &str = "{const r=document.documentElement;r.dataset.js='';try{const t=localStorage.getItem('theme');if(t==='light'||t==='dark')r.dataset.theme=t}catch{}}";

/// The routes of [`App`]. Looking for them stops the resources of every page that is being rendered meanwhile, so it
/// happens once in the life of a process, and before its first page.
#[cfg(feature = "ssr")]
pub fn routes() -> Vec<leptos_axum::AxumRouteListing> {
    static ROUTES: std::sync::LazyLock<Vec<leptos_axum::AxumRouteListing>> =
        std::sync::LazyLock::new(|| leptos_axum::generate_route_list(App));
    ROUTES.clone()
}

pub fn shell(options: LeptosOptions, assets: &Assets) -> impl IntoView + use<> {
    let Assets { script, wasm, style } = assets.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-role=me::role_mark() data-name=me::name()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <script nonce=use_nonce() inner_html=EARLY></script>
                <link rel="stylesheet" href=style/>
                <link rel="modulepreload" href=script.clone()/>
                <link rel="preload" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" href=wasm.clone()/>
                <script r#type="module" nonce=use_nonce() src=script data-wasm=wasm></script>
                <AutoReload options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
