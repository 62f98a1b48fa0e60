//! A claim: the right to read one upload.

use super::{
    Error,
    failpoint::{self, Step},
    lease::{self, Lease},
};
use crate::db;
use sqlx::{Connection as _, PgConnection, PgPool, Postgres, Transaction};

/// A lease and the connection that all that a reading writes goes through. A reading that has lost either can write nothing
/// any more.
pub struct Claim {
    pub(super) upload_id: i64,
    pub(super) conn: PgConnection,
    pub(super) lease: Lease,
    /// How often its reading was begun since it last got any further, this time included.
    pub(super) attempts: i32,
}

impl Claim {
    /// `None` if somebody else reads the upload, or it has ended. `again`: this process tried before and was kept from it by
    /// something else than the upload.
    pub async fn take(pool: &PgPool, upload_id: i64, again: bool) -> Result<Option<Self>, Error> {
        let mut conn = connect(pool).await?;
        db::lease::expire(&mut conn).await?;
        let mut transaction = conn.begin().await?;
        let token = Lease::insert(&mut transaction, true).await?;
        let Some(attempts) = db::upload::take(&mut transaction, upload_id, token, !again).await? else {
            return Ok(None);
        };
        transaction.commit().await?;
        failpoint::reach(Step::Leased);
        Ok(Some(Self { upload_id, lease: Lease::keep(pool, token), conn, attempts }))
    }

    /// Adds an upload and claims it before anybody else can see it.
    pub async fn insert(pool: &PgPool, new: &db::upload::New<'_>) -> Result<Self, Error> {
        let mut conn = connect(pool).await?;
        let mut transaction = conn.begin().await?;
        let token = Lease::insert(&mut transaction, true).await?;
        let upload_id = db::upload::insert(&mut transaction, new, Some(token)).await?;
        transaction.commit().await?;
        Ok(Self { upload_id, lease: Lease::keep(pool, token), conn, attempts: 1 })
    }

    /// For a part of the work on something that others work on too.
    pub(super) async fn share(pool: &PgPool, upload_id: i64) -> Result<Self, Error> {
        let mut conn = connect(pool).await?;
        let token = Lease::insert(&mut conn, true).await?;
        Ok(Self { upload_id, lease: Lease::keep(pool, token), conn, attempts: 1 })
    }

    /// The upload's.
    pub fn id(&self) -> i64 {
        self.upload_id
    }

    /// A transaction that can be committed only while the claim holds.
    pub(super) async fn begin(&mut self) -> Result<Transaction<'_, Postgres>, Error> {
        let mut transaction = self.conn.begin().await?;
        lease::hold(&mut transaction, self.lease.token).await?;
        Ok(transaction)
    }

    /// After the upload has ended: releases the claim, and leaves the tables so that pages are fast.
    pub async fn release_and_tidy(self) {
        let Self { lease, mut conn, .. } = self;
        lease.release().await;
        if let Err(error) = db::rollup::tidy(&mut conn).await {
            tracing::warn!(%error, "the tables could not be vacuumed; autovacuum will");
        }
        conn.close().await.ok();
    }

    /// Gives the upload to whoever wants it.
    pub async fn release(self) {
        self.lease.release().await;
        self.conn.close().await.ok();
    }
}

async fn connect(pool: &PgPool) -> Result<PgConnection, Error> {
    let options = pool.connect_options();
    let mut conn = PgConnection::connect_with(&options).await?;
    db::lock::no_time_limit(&mut conn).await?;
    Ok(conn)
}
