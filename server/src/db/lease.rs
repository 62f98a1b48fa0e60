//! Leases: who works on what at the moment.

use super::text::storable;
use sqlx::PgConnection;

/// Takes a new lease for so many seconds. All of its transactions are going to use this connection if it is `bound` to it: the
/// lease then ends with the connection.
pub async fn insert(conn: &mut PgConnection, holder: &str, seconds: f64, bound: bool) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into lease (holder, until, backend, since)
         select $1, clock_timestamp() + make_interval(secs => $2), a.pid, a.backend_start
         from (select 1) one left join pg_stat_activity a on $3 and a.pid = pg_backend_pid() returning token",
        &*storable(holder),
        seconds,
        bound
    )
    .fetch_one(conn)
    .await
}

/// False if it is lost.
pub async fn prolong(conn: &mut PgConnection, token: i64, seconds: f64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update lease set until = clock_timestamp() + make_interval(secs => $2) where token = $1",
        token,
        seconds
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Nobody can end the lease until this transaction ends, but it can be prolonged; false if it is lost.
pub async fn hold(conn: &mut PgConnection, token: i64) -> sqlx::Result<bool> {
    let held = sqlx::query_scalar!("select token from lease where token = $1 for key share", token);
    Ok(held.fetch_optional(conn).await?.is_some())
}

pub async fn release(conn: &mut PgConnection, token: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from lease where token = $1", token).execute(conn).await?;
    Ok(())
}

/// Ends leases that are over. Not within a transaction, which would see old connections.
pub async fn expire(conn: &mut PgConnection) -> sqlx::Result<()> {
    // A holder that was stopped in the middle of a transaction keeps rows and locks from everybody.
    sqlx::query!(
        "select pg_terminate_backend(a.pid) from lease l
         join pg_stat_activity a on a.pid = l.backend and a.backend_start = l.since where l.until < now()"
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from lease where token in (
             select token from lease l
             where until < now() or backend is not null and not exists (
                 select from pg_stat_activity a
                 where a.pid = l.backend and (a.backend_start is null or a.backend_start = l.since))
             for update of l skip locked)"
    )
    .execute(conn)
    .await?;
    Ok(())
}
