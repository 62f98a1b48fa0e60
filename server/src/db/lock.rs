//! Who counts: one transaction at a time. And how long statements may take.

use sqlx::PgConnection;

/// Tells our lock from other programs' in the same database ("TLS" and a number).
const COUNTING: i64 = 0x544C_5301_0000_0000;

/// Waits until nobody else changes counts; holds until the transaction ends.
pub async fn counting(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock($1)", COUNTING).execute(conn).await?;
    Ok(())
}

/// Counting may take longer than a page may.
pub async fn no_time_limit(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("set statement_timeout = 0").execute(conn).await?;
    Ok(())
}

/// The same, until the transaction ends.
pub async fn no_time_limit_here(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("set local statement_timeout = 0").execute(conn).await?;
    Ok(())
}
