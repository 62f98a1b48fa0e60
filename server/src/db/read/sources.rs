//! Which sources fed a range.

use super::filter::Filter;
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

/// What one source added to a view.
#[derive(Debug)]
pub struct Fed {
    pub id: i64,
    pub name: String,
    pub kind: String,
    /// Its log files with counted calls, whatever the view.
    pub files: i64,
    /// Of these, the ones whose SHA-256 is known.
    pub hashed: i64,
    pub bytes: i64,
    pub calls: i64,
    /// Hours of its first and last call in the view.
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
}

/// Every source with calls that pass the filter between two times, most calls first.
pub async fn counted(
    conn: &mut PgConnection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    filter: &Filter,
) -> sqlx::Result<Vec<Fed>> {
    sqlx::query_as!(
        Fed,
        r#"select u.id, u.name, u.kind, coalesce(f.files, 0) as "files!", coalesce(f.hashed, 0) as "hashed!",
                  coalesce(f.bytes, 0) as "bytes!", h.calls as "calls!", h.first as "first!", h.last as "last!"
           from (
               select upload_id, sum(calls)::int8 as calls, min(hour) as first, max(hour) as last
               from call_hour
               where hour >= $1 and hour < $2
                 and ($3::int4[] is null or account_id = any($3))
                 and ($4::int4[] is null or region_id = any($4))
                 and ($5::int4[] is null or service_id = any($5))
                 and ($6::int2[] is null or tls = any($6))
               group by upload_id) h
           join upload u on u.id = h.upload_id
           left join lateral (
               select count(*) as files, count(sha256) as hashed, sum(bytes)::int8 as bytes from log_file l
               where l.upload_id = u.id and l.calls_counted > 0) f on true
           order by h.calls desc, u.id"#,
        from,
        to,
        filter.accounts.as_deref(),
        filter.regions.as_deref(),
        filter.services.as_deref(),
        filter.tls.as_deref(),
    )
    .fetch_all(conn)
    .await
}
