//! How long a reader waits at most. What changes something takes as long as it takes: an upload, a removal.

use crate::http::problem::Problem;
use axum::{
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(30);

pub(crate) async fn patience(request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    tokio::time::timeout(LONGEST, next.run(request)).await.unwrap_or_else(|_| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!(
                "This took longer than {} seconds and was given up. Try again, or ask for a shorter range.",
                LONGEST.as_secs()
            ),
        )
        .into_response()
    })
}
