//! The evidence of a share: all that it says, whatever part of it the page shows.

use crate::http::{State, problem::Problem};
use app::model::share::Opened;
use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};

pub(super) const NAME: &str = "evidence.zip";

pub(super) async fn answer(state: &State, opened: &Opened) -> Response {
    let zip = match state.store.evidence(opened).await {
        Ok(zip) => zip,
        Err(error) => return Problem::from(error).into_response(),
    };
    let disposition = format!("attachment; filename=\"{NAME}\"");
    ([(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, disposition)], zip)
        .into_response()
}
