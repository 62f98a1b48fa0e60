//! The read side: what is shown, and the rules behind it. Runs on the server and in the browser.
//!
//! # Layout
//! `model` (data and rules) ← `view` (what the screen shows) ← `store` (what pages need from outside) ← `api` (server
//! functions) ← `part` (pieces of pages, all interactivity) ← `page` (one per route); `model` ← `chart` ← `part`.

pub mod api;
pub mod chart;
pub mod model;
pub mod page;
pub mod part;
#[cfg(feature = "ssr")]
pub mod store;
pub mod view;
