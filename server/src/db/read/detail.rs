//! Whether callers were kept for every version that a rule forbids.

use super::filter::Filter;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Whether uploads within the span kept fewer callers than a minimum with this code asks for.
pub async fn is_missing(
    conn: &mut PgConnection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    filter: &Filter,
    minimum: i16,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from upload u
               where u.detail_below < $3 and exists (
                   select from call_hour h
                   where h.upload_id = u.id and h.hour >= $1 and h.hour < $2 and h.tls >= u.detail_below and h.tls < $3
                     and ($4::int4[] is null or h.account_id = any($4))
                     and ($5::int4[] is null or h.region_id = any($5))
                     and ($6::int4[] is null or h.service_id = any($6))
                     and ($7::int2[] is null or h.tls = any($7)))) as "missing!""#,
        from,
        to,
        minimum,
        filter.accounts.as_deref(),
        filter.regions.as_deref(),
        filter.services.as_deref(),
        filter.tls.as_deref(),
    )
    .fetch_one(conn)
    .await
}
