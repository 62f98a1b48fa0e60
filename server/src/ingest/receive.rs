//! Receiving: the files of an upload, as they come in.

use super::{
    Error,
    failpoint::{self, Step},
    lease::{self, Lease},
    uploads::Inner,
};
use crate::db;
use app::model::report::{SourceKind, UploadState};
use sqlx::Acquire as _;
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};
use tokio::io::AsyncWriteExt as _;

const BROKE_OFF: &str = "The connection broke off before everything was sent; send it again.";
const STOPPED: &str = "The server stopped before everything was received; send it again.";
pub(super) const CANCELLED: &str = "Cancelled while it was being sent; nothing was counted.";

/// An upload that is coming in. Dropped before [`Receiving::finish`], it fails and its files are removed.
pub struct Receiving {
    uploads: Arc<Inner>,
    id: i64,
    /// Taken when it ends.
    lease: Option<Lease>,
    incoming: Arc<Incoming>,
    names: HashSet<String>,
    files: i32,
    last_name: String,
    finished: bool,
    /// Why it is going to fail.
    trouble: Option<String>,
}

/// How much has come in; shared with whoever shows it or stops it.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    pub(super) bytes: AtomicU64,
    pub(super) cancelled: AtomicBool,
}

impl Receiving {
    pub(super) async fn begin(uploads: Arc<Inner>, name: &str) -> Result<Self, Error> {
        let new = db::upload::New {
            kind: SourceKind::Upload,
            name,
            state: UploadState::Receiving,
            home: &uploads.home.id,
            bytes: 0,
        };
        let mut conn = uploads.pool.acquire().await?;
        let mut transaction = conn.begin().await?;
        let token = Lease::insert(&mut transaction, false).await?;
        let id = db::upload::insert(&mut transaction, &new, Some(token)).await?;
        transaction.commit().await?;
        drop(conn);
        let lease = Some(Lease::keep(&uploads.pool, token));
        let incoming = Arc::new(Incoming::default());
        uploads.incoming().insert(id, incoming.clone());
        let (names, last_name) = (HashSet::new(), String::new());
        let mut receiving =
            Self { uploads, id, lease, incoming, names, files: 0, last_name, finished: false, trouble: None };
        match receiving.uploads.home.create(id) {
            Ok(_) => Ok(receiving),
            Err(error) => Err(receiving.failing(error)),
        }
    }

    pub fn id(&self) -> i64 {
        self.id
    }

    /// Begins the next file. Names only tell files apart: nothing is ever stored under them.
    pub async fn file(&mut self, name: &str) -> Result<Spooling<'_>, Error> {
        let ordinal = self.files + 1;
        let name = self.distinct(name);
        let path = self.uploads.home.folder(self.id).join(ordinal.to_string());
        let file = tokio::fs::File::create_new(&path).await.map_err(|error| self.failed(&path, error))?;
        self.files = ordinal;
        self.last_name.clone_from(&name);
        Ok(Spooling { receiving: self, name, ordinal, path, file, bytes: 0 })
    }

    fn distinct(&mut self, name: &str) -> String {
        let name = if name.trim().is_empty() { "unnamed" } else { name };
        let mut distinct = name.to_owned();
        let mut n = 1;
        while !self.names.insert(distinct.clone()) {
            n += 1;
            distinct = format!("{name} ({n})");
        }
        distinct
    }

    /// Everything is here: the upload waits to be read. Answers its id.
    pub async fn finish(mut self) -> Result<i64, Error> {
        if self.files == 0 {
            return Err(Error::Conflict("Nothing was sent: choose at least one file.".into()));
        }
        self.check_cancelled()?;
        let name = if self.files == 1 { self.last_name.clone() } else { format!("{} files", self.files) };
        failpoint::reach(Step::Received);
        self.queue(&name).await?;
        failpoint::reach(Step::Queued);
        self.finished = true;
        self.uploads.incoming().remove(&self.id);
        if let Some(lease) = self.lease.take() {
            lease.release().await;
        }
        self.uploads.wake.notify_one();
        Ok(self.id)
    }

    async fn queue(&self, name: &str) -> Result<(), Error> {
        let mut conn = self.uploads.pool.acquire().await?;
        let mut transaction = conn.begin().await?;
        match &self.lease {
            Some(lease) => lease::hold(&mut transaction, lease.token).await?,
            None => return Err(Error::LeaseLost),
        }
        if !db::upload::queue(&mut transaction, self.id, name, bytes(&self.incoming)).await? {
            return Err(Error::Conflict(CANCELLED.into()));
        }
        transaction.commit().await?;
        Ok(())
    }

    fn failed(&mut self, path: &Path, error: std::io::Error) -> Error {
        let error = self.uploads.home.trouble(path, error);
        self.failing(error)
    }

    /// The upload will say so too.
    fn failing(&mut self, error: Error) -> Error {
        self.trouble = Some(error.to_string());
        error
    }

    fn check_cancelled(&self) -> Result<(), Error> {
        if self.incoming.cancelled.load(Relaxed) { Err(Error::Conflict(CANCELLED.into())) } else { Ok(()) }
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.uploads.incoming().remove(&self.id);
        if self.finished {
            return;
        }
        let (uploads, id, lease) = (self.uploads.clone(), self.id, self.lease.take());
        let (state, reason) = match self.incoming.cancelled.load(Relaxed) {
            true => (UploadState::Cancelled, CANCELLED.to_owned()),
            false => (UploadState::Failed, self.trouble.take().unwrap_or_else(|| BROKE_OFF.to_owned())),
        };
        // Without a runtime the process is about to end; the next start does the same.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                abandon(&uploads, id, state, &reason).await;
                drop(lease);
            });
        }
    }
}

/// Ends an upload that was never received as a whole.
pub(super) async fn abandon(uploads: &Inner, id: i64, state: UploadState, reason: &str) {
    uploads.home.clear(id);
    let ended = async {
        let mut conn = uploads.pool.acquire().await?;
        db::upload::finish(&mut conn, id, &[UploadState::Receiving], state, reason).await
    };
    if let Err(error) = ended.await {
        tracing::warn!(upload = id, %error, "an upload that broke off could not be marked as failed; the next start will");
    }
}

/// Ends uploads that were being received when their process ended.
pub(super) async fn abandon_broken_off(uploads: &Inner) -> sqlx::Result<()> {
    let mut conn = uploads.pool.acquire().await?;
    for id in db::upload::broken_off(&mut conn, &uploads.home.id).await? {
        uploads.home.clear(id);
        db::upload::finish(&mut conn, id, &[UploadState::Receiving], UploadState::Failed, STOPPED).await?;
    }
    Ok(())
}

/// One file on its way to the spool folder.
pub struct Spooling<'a> {
    receiving: &'a mut Receiving,
    name: String,
    ordinal: i32,
    path: PathBuf,
    file: tokio::fs::File,
    bytes: i64,
}

impl Spooling<'_> {
    /// Appends bytes as they were sent.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.receiving.check_cancelled()?;
        self.file.write_all(chunk).await.map_err(|error| self.receiving.failed(&self.path, error))?;
        self.receiving.incoming.bytes.fetch_add(chunk.len() as u64, Relaxed);
        self.bytes += chunk.len() as i64;
        Ok(())
    }

    /// The file is complete.
    pub async fn finish(mut self) -> Result<(), Error> {
        self.file.flush().await.map_err(|error| self.receiving.failed(&self.path, error))?;
        failpoint::reach(Step::Spooled);
        let mut conn = self.receiving.uploads.pool.acquire().await?;
        db::spool_file::insert(&mut conn, self.receiving.id, self.ordinal, &self.name, self.bytes).await?;
        Ok(())
    }
}

pub(super) fn bytes(incoming: &Incoming) -> i64 {
    i64::try_from(incoming.bytes.load(Relaxed)).unwrap_or(i64::MAX)
}
