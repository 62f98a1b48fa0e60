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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt as _;

    async fn break_down() {
        panic!("a secret");
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_without_its_message() {
        let router = Router::new().route("/", get(break_down)).layer(middleware::from_fn(catch_panic));
        let request = Request::get("/").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("Something broke") && !text.contains("secret"), "{text}");
    }
}
