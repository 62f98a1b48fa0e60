//! The handle on all uploads: what pages, the API and the command line ask for.

use super::{
    Claim, Error, Receiving, Run, demo,
    home::Home,
    leftover,
    receive::{self, Incoming},
    removal, worker,
};
use crate::{db, demo::Options};
use app::model::{
    report::{FILES_SHOWN, FileReport, Removal, SourceKind, Upload, UploadReport, UploadState},
    tls::UnknownReason,
};
use chrono::Utc;
use sqlx::{PgConnection, PgPool};
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{sync::Notify, task::JoinHandle};

/// All uploads of this server. Cheap to clone. The last clone stops the work in the background when it is dropped; what is
/// unfinished then goes on at the next start.
#[derive(Clone)]
pub struct Uploads(Arc<Handle>);

struct Handle {
    inner: Arc<Inner>,
    worker: JoinHandle<()>,
}

/// What the handle and the work in the background share.
pub(super) struct Inner {
    pub(super) pool: PgPool,
    pub(super) home: Home,
    /// Rung when an upload waits to be read.
    pub(super) wake: Notify,
    running: Mutex<Option<(i64, Arc<Run>)>>,
    incoming: Mutex<HashMap<i64, Arc<Incoming>>>,
}

impl Uploads {
    /// Opens the spool folder below `data_dir`, which other processes may share, takes up what earlier ones left, and goes on
    /// reading in the background.
    ///
    /// # Errors
    /// The folder cannot be used, or the database does not answer.
    pub async fn start(pool: PgPool, data_dir: &Path) -> anyhow::Result<Self> {
        let inner = Arc::new(Inner::open(pool, data_dir).await?);
        let worker = tokio::spawn(worker::run(inner.clone()));
        Ok(Self(Arc::new(Handle { inner, worker })))
    }

    /// Begins an upload; `name` is shown until everything is received.
    pub async fn begin(&self, name: &str) -> Result<Receiving, Error> {
        let name = if name.trim().is_empty() { "Upload" } else { name };
        Receiving::begin(self.inner().clone(), name).await
    }

    /// Starts reading a synthetic trail, through the same path as any upload; answers its upload id.
    #[expect(clippy::disallowed_methods, reason = "the demo ends now")]
    pub async fn load_demo(&self) -> Result<i64, Error> {
        self.load_trail(Options::up_to(Utc::now())).await
    }

    /// The same with a trail of one's own choice.
    pub async fn load_trail(&self, options: Options) -> Result<i64, Error> {
        demo::load(self.inner(), options).await
    }

    /// Stops an upload; what was counted stays.
    pub async fn cancel(&self, id: i64) -> Result<(), Error> {
        let inner = self.inner();
        let mut conn = inner.pool.acquire().await?;
        let upload = find(&mut conn, id).await?;
        if upload.state.is_final() {
            return Err(Error::Conflict(format!("“{}” has ended already; there is nothing to cancel.", upload.name)));
        }
        db::upload::request_cancel(&mut conn, id).await?;
        if let Some(incoming) = inner.incoming().get(&id) {
            incoming.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        if let Some(run) = inner.run(id) {
            run.cancel();
        }
        drop(conn);
        // Nobody reads it (it waits, or its process is gone): it ends here.
        if upload.state != UploadState::Receiving
            && let Some(mut claim) = Claim::take(&inner.pool, id, true).await?
        {
            super::reading::end_cancelled(&mut claim).await?;
            claim.release().await;
            inner.home.clear(id);
        }
        Ok(())
    }

    /// What removing the upload would take out.
    pub async fn removal(&self, id: i64) -> Result<Removal, Error> {
        find(&mut *self.inner().pool.acquire().await?, id).await?;
        removal::preview(&self.inner().pool, id).await
    }

    /// Removes an upload that has ended, and its counts with it. That may take minutes, so it goes on when nobody waits
    /// for it any more.
    pub async fn remove(&self, id: i64) -> Result<(), Error> {
        let inner = self.inner().clone();
        find(&mut *inner.pool.acquire().await?, id).await?;
        let removal = tokio::spawn(async move {
            removal::remove(&inner.pool, id).await?;
            inner.home.clear(id);
            Ok(())
        });
        removal.await.unwrap_or(Err(Error::Internal))
    }

    /// Newest first.
    pub async fn list(&self) -> Result<Vec<Upload>, Error> {
        let mut uploads = db::upload::list(&mut *self.inner().pool.acquire().await?, None).await?;
        uploads.iter_mut().for_each(|upload| self.inner().show_live(upload));
        Ok(uploads)
    }

    pub async fn report(&self, id: i64) -> Result<UploadReport, Error> {
        let mut conn = self.inner().pool.acquire().await?;
        let mut upload = find(&mut conn, id).await?;
        self.inner().show_live(&mut upload);
        let files = db::log_file::report(&mut conn, id, Some(FILES_SHOWN)).await?;
        let unknown = db::upload::unknown(&mut conn, id).await?.unwrap_or_default();
        Ok(UploadReport { upload, files, unknown: by_reason(&unknown) })
    }

    /// The report on every file.
    pub async fn files(&self, id: i64) -> Result<Vec<FileReport>, Error> {
        let mut conn = self.inner().pool.acquire().await?;
        find(&mut conn, id).await?;
        Ok(db::log_file::report(&mut conn, id, None).await?)
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.0.inner
    }
}

impl Inner {
    /// Opens the spool folder and takes up what earlier processes left there.
    pub(super) async fn open(pool: PgPool, data_dir: &Path) -> anyhow::Result<Self> {
        let home = Home::open(data_dir).await?;
        let inner = Self { pool, home, wake: Notify::new(), running: Mutex::default(), incoming: Mutex::default() };
        leftover::sweep(&inner).await?;
        Ok(inner)
    }

    pub(super) fn incoming(&self) -> MutexGuard<'_, HashMap<i64, Arc<Incoming>>> {
        self.incoming.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn running(&self) -> MutexGuard<'_, Option<(i64, Arc<Run>)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, id: i64) -> Option<Arc<Run>> {
        self.running().as_ref().filter(|(running, _)| *running == id).map(|(_, run)| run.clone())
    }

    /// What this process knows better than the database.
    fn show_live(&self, upload: &mut Upload) {
        if let Some(run) = self.run(upload.id).filter(|_| upload.state == UploadState::Reading) {
            let bytes_read = i64::try_from(run.bytes_read()).unwrap_or(i64::MAX);
            upload.bytes_read = bytes_read.min(upload.bytes);
        }
        if let Some(incoming) = self.incoming().get(&upload.id).filter(|_| upload.state == UploadState::Receiving) {
            upload.bytes = receive::bytes(incoming);
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.worker.abort();
    }
}

/// Buckets are numbered among uploads, and have a handle of their own.
async fn find(conn: &mut PgConnection, id: i64) -> Result<Upload, Error> {
    let upload = db::upload::list(conn, Some(id)).await?.pop().ok_or(Error::NotFound(id))?;
    if upload.kind == SourceKind::Bucket { Err(Error::IsBucket(id)) } else { Ok(upload) }
}

/// `{reason: calls}` of the database, in the order of the reasons.
pub fn by_reason(unknown: &serde_json::Value) -> Vec<(UnknownReason, i64)> {
    UnknownReason::ALL
        .into_iter()
        .filter_map(|reason| Some((reason, unknown.get(reason.as_str())?.as_i64()?)))
        .filter(|(_, calls)| *calls > 0)
        .collect()
}
