//! How often somebody was wrong lately, and how long they have to wait for it.

use sqlx::PgConnection;

/// So many attempts are free; then the wait doubles with each, from one second up to `longest`. A day without any attempt
/// forgets all of them.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub free: i32,
    /// Seconds
    pub longest: f64,
}

/// Counts an attempt as wrong, before it is known: many at once gain nothing. `false`, and not counted, if it comes too early.
pub async fn attempt(conn: &mut PgConnection, key: &[u8], patience: Patience) -> sqlx::Result<bool> {
    let counted = sqlx::query!(
        "insert into guess as g (key, failures) values ($1, 1)
         on conflict (key) do update
         set failures = case when g.last < now() - interval '1 day' then 1 else g.failures + 1 end, last = now()
         where g.failures < $2 or g.last < now() - interval '1 day'
            or g.last + make_interval(secs => least($3, power(2::float8, least(g.failures - $2, 30)))) <= now()",
        key,
        patience.free,
        patience.longest
    )
    .execute(conn)
    .await?;
    Ok(counted.rows_affected() > 0)
}

/// Seconds until the next attempt may come; zero or less where it may come now.
pub async fn wait(conn: &mut PgConnection, key: &[u8], patience: Patience) -> sqlx::Result<f64> {
    let seconds = sqlx::query_scalar!(
        r#"select extract(epoch from last + make_interval(secs => least($3, power(2::float8, least(failures - $2, 30)))) - now())::float8 as "seconds!"
           from guess where key = $1 and failures >= $2"#,
        key,
        patience.free,
        patience.longest
    )
    .fetch_optional(conn)
    .await?;
    Ok(seconds.unwrap_or_default())
}

/// Takes back an attempt that was right.
pub async fn forgive(conn: &mut PgConnection, key: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("update guess set failures = greatest(failures - 1, 0) where key = $1", key).execute(conn).await?;
    Ok(())
}

/// From now on others' guesses do not slow this one down.
pub async fn trust(conn: &mut PgConnection, key: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("update guess set failures = 0, trusted = now() where key = $1", key).execute(conn).await?;
    Ok(())
}

pub async fn is_trusted(conn: &mut PgConnection, key: &[u8]) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from guess where key = $1 and trusted > now() - interval '30 days') as "trusted!""#,
        key
    )
    .fetch_one(conn)
    .await
}

pub async fn sweep(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from guess where last < now() - interval '1 day' and (trusted is null or trusted < now() - interval '30 days')"
    )
    .execute(conn)
    .await?;
    Ok(())
}
