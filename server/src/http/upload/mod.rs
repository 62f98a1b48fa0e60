//! `/api/v1/uploads`: receiving, history, reports, cancelling and removing.

mod receive;
mod steady;

pub(crate) use receive::receive;

use super::{
    State,
    access::Acting,
    api::{answer::Form, query::UploadId, row::row},
    problem::Problem,
};
use app::api::ApiError;
use app::model::report::{FileReport, FileState, SourceKind, Upload, UploadReport, UploadState};
use axum::{Json, extract, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};

row!(Summary {
    id: i64,
    kind: SourceKind,
    name: String,
    state: UploadState,
    reason: String,
    created: DateTime<Utc>,
    started: Option<DateTime<Utc>>,
    finished: Option<DateTime<Utc>>,
    bytes: i64,
    bytes_read: i64,
    calls_counted: i64,
    calls_already_counted: i64,
    calls_unknown: i64,
    records_skipped: i64,
    files_total: i64,
    files_skipped: i64,
    files_failed: i64,
});

impl From<Upload> for Summary {
    fn from(upload: Upload) -> Self {
        Self {
            id: upload.id,
            kind: upload.kind,
            name: upload.name,
            state: upload.state,
            reason: upload.reason,
            created: upload.created,
            started: upload.started,
            finished: upload.finished,
            bytes: upload.bytes,
            bytes_read: upload.bytes_read,
            calls_counted: upload.calls_counted,
            calls_already_counted: upload.calls_already_counted,
            calls_unknown: upload.calls_unknown,
            records_skipped: upload.records_skipped,
            files_total: upload.files_total,
            files_skipped: upload.files_skipped,
            files_failed: upload.files_failed,
        }
    }
}

/// Newest first.
pub(crate) async fn list(Acting(store): Acting, form: Form) -> Result<Response, Problem> {
    let rows: Vec<_> = store.uploads().await?.into_iter().map(Summary::from).collect();
    Ok(form.rows("uploads", &rows))
}

pub(crate) async fn report(Acting(store): Acting, UploadId(id): UploadId) -> Result<Json<UploadReport>, Problem> {
    Ok(Json(store.upload(id).await?))
}

pub(crate) async fn cancel(Acting(store): Acting, UploadId(id): UploadId) -> Result<StatusCode, Problem> {
    store.cancel_upload(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes out exactly the calls that it added.
pub(crate) async fn remove(Acting(store): Acting, UploadId(id): UploadId) -> Result<StatusCode, Problem> {
    store.remove_upload(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

row!(File {
    name: String,
    state: FileState,
    reason: String,
    bytes: i64,
    calls_counted: i64,
    calls_already_counted: i64,
    calls_unknown: i64,
    records_skipped: i64,
});

impl From<FileReport> for File {
    fn from(file: FileReport) -> Self {
        Self {
            name: file.name,
            state: file.state,
            reason: file.reason,
            bytes: file.bytes,
            calls_counted: file.calls_counted,
            calls_already_counted: file.calls_already_counted,
            calls_unknown: file.calls_unknown,
            records_skipped: file.records_skipped,
        }
    }
}

/// Every file, also those beyond what a page shows.
pub(crate) async fn files(
    extract::State(state): extract::State<State>,
    UploadId(id): UploadId,
    form: Form,
) -> Result<Response, Problem> {
    let rows: Vec<_> = state.uploads.files(id).await.map_err(ApiError::from)?.into_iter().map(File::from).collect();
    Ok(form.rows(&format!("upload-{id}-files"), &rows))
}
