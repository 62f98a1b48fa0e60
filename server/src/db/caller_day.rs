//! Calls per caller and day.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

/// Calls of one caller on one day, new.
#[derive(Debug, Clone)]
pub struct CallerRow {
    pub caller_id: i64,
    /// The caller's own, as is the service.
    pub account_id: i32,
    pub service_id: i32,
    pub region_id: i32,
    pub day: NaiveDate,
    pub tls: i16,
    pub calls: i64,
    pub first_seen: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
}

/// Adds calls. `rows` are distinct, and sorted as the primary key is.
pub async fn add(conn: &mut PgConnection, upload_id: i64, rows: &[CallerRow]) -> sqlx::Result<()> {
    for rows in rows.chunks(10_000) {
        sqlx::query!(
            "insert into caller_day as c (upload_id, caller_id, account_id, service_id, region_id, day, tls, calls,
                    first_seen, last_seen)
             select $1, * from unnest($2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::date[],
                    $7::smallint[], $8::bigint[], $9::timestamptz[], $10::timestamptz[])
             on conflict (day, caller_id, region_id, tls, upload_id) do update set
                    calls = c.calls + excluded.calls, first_seen = least(c.first_seen, excluded.first_seen),
                    last_seen = greatest(c.last_seen, excluded.last_seen)",
            upload_id,
            &rows.iter().map(|r| r.caller_id).collect::<Vec<_>>(),
            &rows.iter().map(|r| r.account_id).collect::<Vec<_>>(),
            &rows.iter().map(|r| r.service_id).collect::<Vec<_>>(),
            &rows.iter().map(|r| r.region_id).collect::<Vec<_>>(),
            &rows.iter().map(|r| r.day).collect::<Vec<_>>(),
            &rows.iter().map(|r| r.tls).collect::<Vec<_>>(),
            &rows.iter().map(|r| r.calls).collect::<Vec<_>>(),
            &rows.iter().map(|r| r.first_seen).collect::<Vec<_>>(),
            &rows.iter().map(|r| r.last_seen).collect::<Vec<_>>()
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
