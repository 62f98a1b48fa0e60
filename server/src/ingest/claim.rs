//! A claim: the right to read one upload.

use super::Error;
use crate::db;
use sqlx::{Connection as _, PgConnection, PgPool};

/// A connection of its own that holds the upload's lock. All that a reading writes goes through it, so a reading that has
/// lost its connection, and with it the lock, can write nothing any more.
pub struct Claim {
    pub(super) upload_id: i64,
    pub(super) conn: PgConnection,
}

impl Claim {
    /// `None` if somebody else reads the upload.
    pub async fn take(pool: &PgPool, upload_id: i64) -> Result<Option<Self>, Error> {
        let mut conn = Self::connect(pool).await?;
        Ok(db::lock::reading(&mut conn, upload_id).await?.then_some(Self { upload_id, conn }))
    }

    /// Adds an upload and claims it before anybody else can see it.
    pub async fn insert(pool: &PgPool, new: &db::upload::New<'_>) -> Result<Self, Error> {
        let mut conn = Self::connect(pool).await?;
        let mut transaction = conn.begin().await?;
        let upload_id = db::upload::insert(&mut transaction, new).await?;
        db::lock::reading(&mut transaction, upload_id).await?;
        transaction.commit().await?;
        Ok(Self { upload_id, conn })
    }

    /// The upload's.
    pub fn id(&self) -> i64 {
        self.upload_id
    }

    /// After the upload has ended: leaves the tables so that pages are fast, and releases the claim.
    pub async fn tidy_and_release(mut self) {
        if let Err(error) = db::rollup::tidy(&mut self.conn).await {
            tracing::warn!(%error, "the tables could not be vacuumed; autovacuum will");
        }
        self.release().await;
    }

    /// Closes the connection and waits for it, so that the lock is free at once.
    pub async fn release(self) {
        self.conn.close().await.ok();
    }

    async fn connect(pool: &PgPool) -> Result<PgConnection, Error> {
        let options = pool.connect_options();
        let mut conn = PgConnection::connect_with(&options).await?;
        db::lock::no_time_limit(&mut conn).await?;
        Ok(conn)
    }
}
