//! How long a client waits at most. Uploads are not under this: they take as long as they take.

use crate::http::problem::Problem;
use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(30);

pub(crate) async fn patience(request: Request, next: Next) -> Response {
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
