//! What pages need from the outside, in `model` types only. The server implements it; tests may fake it.

use crate::{
    api::ApiError,
    model::{
        caller::{CallerPage, PAGE_SIZE},
        coverage::Coverage,
        deadline::{Deadline, DeadlineEdit},
        open::OpenCallers,
        overview::{Choices, Overview},
        report::{Removal, Upload, UploadReport},
        service::Services,
        trend::{Points, Trend, Versions},
    },
    view::View,
};
use chrono::NaiveDate;
use std::sync::Arc;

#[async_trait::async_trait]
pub trait Store: Send + Sync + 'static {
    /// The real date (UTC): nothing else here reads a clock.
    fn today(&self) -> NaiveDate;

    async fn overview(&self, view: &View) -> Result<Overview, ApiError>;
    async fn trend(&self, view: &View) -> Result<Trend, ApiError>;
    async fn versions(&self, view: &View) -> Result<Versions, ApiError>;
    /// All calls, for the API and for CSV.
    async fn points(&self, view: &View) -> Result<Points, ApiError>;
    async fn open_callers(&self, view: &View) -> Result<OpenCallers, ApiError>;
    async fn services(&self, view: &View) -> Result<Services, ApiError>;
    async fn callers(&self, view: &View) -> Result<CallerPage, ApiError> {
        self.callers_by(view, PAGE_SIZE).await
    }
    /// The same with so many on a page.
    async fn callers_by(&self, view: &View, size: u32) -> Result<CallerPage, ApiError>;
    async fn coverage(&self, view: &View) -> Result<Coverage, ApiError>;
    async fn choices(&self) -> Result<Choices, ApiError>;

    async fn deadlines(&self) -> Result<Vec<Deadline>, ApiError>;
    async fn save_deadline(&self, edit: DeadlineEdit) -> Result<i64, ApiError>;
    async fn remove_deadline(&self, id: i64) -> Result<(), ApiError>;

    /// Newest first.
    async fn uploads(&self) -> Result<Vec<Upload>, ApiError>;
    async fn upload(&self, id: i64) -> Result<UploadReport, ApiError>;
    /// What removing the upload would take out.
    async fn removal(&self, id: i64) -> Result<Removal, ApiError>;
    async fn remove_upload(&self, id: i64) -> Result<(), ApiError>;
    /// Stops an upload that is queued or being read; what was counted stays.
    async fn cancel_upload(&self, id: i64) -> Result<(), ApiError>;
    /// Starts reading a synthetic trail, through the same path as any upload; answers its upload id.
    async fn load_demo(&self) -> Result<i64, ApiError>;
}

/// The store of this request; the server provides it as context.
#[cfg(feature = "ssr")]
pub fn get() -> Result<Arc<dyn Store>, ApiError> {
    leptos::prelude::use_context().ok_or(ApiError::Unavailable)
}
