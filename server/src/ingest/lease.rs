//! A lease: the right to work on something, for as long as its holder lives.

use super::Error;
use crate::db;
use sqlx::{PgConnection, PgPool};
use std::{env, process, sync::LazyLock, time::Duration};
use tokio::{task::JoinHandle, time::sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long a lease lasts when its holder is stopped or cut off. One that ends with its connection ends at once.
pub(crate) static TERM: LazyLock<Duration> = LazyLock::new(|| {
    let seconds = env::var("SUNSET_LEASE_SECONDS").ok().and_then(|text| text.parse().ok());
    seconds.filter(|seconds| (0.1..=3600.0).contains(seconds)).map_or(Duration::from_secs(60), Duration::from_secs_f64)
});

/// Between attempts to give it back while the database does not answer.
const RETRY: Duration = Duration::from_millis(500);

/// A task of its own prolongs it; dropped, it is given back in the background.
pub(super) struct Lease {
    pub(super) token: i64,
    lost: CancellationToken,
    keeper: JoinHandle<()>,
    over: DropGuard,
}

impl Lease {
    /// A row in the transaction of `conn`, to be kept ([`Self::keep`]) once it is committed. With `bound`, all that the holder
    /// writes goes through this connection.
    pub(super) async fn insert(conn: &mut PgConnection, bound: bool) -> sqlx::Result<i64> {
        db::lease::insert(conn, &holder(), TERM.as_secs_f64(), bound).await
    }

    /// Prolongs a lease from now on.
    pub(super) fn keep(pool: &PgPool, token: i64) -> Self {
        let (lost, over) = (CancellationToken::new(), CancellationToken::new());
        let keeper = tokio::spawn(keep(pool.clone(), token, lost.clone(), over.clone()));
        Self { token, lost, keeper, over: over.drop_guard() }
    }

    /// Ready as soon as somebody else may have what it was for.
    pub(super) async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Gives it back, and waits for that.
    pub(super) async fn release(self) {
        drop(self.over);
        self.keeper.await.ok();
    }
}

/// Begins a transaction that only the holder may commit.
pub(super) async fn hold(conn: &mut PgConnection, token: i64) -> Result<(), Error> {
    if db::lease::hold(conn, token).await? { Ok(()) } else { Err(Error::LeaseLost) }
}

async fn keep(pool: PgPool, token: i64, lost: CancellationToken, over: CancellationToken) {
    while tokio::time::timeout(*TERM / 3, over.cancelled()).await.is_err() {
        match prolong(&pool, token).await {
            Ok(true) => {}
            Ok(false) => return lost.cancel(),
            Err(error) => tracing::warn!(%error, "a lease could not be prolonged"),
        }
    }
    while let Err(error) = release(&pool, token).await {
        if matches!(error, sqlx::Error::PoolClosed) {
            return;
        }
        sleep(RETRY).await;
    }
}

async fn prolong(pool: &PgPool, token: i64) -> sqlx::Result<bool> {
    let mut conn = pool.acquire().await?;
    let is_held = db::lease::prolong(&mut conn, token, TERM.as_secs_f64()).await?;
    // A holder that was stopped in the middle of counting may be what everybody waits for: nobody looks for anything else then.
    db::lease::expire(&mut conn).await?;
    Ok(is_held)
}

async fn release(pool: &PgPool, token: i64) -> sqlx::Result<()> {
    db::lease::release(&mut *pool.acquire().await?, token).await
}

/// Host and process.
fn holder() -> String {
    let host = nix::unistd::gethostname().map_or_else(|_| "?".into(), |name| name.to_string_lossy().into_owned());
    format!("{host}:{}", process::id())
}
