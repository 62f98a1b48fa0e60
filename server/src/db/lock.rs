//! Who counts: one transaction at a time. Who waits for whom, and how long statements may take.

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

/// The number of this connection on the server.
pub async fn backend(conn: &mut PgConnection) -> sqlx::Result<i32> {
    sqlx::query_scalar!(r#"select pg_backend_pid() as "pid!""#).fetch_one(conn).await
}

/// Who keeps a connection waiting: the names of the others, and their numbers on the server.
pub async fn in_the_way(conn: &mut PgConnection, backend: i32) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select format('%s, connection %s', coalesce(nullif(a.application_name, ''), 'a program without a name'), a.pid)
                  as "name!"
           from unnest(pg_blocking_pids($1)) b (pid) join pg_stat_activity a on a.pid = b.pid order by a.pid"#,
        backend
    )
    .fetch_all(conn)
    .await
}
