//! `/api/v1/sources`: the buckets that are connected, how far each is, and its report.

use super::{access::Acting, problem::Problem};
use app::model::source::{Bucket, BucketReport};
use axum::{
    Json,
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

/// The number of a source, from the path.
pub(crate) struct SourceId(i64);

impl<S: Send + Sync> FromRequestParts<S> for SourceId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = Path::<i64>::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| Problem::not_found("There is no such source: sources have numbers."))
    }
}

/// Newest first.
pub(crate) async fn list(Acting(store): Acting) -> Result<Json<Vec<Bucket>>, Problem> {
    Ok(Json(store.buckets().await?))
}

pub(crate) async fn report(Acting(store): Acting, SourceId(id): SourceId) -> Result<Json<BucketReport>, Problem> {
    Ok(Json(store.bucket(id).await?))
}
