//! Buckets: what lies in them is listed into the ledger, and read from there. Any number of processes share both.
//!
//! `buckets` (the handle that pages and commands hold) → `turn` (takes its part in what waits) → `list` (finds trails, lists their
//! months, newest first, into the ledger) beside `get` (leases objects, downloads) → `parse` → `count` (in one transaction per
//! chunk). `follow` looks for new objects, unless a queue tells of them: `listen` → `tell` (into the ledger). `shown`: what was
//! found, as it is kept and shown.

mod buckets;
mod count;
mod follow;
mod get;
mod list;
mod listen;
mod parse;
mod shown;
mod tell;
mod turn;

pub use buckets::Buckets;
pub(super) use listen::drain;
pub(super) use turn::{Shared, look};

use super::{Error, home::Home, lease};
use crate::source::bucket;
use app::model::source::BucketChoice;
use sqlx::{PgPool, Postgres, Transaction};
use std::time::Duration;

/// A part of the work is given up when it was begun this often, and ended only by the end of the process.
const ATTEMPTS: i32 = 3;

/// A bucket that somebody works on, under a lease.
struct Site<'a> {
    id: i64,
    pool: &'a PgPool,
    home: &'a Home,
    bucket: bucket::Bucket,
    choice: BucketChoice,
    token: i64,
}

impl Site<'_> {
    /// A transaction that can be committed only while the lease holds.
    async fn begin(&self) -> Result<Transaction<'static, Postgres>, Error> {
        let mut transaction = self.pool.begin().await?;
        lease::hold(&mut transaction, self.token).await?;
        Ok(transaction)
    }
}

/// How long to wait after so many failures: longer and longer, and not all at once.
fn backoff(failures: i32) -> Duration {
    let seconds = 5 << failures.clamp(0, 7);
    Duration::from_secs(seconds).mul_f64(0.5 + rand::random::<f64>())
}

#[expect(clippy::disallowed_methods, reason = "what is delivered now is looked for now")]
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}
