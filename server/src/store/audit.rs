//! The audit log: what whoever asks has done, and what others did.

use super::{PgStore, unavailable};
use crate::db::audit_log;
use app::{
    api::ApiError,
    model::audit::{Action, AuditFilter, Entry},
};

impl PgStore {
    pub(super) async fn add_note(&self, action: Action, about: &str) -> Result<(), ApiError> {
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        audit_log::add(&mut conn, &self.actor, action, about).await.map_err(unavailable)
    }

    pub(super) async fn notes(&self, filter: &AuditFilter, limit: i64) -> Result<Vec<Entry>, ApiError> {
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        audit_log::list(&mut conn, filter, limit).await.map_err(unavailable)
    }

    pub(super) async fn note_source(&self, action: Action, id: i64) -> Result<(), ApiError> {
        self.add_note(action, &self.source_words(id).await?).await
    }

    /// "upload 7: logs.zip"
    pub(super) async fn upload_words(&self, id: i64) -> Result<String, ApiError> {
        Ok(format!("upload {id}: {}", self.uploads.report(id).await?.upload.name))
    }

    /// "source 7: `s3://bucket/prefix`"
    pub(super) async fn source_words(&self, id: i64) -> Result<String, ApiError> {
        let place = self.buckets.get(id).await?.place;
        Ok(format!("source {id}: {place}"))
    }
}
