//! One log line per request. Never its query string: filters name accounts, principals and addresses. Never the secret of a
//! share.

use super::request_id::RequestId;
use crate::share::token::redacted;
use axum::{extract::Request, middleware::Next, response::Response};
use std::time::Instant;
use tracing::Instrument as _;

pub(crate) async fn log(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let method = request.method().clone();
    let path = redacted(request.uri().path()).into_owned();
    let span = tracing::info_span!("request", id);
    let started = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;

    let status = response.status().as_u16();
    let duration_ms = started.elapsed().as_millis() as u64;
    // Server functions answer every error with 500; what was a failure has been logged where it happened.
    span.in_scope(|| match status {
        500.. if !path.starts_with("/fn/") => tracing::error!(%method, ?path, status, duration_ms, "answered"),
        _ if is_noise(&path) => tracing::debug!(%method, ?path, status, duration_ms, "answered"),
        _ => tracing::info!(%method, ?path, status, duration_ms, "answered"),
    });
    response
}

/// Asked for all the time, and of interest to nobody.
fn is_noise(path: &str) -> bool {
    path.starts_with("/pkg/") || matches!(path, "/healthz" | "/readyz" | "/favicon.ico" | "/favicon.svg")
}
