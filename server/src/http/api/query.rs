//! The view of a request, from its query string.

use crate::http::problem::Problem;
use app::view::View;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

/// The page's query string means the same here.
pub(crate) struct Query(pub(crate) View);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        query.parse().map(Self).map_err(|bad: app::view::BadView| Problem::bad_request(format!("{bad}.")))
    }
}

/// The number of an upload, from the path.
pub(crate) struct UploadId(pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for UploadId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<i64>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(Problem::not_found("There is no such upload: uploads have numbers.")),
        }
    }
}
