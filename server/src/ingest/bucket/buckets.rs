//! The handle on all buckets: what pages, the API and the command line ask for.

use super::{
    listen, now, shown,
    turn::{self, Shared},
};
use crate::{
    db,
    ingest::{Error, Uploads, by_reason, removal, uploads::Inner},
    source::bucket::{self, Access, QueueAddress},
};
use app::model::{
    report::{FILES_SHOWN, Removal, SourceKind, UploadState},
    source::{Bucket, BucketCheck, BucketChoice, BucketPlace, BucketReport},
};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{task::JoinHandle, time::sleep};

const CANCELLED: &str = "Cancelled before everything was read; what was counted until then stays.";
/// For log files in the middle of which that happened.
const STOPPED: &str = "Not read to its end; what was counted until then stays.";

/// All buckets of this server. Cheap to clone. The last clone stops the work in the background when it is dropped; what is
/// unfinished then goes on at the next start, or in another process.
#[derive(Clone)]
pub struct Buckets(Arc<Handle>);

struct Handle {
    shared: Arc<Shared>,
    /// Who reads and who listens.
    workers: Vec<JoinHandle<()>>,
}

impl Buckets {
    /// Begins to read and to follow in the background what was asked for.
    #[must_use]
    pub fn start(uploads: &Uploads, access: Access) -> Self {
        let shared = Arc::new(Shared::new(uploads.inner().clone(), access));
        let workers = vec![tokio::spawn(turn::run(shared.clone())), tokio::spawn(listen::run(shared.clone()))];
        Self(Arc::new(Handle { shared, workers }))
    }

    /// The same without any work in the background: for [`Self::read`].
    ///
    /// # Errors
    /// The data folder cannot be used, or the database does not answer.
    pub async fn at_rest(pool: PgPool, data_dir: &Path, access: Access) -> anyhow::Result<Self> {
        let inner = Arc::new(Inner::open(pool, data_dir).await?);
        Ok(Self(Arc::new(Handle { shared: Arc::new(Shared::new(inner, access)), workers: Vec::new() })))
    }

    /// Reads what was asked for of one bucket, to its end or until something keeps all of it from being read.
    pub async fn read(&self, id: i64) -> Result<Bucket, Error> {
        loop {
            let has_read = turn::look_into(&self.0.shared, id).await;
            let bucket = self.get(id).await?;
            if bucket.state.is_final() || !bucket.trouble.is_empty() {
                return Ok(bucket);
            }
            match has_read {
                Ok(true) => {}
                Err(error) if !error.is_passing() => return Err(error),
                // Something waits for another attempt, or for another process.
                Ok(false) | Err(_) => sleep(Duration::from_millis(300)).await,
            }
        }
    }

    /// Looks into a bucket and reads nothing. What keeps all of it from being looked into is said beside the policy that may help,
    /// which is for a queue too.
    pub async fn check(
        &self,
        id: i64,
        choice: &BucketChoice,
        queue: Option<&QueueAddress>,
    ) -> Result<BucketCheck, Error> {
        let place = self.get(id).await?.place;
        let policy = bucket::policy(&place, queue);
        let checked = match bucket::Bucket::open(&place, &self.0.shared.access).await {
            Ok(bucket) => bucket::check(&bucket, choice, now().date_naive()).await,
            Err(trouble) => Err(trouble),
        };
        Ok(match checked {
            Ok(check) => shown::check(check, policy),
            Err(trouble) => BucketCheck { troubles: vec![trouble.words], policy, ..BucketCheck::default() },
        })
    }

    /// Stores other than AWS that may be named.
    #[must_use]
    pub fn endpoints(&self) -> Vec<String> {
        self.0.shared.access.endpoints().iter().map(ToString::to_string).collect()
    }

    /// Remembers a bucket and reads nothing; answers its id. The same place is the same bucket.
    pub async fn connect(&self, place: &BucketPlace) -> Result<i64, Error> {
        drop(bucket::Bucket::open(place, &self.0.shared.access).await?);
        let mut transaction = self.begin().await?;
        // One at a time.
        db::lock::counting(&mut transaction).await?;
        if let Some(id) = db::bucket::at(&mut transaction, place).await? {
            return Ok(id);
        }
        let name = place.to_string();
        let new =
            db::upload::New { kind: SourceKind::Bucket, name: &name, state: UploadState::Queued, home: "", bytes: 0 };
        let id = db::upload::insert(&mut transaction, &new, None).await?;
        db::bucket::insert(&mut transaction, id, place).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Asks for everything of a range to be read.
    pub async fn backfill(&self, id: i64, choice: &BucketChoice) -> Result<(), Error> {
        let mut transaction = self.locked(id).await?;
        db::bucket::choose(&mut transaction, id, choice).await?;
        db::bucket::listing::insert(&mut transaction, id, &[(db::bucket::listing::FIND.to_owned(), None)]).await?;
        db::bucket::reopen(&mut transaction, id).await?;
        transaction.commit().await?;
        self.0.shared.wake.notify_one();
        Ok(())
    }

    /// What is being read now is read to its end; nothing else is begun.
    pub async fn pause(&self, id: i64) -> Result<(), Error> {
        found(db::bucket::pause(&mut *self.conn().await?, id, true).await?, id)?;
        Ok(db::bucket::queue::end_lease(&mut *self.conn().await?, id).await?)
    }

    pub async fn resume(&self, id: i64) -> Result<(), Error> {
        found(db::bucket::pause(&mut *self.conn().await?, id, false).await?, id)?;
        self.0.shared.wake.notify_one();
        self.0.shared.listen.notify_one();
        Ok(())
    }

    /// Stops reading and following; what was counted stays.
    pub async fn cancel(&self, id: i64) -> Result<(), Error> {
        // Nothing more is begun, then whatever is going on ends; whoever counts now is waited for.
        let pool = &self.0.shared.inner.pool;
        found(db::bucket::pause(&mut *pool.acquire().await?, id, true).await?, id)?;
        db::upload::request_cancel(&mut *pool.acquire().await?, id).await?;
        db::bucket::end_leases(&mut *pool.acquire().await?, id).await?;
        let mut transaction = self.locked(id).await?;
        cancel(&mut transaction, id).await?;
        db::bucket::pause(&mut transaction, id, false).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Tries again what could not be had, listed or read.
    pub async fn retry_failed(&self, id: i64) -> Result<(), Error> {
        let mut transaction = self.locked(id).await?;
        let objects = db::bucket::object::retry(&mut transaction, id).await?;
        let listings = db::bucket::listing::retry(&mut transaction, id).await?;
        if objects > 0 || listings > 0 {
            db::bucket::reopen(&mut transaction, id).await?;
        }
        transaction.commit().await?;
        self.0.shared.wake.notify_one();
        Ok(())
    }

    /// Whether to look for new objects, and after how many seconds again.
    pub async fn follow(&self, id: i64, on: bool, every: i32) -> Result<(), Error> {
        if !(5..=86_400).contains(&every) {
            return Err(Error::Conflict(
                "Look for new objects every 5 seconds at most, and once a day at least.".into(),
            ));
        }
        found(db::bucket::follow(&mut *self.conn().await?, id, on, every).await?, id)?;
        if !on {
            db::bucket::queue::end_lease(&mut *self.conn().await?, id).await?;
        }
        self.0.shared.wake.notify_one();
        self.0.shared.listen.notify_one();
        Ok(())
    }

    /// Which queue tells of new objects while the bucket is followed, if any.
    pub async fn listen_to(&self, id: i64, queue: Option<&QueueAddress>) -> Result<(), Error> {
        if let Some(queue) = queue {
            queue.check(&self.0.shared.access)?;
        }
        let url = queue.map(ToString::to_string);
        let mut transaction = self.begin().await?;
        // One at a time.
        db::lock::counting(&mut transaction).await?;
        if db::bucket::list(&mut transaction, Some(id)).await?.is_empty() {
            return Err(Error::NotFound(id));
        }
        if let Some(url) = &url
            && let Some(other) = db::bucket::queue::taken(&mut transaction, id, url).await?
        {
            return Err(Error::Conflict(format!(
                "That queue tells of another bucket already (source {other}), which takes its messages: give each bucket a queue of its own."
            )));
        }
        db::bucket::queue::set(&mut transaction, id, url.as_deref()).await?;
        transaction.commit().await?;
        self.0.shared.wake.notify_one();
        self.0.shared.listen.notify_one();
        Ok(())
    }

    /// Newest first.
    pub async fn list(&self) -> Result<Vec<Bucket>, Error> {
        Ok(db::bucket::list(&mut *self.conn().await?, None).await?)
    }

    /// One of them, without its report.
    pub async fn get(&self, id: i64) -> Result<Bucket, Error> {
        db::bucket::list(&mut *self.conn().await?, Some(id)).await?.pop().ok_or(Error::NotFound(id))
    }

    pub async fn report(&self, id: i64) -> Result<BucketReport, Error> {
        let bucket = self.get(id).await?;
        let mut conn = self.conn().await?;
        let unknown = db::upload::unknown(&mut conn, id).await?.unwrap_or_default();
        Ok(BucketReport {
            bucket,
            freshness: db::bucket::trail::freshness(&mut conn, id).await?,
            listings_failed: db::bucket::listing::failed(&mut conn, id).await?,
            files: db::log_file::troubled(&mut conn, id, FILES_SHOWN).await?,
            others: shown::others_in_words(db::bucket::others(&mut conn, id).await?),
            unknown: by_reason(&unknown),
        })
    }

    /// What removing the bucket would take out.
    pub async fn removal(&self, id: i64) -> Result<Removal, Error> {
        removal::preview(&self.0.shared.inner.pool, id).await
    }

    /// Removes a bucket, and its counts with it, whatever happens to it now. That may take minutes, so it goes on when nobody
    /// waits for it any more.
    pub async fn remove(&self, id: i64) -> Result<(), Error> {
        self.cancel(id).await?;
        let pool = self.0.shared.inner.pool.clone();
        tokio::spawn(async move { removal::remove(&pool, id).await }).await.unwrap_or(Err(Error::Internal))
    }

    async fn conn(&self) -> Result<sqlx::pool::PoolConnection<Postgres>, Error> {
        Ok(self.0.shared.inner.pool.acquire().await?)
    }

    async fn begin(&self) -> Result<Transaction<'static, Postgres>, Error> {
        let mut transaction = self.0.shared.inner.pool.begin().await?;
        db::lock::no_time_limit_here(&mut transaction).await?;
        Ok(transaction)
    }

    /// A transaction in which nobody else changes what the bucket says.
    async fn locked(&self, id: i64) -> Result<Transaction<'static, Postgres>, Error> {
        let mut transaction = self.begin().await?;
        // As whoever counts does, so that each waits for the other in the same order.
        db::lock::counting(&mut transaction).await?;
        if db::bucket::list(&mut transaction, Some(id)).await?.is_empty() {
            return Err(Error::NotFound(id));
        }
        db::upload::lock(&mut transaction, id).await?;
        Ok(transaction)
    }
}

async fn cancel(conn: &mut PgConnection, id: i64) -> Result<(), Error> {
    db::bucket::cancel(conn, id).await?;
    let unfinished = db::log_file::close(conn, id, STOPPED).await?;
    db::upload::add_unfinished(conn, id, unfinished).await?;
    let open = [UploadState::Queued, UploadState::Reading];
    db::upload::finish(conn, id, &open, UploadState::Cancelled, CANCELLED).await?;
    Ok(())
}

fn found(is_there: bool, id: i64) -> Result<(), Error> {
    if is_there { Ok(()) } else { Err(Error::NotFound(id)) }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.workers.iter().for_each(JoinHandle::abort);
    }
}
