//! The work in the background: takes its part in what waits in buckets.

use super::{Site, count, follow, list};
use crate::{
    db,
    ingest::{Claim, Error, uploads::Inner},
    source::bucket::{self, Access, Trouble},
};
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// How long nobody looks when nothing rings.
const PAUSE: Duration = Duration::from_secs(2);
/// After this long the other buckets have their turn.
const TURN: Duration = Duration::from_secs(60);
/// How long a bucket rests that cannot be entered at all.
const REST: Duration = Duration::from_secs(30);

/// What the handle and the work in the background share.
pub(crate) struct Shared {
    pub(super) inner: Arc<Inner>,
    pub(super) access: Access,
    /// Rung when something may wait.
    pub(super) wake: Notify,
    /// Rung when a queue may be listened to.
    pub(super) listen: Notify,
}

impl Shared {
    pub(crate) fn new(inner: Arc<Inner>, access: Access) -> Self {
        Self { inner, access, wake: Notify::new(), listen: Notify::new() }
    }
}

pub(super) async fn run(shared: Arc<Shared>) {
    loop {
        match look(&shared).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(Error::Database(sqlx::Error::PoolClosed)) => return,
            Err(error) => tracing::warn!(%error, cause = ?error, "buckets wait and go on soon"),
        }
        timeout(PAUSE, shared.wake.notified()).await.ok();
    }
}

/// Does what can be done; false if there is nothing.
pub(crate) async fn look(shared: &Shared) -> Result<bool, Error> {
    let mut conn = shared.inner.pool.acquire().await?;
    db::lease::expire(&mut conn).await?;
    db::bucket::work::finish(&mut conn).await?;
    let due = db::bucket::work::due(&mut conn).await?;
    let waiting = db::bucket::work::waiting(&mut conn).await?;
    drop(conn);
    for id in &due {
        follow::look(shared, *id).await?;
    }
    for id in &waiting {
        turn(shared, *id).await?;
    }
    Ok(!due.is_empty() || !waiting.is_empty())
}

/// The same for what was asked for of one bucket.
pub(super) async fn look_into(shared: &Shared, id: i64) -> Result<bool, Error> {
    let mut conn = shared.inner.pool.acquire().await?;
    db::lease::expire(&mut conn).await?;
    db::bucket::work::finish(&mut conn).await?;
    let waits = db::bucket::work::waiting(&mut conn).await?.contains(&id);
    drop(conn);
    if waits {
        turn(shared, id).await?;
        db::bucket::work::finish(&mut *shared.inner.pool.acquire().await?).await?;
    }
    Ok(waits)
}

/// Lists and reads, until nothing waits or others have waited long enough.
async fn turn(shared: &Shared, id: i64) -> Result<(), Error> {
    let pool = &shared.inner.pool;
    let Some(known) = db::bucket::list(&mut *pool.acquire().await?, Some(id)).await?.pop() else { return Ok(()) };
    let bucket = match bucket::Bucket::open(&known.place, &shared.access).await {
        Ok(bucket) => bucket,
        Err(trouble) => return rest(pool, id, &trouble).await,
    };
    let mut claim = Claim::share(pool, id).await?;
    let site = Site { id, pool, home: &shared.inner.home, bucket, choice: known.choice, token: claim.lease.token };
    let (until, all_listed) = (Instant::now() + TURN, CancellationToken::new());
    let (listed, counted) = tokio::join!(
        async {
            let listed = list::list(&site, until).await;
            all_listed.cancel();
            listed
        },
        count::count(&site, &mut claim, until, &all_listed)
    );
    let done = counted.and(listed);
    match done.is_ok() && !db::bucket::work::is_left(&mut claim.conn, id).await.unwrap_or(true) {
        true => claim.release_and_tidy().await,
        false => claim.release().await,
    }
    match done {
        Ok(()) => Ok(()),
        Err(Error::Bucket(trouble)) => rest(pool, id, &trouble).await,
        // Cancelled, or held up for too long; what was not committed waits again.
        Err(Error::LeaseLost) => Ok(()),
        Err(error) if error.is_passing() => Err(error),
        Err(error) => {
            tracing::error!(bucket = id, %error, cause = ?error, "a bucket could not be read");
            db::bucket::trouble(&mut *pool.acquire().await?, id, &error.as_trouble(), REST.as_secs_f64()).await?;
            sleep(Duration::from_millis(100)).await;
            Ok(())
        }
    }
}

/// Nothing of the bucket can be had now: says why, and tries again later.
pub(super) async fn rest(pool: &PgPool, id: i64, trouble: &Trouble) -> Result<(), Error> {
    tracing::warn!(bucket = id, %trouble, "a bucket cannot be read");
    Ok(db::bucket::trouble(&mut *pool.acquire().await?, id, &trouble.words, REST.as_secs_f64()).await?)
}
