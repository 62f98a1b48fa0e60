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
    use crate::http::guard::{log::log, request_id::request_id};
    use axum::{Router, body::Body, middleware, routing::get};
    use std::process::Command;
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

    /// In a process of its own, because what is done about panics is done for a whole process.
    #[tokio::test]
    #[ignore = "the test below runs it"]
    async fn breaks_down() {
        crate::log::start();
        let guards = tower::ServiceBuilder::new()
            .layer(middleware::from_fn(request_id))
            .layer(middleware::from_fn(log))
            .layer(middleware::from_fn(catch_panic));
        let router = Router::new().route("/", get(break_down)).layer(guards);
        router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    }

    #[test]
    fn a_panic_is_a_line_of_the_log_among_those_of_its_request() {
        let mut itself = Command::new(std::env::current_exe().unwrap());
        itself.args(["--exact", "http::guard::crash::tests::breaks_down", "--ignored", "--nocapture"]);
        itself.env("SUNSET_LOG_FORMAT", "json").env_remove("SUNSET_LOG").env_remove("RUST_BACKTRACE");
        let output = itself.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        let lines: Vec<serde_json::Value> =
            said.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect();
        let panic = lines.iter().find(|line| line["panic"] == "a secret").expect("the panic");
        let answered = lines.iter().find(|line| line["message"] == "answered").expect("the request");
        assert!(panic["at"].as_str().unwrap().contains("crash.rs:"), "{panic}");
        assert_eq!((&panic["level"], &panic["span"]["id"]), (&"ERROR".into(), &answered["span"]["id"]));
        assert!(panic["span"]["id"].as_str().is_some_and(|id| !id.is_empty()), "{panic}");
    }
}
