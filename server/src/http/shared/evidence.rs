//! The evidence of a share: all that it says, whatever part of it the page shows.

use crate::{
    evidence::{Origin, evidence, sha256},
    http::problem::Problem,
};
use app::model::share::{Opened, ShareKind};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;

pub(super) const NAME: &str = "evidence.zip";

pub(super) async fn answer(opened: &Opened) -> Response {
    let Some(zip) = packed(opened).await else {
        let words = "The evidence cannot be made; the server's log says why.";
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, words).into_response();
    };
    let disposition = format!("attachment; filename=\"{NAME}\"");
    ([(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, disposition)], zip)
        .into_response()
}

/// Of a frozen share: a live one says something else the next time.
pub(super) async fn digest(opened: &Opened) -> Option<String> {
    match opened.share.kind {
        ShareKind::Frozen => packed(opened).await.map(|zip| sha256(&zip)),
        ShareKind::Live => None,
    }
}

/// Logs what went wrong.
async fn packed(opened: &Opened) -> Option<Vec<u8>> {
    let (title, creator) = (opened.share.title.clone(), opened.share.creator.clone());
    let statement = Arc::clone(&opened.statement);
    let made = tokio::task::spawn_blocking(move || evidence(&statement, Origin { title: &title, creator: &creator }));
    let made = made.await.map_err(anyhow::Error::from).and_then(|zip| Ok(zip?));
    made.inspect_err(|error| tracing::error!(%error, "evidence failed")).ok()
}
