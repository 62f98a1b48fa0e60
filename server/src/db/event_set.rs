//! Identities of calls, in sorted sets by hour.

use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use sqlx::PgConnection;

/// Rows and bytes of one statement.
const ROWS: usize = 10_000;
const BYTES: usize = 16 << 20;

/// Identities of one hour, sorted, 8 bytes each, little-endian.
#[derive(Debug)]
pub struct NewSets {
    pub hour: DateTime<Utc>,
    /// New ones.
    pub counted: Vec<u8>,
    /// Those that another upload has counted.
    pub again: Vec<u8>,
}

pub async fn insert(conn: &mut PgConnection, upload_id: i64, sets: Vec<NewSets>) -> sqlx::Result<()> {
    let (mut hours, mut counted, mut again, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for set in sets {
        bytes += set.counted.len() + set.again.len();
        hours.push(set.hour);
        counted.push(set.counted);
        again.push(set.again);
        if bytes >= BYTES || hours.len() == ROWS {
            insert_chunk(conn, upload_id, &hours, &counted, &again).await?;
            (hours, counted, again, bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
        }
    }
    insert_chunk(conn, upload_id, &hours, &counted, &again).await
}

async fn insert_chunk(
    conn: &mut PgConnection,
    upload_id: i64,
    hours: &[DateTime<Utc>],
    counted: &[Vec<u8>],
    again: &[Vec<u8>],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into event_set (upload_id, hour, counted, again)
         select $1, * from unnest($2::timestamptz[], $3::bytea[], $4::bytea[])",
        upload_id,
        hours,
        counted,
        again
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Visits what is counted in these hours, by any upload: the hour, the upload and a set.
pub async fn counted(
    conn: &mut PgConnection,
    hours: &[DateTime<Utc>],
    mut visit: impl FnMut(DateTime<Utc>, i64, &[u8]),
) -> sqlx::Result<()> {
    let mut rows = sqlx::query!(
        "select hour, upload_id, counted from event_set where hour = any($1) and length(counted) > 0",
        hours
    )
    .fetch(conn);
    while let Some(row) = rows.try_next().await? {
        visit(row.hour, row.upload_id, &row.counted);
    }
    Ok(())
}

/// Hours in which an upload has counted identities, and how many, in order.
pub async fn hours(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<Vec<(DateTime<Utc>, i64)>> {
    let rows = sqlx::query!(
        r#"select hour, sum(length(counted) / 8)::bigint as "identities!"
           from event_set where upload_id = $1 group by hour order by hour"#,
        upload_id
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.hour, row.identities)).collect())
}

/// Visits what an upload has counted in these hours: the hour and a set.
pub async fn counted_by(
    conn: &mut PgConnection,
    upload_id: i64,
    hours: &[DateTime<Utc>],
    mut visit: impl FnMut(DateTime<Utc>, &[u8]),
) -> sqlx::Result<()> {
    let mut rows =
        sqlx::query!("select hour, counted from event_set where upload_id = $1 and hour = any($2)", upload_id, hours)
            .fetch(conn);
    while let Some(row) = rows.try_next().await? {
        visit(row.hour, &row.counted);
    }
    Ok(())
}

/// Visits what other uploads contained too in these hours: the hour and a set.
pub async fn again_in_others(
    conn: &mut PgConnection,
    upload_id: i64,
    hours: &[DateTime<Utc>],
    mut visit: impl FnMut(DateTime<Utc>, &[u8]),
) -> sqlx::Result<()> {
    let mut rows = sqlx::query!(
        "select hour, again from event_set where upload_id <> $1 and hour = any($2) and length(again) > 0",
        upload_id,
        hours
    )
    .fetch(conn);
    while let Some(row) = rows.try_next().await? {
        visit(row.hour, &row.again);
    }
    Ok(())
}
