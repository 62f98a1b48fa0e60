//! What pages need from the outside, in `model` types only. The server implements it; tests may fake it.

use crate::{
    api::ApiError,
    model::{
        audit::{Action, AuditFilter, Entry},
        caller::{CallerPage, PAGE_SIZE},
        coverage::Coverage,
        deadline::{Deadline, DeadlineEdit},
        freshness::Sources,
        open::OpenCallers,
        overview::{Choices, Overview},
        person::Actor,
        report::{Removal, Upload, UploadReport},
        service::Services,
        share::{Knock, Opened, Opening, Share, ShareChange, ShareDraft},
        source::{Bucket, BucketCheck, BucketChoice, BucketPlace, BucketReport},
        statement::{Masking, Statement},
        trend::{DrawnTrend, Points, Trend, Versions},
    },
    view::View,
};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// Lines of the audit log on a page.
pub const AUDIT_PAGE: i64 = 100;

#[async_trait::async_trait]
pub trait Store: Send + Sync + 'static {
    /// Who asks.
    fn actor(&self) -> Actor;
    /// The same store, asked by somebody else.
    fn acting(&self, actor: Actor) -> Arc<dyn Store>;

    /// Adds a line to the audit log: whoever asks did this. What changes something here does so by itself.
    async fn note(&self, action: Action, about: &str) -> Result<(), ApiError>;
    /// The audit log, for administrators, newest first; so many lines at most.
    async fn audit(&self, filter: &AuditFilter, limit: i64) -> Result<Vec<Entry>, ApiError>;

    /// The real time: nothing else here reads a clock.
    fn now(&self) -> DateTime<Utc>;
    fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

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
    /// Where the view's logs came from.
    async fn sources(&self, view: &View) -> Result<Sources, ApiError>;

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

    /// Stores other than AWS that the server's configuration allows.
    fn endpoints(&self) -> Vec<String>;
    /// Newest first.
    async fn buckets(&self) -> Result<Vec<Bucket>, ApiError>;
    async fn bucket(&self, id: i64) -> Result<BucketReport, ApiError>;
    /// Remembers where a bucket is; nothing of it is read. Answers the number of the one that is connected there, new or not.
    async fn connect_bucket(&self, place: BucketPlace) -> Result<i64, ApiError>;
    /// What lies there, and the policy for it and for a queue (empty: none). Takes seconds.
    async fn check_bucket(&self, id: i64, choice: &BucketChoice, queue: &str) -> Result<BucketCheck, ApiError>;
    /// Begins to read what is chosen, the newest first.
    async fn read_bucket(&self, id: i64, choice: BucketChoice) -> Result<(), ApiError>;
    /// Looks for new objects from now on, or no more.
    async fn follow_bucket(&self, id: i64, follow: bool) -> Result<(), ApiError>;
    /// The address of the queue that tells of new objects while the bucket is followed. Empty: none.
    async fn listen_to_queue(&self, id: i64, queue: &str) -> Result<(), ApiError>;
    async fn pause_bucket(&self, id: i64, pause: bool) -> Result<(), ApiError>;
    /// Reads no further; what was counted stays.
    async fn cancel_bucket(&self, id: i64) -> Result<(), ApiError>;
    /// Tries again what could not be listed or read.
    async fn retry_bucket(&self, id: i64) -> Result<(), ApiError>;
    async fn bucket_removal(&self, id: i64) -> Result<Removal, ApiError>;
    async fn remove_bucket(&self, id: i64) -> Result<(), ApiError>;

    /// What a page about the view would say to somebody who must not know what is masked.
    async fn statement(&self, view: &View, masking: Masking) -> Result<Statement, ApiError>;
    /// Who shares, as recipients see it.
    fn sharer(&self) -> String;
    /// Days for which a share may be open, as the administrator has set it.
    fn longest_share(&self) -> u32;
    /// Newest first.
    async fn shares(&self) -> Result<Vec<Share>, ApiError>;
    async fn share(&self, id: i64) -> Result<Share, ApiError>;
    /// Answers the share's number.
    async fn create_share(&self, draft: ShareDraft) -> Result<i64, ApiError>;
    async fn change_share(&self, id: i64, change: ShareChange) -> Result<(), ApiError>;
    /// All of a person.
    async fn revoke_shares(&self, creator: &str) -> Result<(), ApiError>;
    /// The token of a share that just got a new one: once, to whoever caused it.
    fn fresh_link(&self, id: i64) -> Option<String>;
    /// What a link leads to.
    async fn open_share(&self, token: &str, knock: Knock) -> Result<Opening, ApiError>;
    /// The chart of a trend for a page without scripts; none where it cannot be drawn.
    async fn drawn(&self, trend: &Trend) -> Option<DrawnTrend>;
    /// All that a share says, as a ZIP that can be checked without the server.
    async fn evidence(&self, opened: &Opened) -> Result<Vec<u8>, ApiError>;
}

/// The store of this request; the server provides it as context.
#[cfg(feature = "ssr")]
pub fn get() -> Result<Arc<dyn Store>, ApiError> {
    leptos::prelude::use_context().ok_or(ApiError::Unavailable)
}
