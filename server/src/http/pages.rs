//! Pages and their server functions, rendered by Leptos.

use super::{State, access::actor, problem::Problem};
use app::access::Access;
use axum::{
    Router,
    extract::{FromRef as _, Request},
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::{
    config::LeptosOptions,
    context::{provide_context, use_context},
    nonce::Nonce,
    prelude::{AnyView, IntoAny as _},
};
use leptos_axum::{LeptosRoutes as _, render_app_async_with_context};
use std::sync::Arc;

/// Adds the page routes of [`app::App`] and the server functions.
pub(crate) fn routes(state: &State) -> Router<State> {
    Router::new().leptos_routes_with_context(state, app::routes(), context(state), document(state))
}

/// The page for an address that leads nowhere.
pub(crate) async fn missing(state: State, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::not_found("Nothing here takes that.").into_response();
    }
    let render = render_app_async_with_context(context(&state), document(&state));
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

fn document(state: &State) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let (options, assets) = (LeptosOptions::from_ref(state), state.site.assets.clone());
    move || app::shell(options.clone(), &assets).into_any()
}

/// What pages find in their context: the store and the accounts, asked by whoever sent the request, and the nonce that this
/// answer's policy allows.
fn context(state: &State) -> impl Fn() + Clone + Send + Sync + 'static {
    let (store, door) = (state.store.clone(), state.door.clone());
    move || {
        let extensions = use_context::<Parts>().map(|parts| parts.extensions).unwrap_or_default();
        let actor = actor(&extensions);
        if let Some(desk) = door.desk(actor.clone()) {
            provide_context::<Arc<dyn Access>>(Arc::new(desk));
        }
        provide_context(store.acting(actor));
        if let Some(nonce) = extensions.get::<Nonce>().cloned() {
            provide_context(nonce);
        }
    }
}
