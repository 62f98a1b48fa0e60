//! A panic costs one request, not the server.

use super::request_id::RequestId;
use crate::http::problem::Problem;
use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt as _;
use std::panic::AssertUnwindSafe;

/// The request's state is dropped with it, so nothing half-changed is seen again.
pub(crate) async fn catch_panic(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("Something broke on the server. Its log says more about request {id}."),
        )
        .into_response()
    })
}
