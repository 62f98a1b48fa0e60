//! What pages may ask: `impl app::store::Store` on Postgres.

mod audit;
mod callers;
mod deadlines;
mod drawn;
mod evidence;
mod overview;
mod services;
mod session;
mod shares;
mod sources;
mod statement;
mod trend;
mod visits;

use crate::{
    db::read::facts::Facts,
    drawing::Drawing,
    ingest::{Buckets, Uploads},
    paper::Press,
};
use app::{
    api::ApiError,
    model::{
        audit::{Action, AuditFilter, Entry},
        caller::CallerPage,
        coverage::Coverage,
        deadline::{Deadline, DeadlineEdit},
        freshness::Sources,
        open::OpenCallers,
        overview::{Choices, Overview},
        person::{Actor, Role},
        report::{Removal, SourceKind, Upload, UploadReport},
        service::Services,
        share::{Knock, Opened, Opening, Share, ShareChange, ShareDraft},
        source::{Bucket, BucketCheck, BucketChoice, BucketPlace, BucketReport},
        statement::{Masking, Statement},
        trend::{DrawnTrend, Points, Trend, Versions},
    },
    store::Store,
    view::View,
};
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Tells the time. Tests set it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The store of a running server, asked by nobody yet. Cheap to clone.
#[derive(Clone)]
pub struct PgStore {
    pool: PgPool,
    uploads: Uploads,
    buckets: Buckets,
    clock: Clock,
    /// Of the newest revision that anybody asked about.
    facts: Arc<Mutex<Arc<Facts>>>,
    desk: Arc<shares::Desk>,
    /// None: pages without scripts have plain lines for charts.
    drawing: Option<Drawing>,
    /// None: there is no paper in evidence.
    press: Option<Press>,
    longest_share: u32,
    /// Routes are guarded already; whatever changes something looks again.
    actor: Actor,
}

/// Days for which a share may be open, unless the administrator says otherwise.
pub const LONGEST_SHARE: u32 = 90;

impl PgStore {
    /// `pool` is one of [`crate::db::read::pool`].
    #[expect(clippy::disallowed_methods, reason = "the one place where pages get to know the time")]
    pub fn new(pool: PgPool, uploads: Uploads, buckets: Buckets) -> Self {
        Self::with_clock(pool, uploads, buckets, Arc::new(Utc::now))
    }

    pub fn with_clock(pool: PgPool, uploads: Uploads, buckets: Buckets, clock: Clock) -> Self {
        let (facts, desk) = (Arc::default(), Arc::default());
        let actor = Actor::nobody();
        Self {
            pool,
            uploads,
            buckets,
            clock,
            facts,
            desk,
            drawing: None,
            press: None,
            longest_share: LONGEST_SHARE,
            actor,
        }
    }

    /// Lets shares be open for so many days at most.
    #[must_use]
    pub fn with_longest_share(self, days: u32) -> Self {
        Self { longest_share: days, ..self }
    }

    /// Lets pages without scripts have charts, and evidence paper.
    #[must_use]
    pub fn with_drawing(self, drawing: Drawing) -> Self {
        Self { press: Some(Press::new(drawing.clone())), drawing: Some(drawing), ..self }
    }

    /// The same store, asked by this one.
    #[must_use]
    pub fn asked_by(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }
}

/// Logs what went wrong, once; a page is told that the database does not answer.
fn unavailable(error: sqlx::Error) -> ApiError {
    tracing::error!(%error, "a query failed");
    ApiError::Unavailable
}

#[async_trait::async_trait]
impl Store for PgStore {
    fn actor(&self) -> Actor {
        self.actor.clone()
    }

    fn acting(&self, actor: Actor) -> Arc<dyn Store> {
        Arc::new(self.asked_by(actor))
    }

    async fn note(&self, action: Action, about: &str) -> Result<(), ApiError> {
        self.add_note(action, about).await
    }

    async fn audit(&self, filter: &AuditFilter, limit: i64) -> Result<Vec<Entry>, ApiError> {
        self.actor.must_be(Role::Administrator)?;
        self.notes(filter, limit).await
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)()
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

    async fn sources(&self, view: &View) -> Result<Sources, ApiError> {
        self.sources_of(view).await
    }

    async fn deadlines(&self) -> Result<Vec<Deadline>, ApiError> {
        self.list_deadlines().await
    }

    async fn save_deadline(&self, edit: DeadlineEdit) -> Result<i64, ApiError> {
        self.actor.must_be(Role::Analyst)?;
        self.save(edit).await
    }

    async fn remove_deadline(&self, id: i64) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        self.remove(id).await
    }

    async fn uploads(&self) -> Result<Vec<Upload>, ApiError> {
        let mut uploads = self.uploads.list().await?;
        uploads.retain(|upload| upload.kind != SourceKind::Bucket);
        Ok(uploads)
    }

    async fn upload(&self, id: i64) -> Result<UploadReport, ApiError> {
        Ok(self.uploads.report(id).await?)
    }

    async fn removal(&self, id: i64) -> Result<Removal, ApiError> {
        Ok(self.uploads.removal(id).await?)
    }

    async fn remove_upload(&self, id: i64) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        let about = self.upload_words(id).await?;
        self.uploads.remove(id).await?;
        self.note(Action::RemoveUpload, &about).await
    }

    async fn cancel_upload(&self, id: i64) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        let about = self.upload_words(id).await?;
        self.uploads.cancel(id).await?;
        self.note(Action::CancelUpload, &about).await
    }

    async fn load_demo(&self) -> Result<i64, ApiError> {
        self.actor.must_be(Role::Analyst)?;
        let id = self.uploads.load_demo().await?;
        self.note(Action::LoadDemo, &self.upload_words(id).await?).await?;
        Ok(id)
    }

    fn endpoints(&self) -> Vec<String> {
        self.buckets.endpoints()
    }

    async fn buckets(&self) -> Result<Vec<Bucket>, ApiError> {
        Ok(self.buckets.list().await?)
    }

    async fn bucket(&self, id: i64) -> Result<BucketReport, ApiError> {
        Ok(self.buckets.report(id).await?)
    }

    async fn connect_bucket(&self, place: BucketPlace) -> Result<i64, ApiError> {
        self.actor.must_be(Role::Analyst)?;
        let id = self.buckets.connect(&place).await?;
        self.note_source(Action::ConnectSource, id).await?;
        Ok(id)
    }

    async fn check_bucket(&self, id: i64, choice: &BucketChoice, queue: &str) -> Result<BucketCheck, ApiError> {
        self.actor.must_be(Role::Analyst)?;
        Ok(self.buckets.check(id, choice, sources::queue(queue)?.as_ref()).await?)
    }

    async fn read_bucket(&self, id: i64, choice: BucketChoice) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        self.buckets.backfill(id, &choice).await?;
        self.note_source(Action::ReadSource, id).await
    }

    async fn follow_bucket(&self, id: i64, follow: bool) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        let every = self.buckets.get(id).await?.follow_every;
        self.buckets.follow(id, follow, every).await?;
        self.note_source(if follow { Action::FollowSource } else { Action::UnfollowSource }, id).await
    }

    async fn listen_to_queue(&self, id: i64, queue: &str) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        self.buckets.listen_to(id, sources::queue(queue)?.as_ref()).await?;
        self.note_source(Action::ListenToQueue, id).await
    }

    async fn pause_bucket(&self, id: i64, pause: bool) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        if pause {
            self.buckets.pause(id).await?;
        } else {
            self.buckets.resume(id).await?;
        }
        self.note_source(if pause { Action::PauseSource } else { Action::ResumeSource }, id).await
    }

    async fn cancel_bucket(&self, id: i64) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        self.buckets.cancel(id).await?;
        self.note_source(Action::CancelSource, id).await
    }

    async fn retry_bucket(&self, id: i64) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        self.buckets.retry_failed(id).await?;
        self.note_source(Action::RetrySource, id).await
    }

    async fn bucket_removal(&self, id: i64) -> Result<Removal, ApiError> {
        Ok(self.buckets.removal(id).await?)
    }

    async fn remove_bucket(&self, id: i64) -> Result<(), ApiError> {
        self.actor.must_be(Role::Analyst)?;
        let about = self.source_words(id).await?;
        self.buckets.remove(id).await?;
        self.note(Action::RemoveSource, &about).await
    }

    async fn statement(&self, view: &View, masking: Masking) -> Result<Statement, ApiError> {
        // A preview is nobody's: its pseudonyms are not those of the share that may become of it.
        let key = rand::random();
        self.statement_of(view, masking, &key).await
    }

    fn sharer(&self) -> String {
        if self.actor.name.is_empty() { "local".into() } else { self.actor.name.clone() }
    }

    fn longest_share(&self) -> u32 {
        self.longest_share
    }

    async fn shares(&self) -> Result<Vec<Share>, ApiError> {
        self.list_shares().await
    }

    async fn share(&self, id: i64) -> Result<Share, ApiError> {
        self.one_share(id).await
    }

    async fn create_share(&self, draft: ShareDraft) -> Result<i64, ApiError> {
        self.actor.must_be(Role::Analyst)?;
        self.make_share(draft).await
    }

    async fn change_share(&self, id: i64, change: ShareChange) -> Result<(), ApiError> {
        let share = self.one_share(id).await?;
        self.must_own(&share.creator)?;
        self.alter_share(&share, change).await
    }

    async fn revoke_shares(&self, creator: &str) -> Result<(), ApiError> {
        self.must_own(creator)?;
        self.revoke_all(creator).await
    }

    fn fresh_link(&self, id: i64) -> Option<String> {
        self.take_fresh(id)
    }

    async fn open_share(&self, token: &str, knock: Knock) -> Result<Opening, ApiError> {
        self.open(token, knock).await
    }

    async fn drawn(&self, trend: &Trend) -> Option<DrawnTrend> {
        drawn::drawn(self.drawing.as_ref()?, trend).await
    }

    async fn evidence(&self, opened: &Opened) -> Result<Vec<u8>, ApiError> {
        self.evidence_of(opened).await
    }
}
