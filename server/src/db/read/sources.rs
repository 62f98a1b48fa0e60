//! Which sources fed a range.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Buckets that added calls between two times, with their addresses, and how many other sources did.
///
/// Asked of the identities of calls, which are few rows per hour and source; calls without an identity are not seen here.
pub async fn fed(
    conn: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> sqlx::Result<(Vec<(i64, String)>, i64)> {
    let fed = sqlx::query!(
        "select id, name, kind from upload u
         where calls_counted > 0
         and exists (select from event_set e where e.upload_id = u.id and e.hour >= date_trunc('hour', $1::timestamptz)
                     and e.hour < $2 and length(e.counted) > 0)
         order by id",
        from,
        to
    )
    .fetch_all(conn)
    .await?;
    let (buckets, others): (Vec<_>, Vec<_>) = fed.into_iter().partition(|source| source.kind == "bucket");
    Ok((buckets.into_iter().map(|source| (source.id, source.name)).collect(), others.len() as i64))
}

/// The hour of the last call of all.
pub async fn last_hour(conn: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select max(hour) from service_hour").fetch_one(conn).await
}
