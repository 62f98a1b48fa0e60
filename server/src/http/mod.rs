//! HTTP: pages, the API, uploads, static files, and what guards them.
//!
//! # Layout
//! `api` (the list of endpoints, OpenAPI, JSON and CSV) → `panel` (the dashboard as data), `upload` (receiving and
//! managing), `source` (buckets), `shared` (what links of shares lead to), `sign_in` (to an OpenID provider and back), `audit`,
//! `probe`; `pages` (Leptos), `site` (static files); `guard` (what every request passes), `access` (who may do what), `problem` (error answers), `accept` (content
//! negotiation).

mod accept;
mod access;
mod api;
mod audit;
mod guard;
mod pages;
mod panel;
mod probe;
mod problem;
mod shared;
mod sign_in;
mod site;
mod source;
mod upload;

pub use access::{Door, list as rules};
pub use guard::Hosts;
pub use site::Site;

use crate::{drawing::Drawing, ingest::Uploads};
use app::store::Store;
use axum::{
    Router, extract,
    extract::{FromRef, Request},
    middleware,
    response::{IntoResponse as _, Response},
};
use leptos::config::LeptosOptions;
use problem::Problem;
use std::{sync::Arc, time::Duration};

/// What handlers need. Cheap to clone.
#[derive(Clone)]
pub struct State {
    /// What pages and the API ask, each in the name of whoever sent the request ([`access::Acting`]).
    pub store: Arc<dyn Store>,
    /// Takes what is sent.
    pub uploads: Uploads,
    /// Asked by `/readyz` whether the database answers.
    pub pool: sqlx::PgPool,
    pub site: Site,
    /// Makes pictures of charts.
    pub drawing: Drawing,
    pub hosts: Hosts,
    /// Tells who sends a request.
    pub door: Door,
    /// How long an upload may send nothing before it is given up.
    pub longest_silence: Duration,
}

/// For connections over slow or changing networks.
pub const LONGEST_SILENCE: Duration = Duration::from_secs(120);

/// Leptos asks for its options; the ones about files are not used, see [`Site`].
impl FromRef<State> for LeptosOptions {
    fn from_ref(_: &State) -> Self {
        Self::builder().output_name("tls-sunset").build()
    }
}

/// All that the server answers.
pub fn router(state: State) -> Router {
    let (hosts, door) = (state.hosts.clone(), state.door.clone());
    let api = api::routes().layer(middleware::from_fn_with_state(state.clone(), audit::note_exports));
    let routes = api.merge(pages::routes(&state)).merge(shared::routes()).merge(sign_in::routes());
    guard::guard(routes.fallback(elsewhere).with_state(state), hosts, door)
}

/// A static file, or nothing.
async fn elsewhere(extract::State(state): extract::State<State>, request: Request) -> Response {
    if request.uri().path().starts_with("/api/") {
        return Problem::not_found("The API has nothing at this address; /api/openapi.json lists what there is.")
            .into_response();
    }
    if shared::is_one(request.uri().path()) {
        return shared::missing(&state);
    }
    match state.site.file(&request).await {
        Some(file) => file,
        None => pages::missing(state, request).await,
    }
}
