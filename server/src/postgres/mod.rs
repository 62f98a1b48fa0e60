//! The database's server: one of the user's, or an embedded one that lives in the data folder.
//!
//! The embedded server listens on a unix socket in a private folder only. Exactly one process keeps it (a lock file says
//! which); others on the same data folder are its guests, and the first of them goes on keeping it when the keeper ends.
//!
//! `binaries` (where Postgres is installed) → `cluster` (the data directory) → `keeper` (starts, watches, stops it);
//! `user` (root must drop to somebody else), `leftover` (what a killed keeper left running), `connect`, `error`.

mod binaries;
mod cluster;
mod connect;
mod error;
mod keeper;
mod leftover;
mod user;

pub use error::Error;

use crate::config::Storage;
use sqlx::PgPool;

/// An open database, migrated to this program's schema.
#[derive(Debug)]
pub struct Database {
    pub pool: PgPool,
    keeper: Option<keeper::Keeper>,
}

/// Opens the database that the options name: connects to `database_url`, or starts (or joins) the embedded server.
///
/// # Errors
/// Each says in one sentence what is wrong and what to do.
pub async fn open(storage: &Storage) -> Result<Database, Error> {
    if let Some(url) = storage.database_url.as_ref().filter(|url| !url.is_empty()) {
        let pool = connect::to_url(url).await?;
        connect::migrate(&pool).await?;
        return Ok(Database { pool, keeper: None });
    }
    let mut keeper = keeper::Keeper::start(storage.data_dir()?)?;
    let superusers = keeper.connect().await?;
    connect::migrate(&superusers).await?;
    Ok(Database { pool: connect::as_application(superusers).await?, keeper: Some(keeper) })
}

impl Database {
    /// Whether this process keeps the embedded server (and will stop it).
    pub fn is_kept_here(&self) -> bool {
        self.keeper.as_ref().is_some_and(|k| k.server().is_some())
    }

    /// The process id of the embedded server, if this process keeps one that runs.
    pub fn server_pid(&self) -> Option<i32> {
        self.keeper.as_ref().and_then(keeper::Keeper::server)
    }

    /// Closes all connections and stops the embedded server, if this process started it.
    pub async fn close(mut self) {
        self.pool.close().await;
        if let Some(keeper) = self.keeper.take() {
            keeper.stop().await;
        }
    }
}
