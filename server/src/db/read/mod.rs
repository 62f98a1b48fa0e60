//! What pages ask: one file per question.

pub mod callers;
pub mod counts;
pub mod detail;
pub mod facts;
pub mod filter;
pub mod log_files;
pub mod search;
pub mod sightings;
pub mod sources;
pub mod weeks;

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// A pool for reading. Every statement here has optional filters, so a plan made without their values would be a bad
/// one; the rest keeps one slow question from stopping the others.
pub async fn pool(options: PgConnectOptions) -> sqlx::Result<PgPool> {
    PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(5))
        .after_connect(|conn, _| {
            Box::pin(async move {
                let settings = "set plan_cache_mode = force_custom_plan; set jit = off; set work_mem = '64MB'; \
                                set statement_timeout = '20s'; set timezone = 'UTC'";
                sqlx::raw_sql(settings).execute(&mut *conn).await.map(drop)
            })
        })
        .connect_with(options)
        .await
}
