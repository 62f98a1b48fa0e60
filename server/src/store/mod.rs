//! What pages may ask: `impl app::store::Store` on Postgres.

mod callers;
mod deadlines;
mod overview;
mod services;
mod session;
mod trend;

use crate::{db::read::facts::Facts, ingest::Uploads};
use app::{
    api::ApiError,
    model::{
        caller::CallerPage,
        coverage::Coverage,
        deadline::{Deadline, DeadlineEdit},
        open::OpenCallers,
        overview::{Choices, Overview},
        report::{Removal, Upload, UploadReport},
        service::Services,
        trend::{Points, Trend, Versions},
    },
    store::Store,
    view::View,
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Tells the time. Tests set it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The store of a running server.
pub struct PgStore {
    pool: PgPool,
    uploads: Uploads,
    clock: Clock,
    /// Of the newest revision that anybody asked about.
    facts: Mutex<Arc<Facts>>,
}

impl PgStore {
    /// `pool` is one of [`crate::db::read::pool`].
    #[expect(clippy::disallowed_methods, reason = "the one place where pages get to know the time")]
    pub fn new(pool: PgPool, uploads: Uploads) -> Self {
        Self::with_clock(pool, uploads, Arc::new(Utc::now))
    }

    pub fn with_clock(pool: PgPool, uploads: Uploads, clock: Clock) -> Self {
        Self { pool, uploads, clock, facts: Mutex::default() }
    }
}

/// Logs what went wrong, once; a page is told that the database does not answer.
fn unavailable(error: sqlx::Error) -> ApiError {
    tracing::error!(%error, "a query failed");
    ApiError::Unavailable
}

#[async_trait::async_trait]
impl Store for PgStore {
    fn today(&self) -> NaiveDate {
        (self.clock)().date_naive()
    }

    async fn overview(&self, view: &View) -> Result<Overview, ApiError> {
        overview::overview(&mut self.ask(view).await?).await.map_err(unavailable)
    }

    async fn trend(&self, view: &View) -> Result<Trend, ApiError> {
        trend::trend(&mut self.ask(view).await?).await.map_err(unavailable)
    }

    async fn versions(&self, view: &View) -> Result<Versions, ApiError> {
        trend::versions(&mut self.ask(view).await?).await.map_err(unavailable)
    }

    async fn points(&self, view: &View) -> Result<Points, ApiError> {
        trend::points(&mut self.ask(view).await?).await.map_err(unavailable)
    }

    async fn open_callers(&self, view: &View) -> Result<OpenCallers, ApiError> {
        callers::open(&mut self.ask(view).await?).await.map_err(unavailable)
    }

    async fn services(&self, view: &View) -> Result<Services, ApiError> {
        services::services(&mut self.ask(view).await?).await.map_err(unavailable)
    }

    async fn callers_by(&self, view: &View, size: u32) -> Result<CallerPage, ApiError> {
        callers::page(&mut self.ask(view).await?, size as usize).await.map_err(unavailable)
    }

    async fn coverage(&self, view: &View) -> Result<Coverage, ApiError> {
        Ok(overview::coverage(&self.ask(view).await?))
    }

    async fn choices(&self) -> Result<Choices, ApiError> {
        let facts = self.ask(&View::default()).await?.facts;
        Ok(Choices {
            accounts: facts.accounts.iter().map(|account| account.name.clone()).collect(),
            regions: facts.regions.iter().map(|region| region.name.clone()).collect(),
            services: services::names(&facts),
        })
    }

    async fn deadlines(&self) -> Result<Vec<Deadline>, ApiError> {
        self.list_deadlines().await
    }

    async fn save_deadline(&self, edit: DeadlineEdit) -> Result<i64, ApiError> {
        self.save(edit).await
    }

    async fn remove_deadline(&self, id: i64) -> Result<(), ApiError> {
        self.remove(id).await
    }

    async fn uploads(&self) -> Result<Vec<Upload>, ApiError> {
        Ok(self.uploads.list().await?)
    }

    async fn upload(&self, id: i64) -> Result<UploadReport, ApiError> {
        Ok(self.uploads.report(id).await?)
    }

    async fn removal(&self, id: i64) -> Result<Removal, ApiError> {
        Ok(self.uploads.removal(id).await?)
    }

    async fn remove_upload(&self, id: i64) -> Result<(), ApiError> {
        Ok(self.uploads.remove(id).await?)
    }

    async fn cancel_upload(&self, id: i64) -> Result<(), ApiError> {
        Ok(self.uploads.cancel(id).await?)
    }

    async fn load_demo(&self) -> Result<i64, ApiError> {
        Ok(self.uploads.load_demo().await?)
    }
}
