//! Questions that pages ask. `GET`, so that an answer has an address.

use super::ApiError;
use crate::{
    model::{
        caller::CallerPage,
        coverage::Coverage,
        deadline::Deadline,
        open::OpenCallers,
        overview::{Choices, Overview},
        report::{Removal, Upload, UploadReport},
        service::Services,
        trend::{Trend, Versions},
    },
    view::View,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

#[server(name = AskOverview, prefix = "/fn", endpoint = "overview", input = GetUrl)]
pub async fn overview(view: View) -> Result<Overview, ApiError> {
    crate::store::get()?.overview(&view).await
}

#[server(name = AskTrend, prefix = "/fn", endpoint = "trend", input = GetUrl)]
pub async fn trend(view: View) -> Result<Trend, ApiError> {
    crate::store::get()?.trend(&view).await
}

#[server(name = AskVersions, prefix = "/fn", endpoint = "versions", input = GetUrl)]
pub async fn versions(view: View) -> Result<Versions, ApiError> {
    crate::store::get()?.versions(&view).await
}

#[server(name = AskOpenCallers, prefix = "/fn", endpoint = "open_callers", input = GetUrl)]
pub async fn open_callers(view: View) -> Result<OpenCallers, ApiError> {
    crate::store::get()?.open_callers(&view).await
}

#[server(name = AskServices, prefix = "/fn", endpoint = "services", input = GetUrl)]
pub async fn services(view: View) -> Result<Services, ApiError> {
    crate::store::get()?.services(&view).await
}

#[server(name = AskCallers, prefix = "/fn", endpoint = "callers", input = GetUrl)]
pub async fn callers(view: View) -> Result<CallerPage, ApiError> {
    crate::store::get()?.callers(&view).await
}

#[server(name = AskCoverage, prefix = "/fn", endpoint = "coverage", input = GetUrl)]
pub async fn coverage(view: View) -> Result<Coverage, ApiError> {
    crate::store::get()?.coverage(&view).await
}

#[server(name = AskChoices, prefix = "/fn", endpoint = "choices", input = GetUrl)]
pub async fn choices() -> Result<Choices, ApiError> {
    crate::store::get()?.choices().await
}

#[server(name = AskDeadlines, prefix = "/fn", endpoint = "deadlines", input = GetUrl)]
pub async fn deadlines() -> Result<Vec<Deadline>, ApiError> {
    crate::store::get()?.deadlines().await
}

#[server(name = AskUploads, prefix = "/fn", endpoint = "uploads", input = GetUrl)]
pub async fn uploads() -> Result<Vec<Upload>, ApiError> {
    crate::store::get()?.uploads().await
}

#[server(name = AskUpload, prefix = "/fn", endpoint = "upload", input = GetUrl)]
pub async fn upload(id: i64) -> Result<UploadReport, ApiError> {
    crate::store::get()?.upload(id).await
}

#[server(name = AskRemoval, prefix = "/fn", endpoint = "removal", input = GetUrl)]
pub async fn removal(id: i64) -> Result<Removal, ApiError> {
    crate::store::get()?.removal(id).await
}
