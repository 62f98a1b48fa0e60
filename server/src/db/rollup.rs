//! The counts, at two grains and two depths. Rows are written in the order of their first index.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Rows of one statement.
const CHUNK: usize = 10_000;

/// Calls of one hour, new.
#[derive(Debug, Clone)]
pub struct CallRow {
    pub hour: DateTime<Utc>,
    pub account_id: i32,
    pub region_id: i32,
    pub service_id: i32,
    pub tls: i16,
    pub calls: i64,
}

/// Adds calls to all rollups. `rows` are distinct, and sorted as the index `call_hour_by_hour` is.
pub async fn add(conn: &mut PgConnection, upload_id: i64, rows: &[CallRow]) -> sqlx::Result<()> {
    add_call_hour(conn, upload_id, rows).await?;
    add_call_day(conn, &sum(rows, |r| (day(r), r.service_id, r.tls, r.account_id, r.region_id))).await?;
    add_service_hour(conn, &sum(rows, |r| (r.hour, r.service_id, r.tls))).await?;
    add_service_day(conn, &sum(rows, |r| (day(r), r.service_id, r.tls))).await?;
    add_coverage_day(conn, &sum(rows, |r| (r.account_id, r.region_id, day(r)))).await
}

fn day(row: &CallRow) -> NaiveDate {
    row.hour.date_naive()
}

fn sum<K: Ord>(rows: &[CallRow], key: impl Fn(&CallRow) -> K) -> Vec<(K, i64)> {
    let mut sums = BTreeMap::new();
    for row in rows {
        *sums.entry(key(row)).or_insert(0) += row.calls;
    }
    sums.into_iter().collect()
}

async fn add_call_hour(conn: &mut PgConnection, upload_id: i64, rows: &[CallRow]) -> sqlx::Result<()> {
    for rows in rows.chunks(CHUNK) {
        sqlx::query!(
            "merge into call_hour c using (
                 select * from unnest($2::timestamptz[], $3::integer[], $4::smallint[], $5::integer[], $6::integer[],
                        $7::bigint[]) n (hour, service_id, tls, account_id, region_id, calls)
             ) n
             on c.hour = n.hour and c.service_id = n.service_id and c.tls = n.tls and c.account_id = n.account_id
                and c.region_id = n.region_id and c.upload_id = $1
             when matched then update set calls = c.calls + n.calls
             when not matched then insert (upload_id, hour, service_id, tls, account_id, region_id, calls)
                  values ($1, n.hour, n.service_id, n.tls, n.account_id, n.region_id, n.calls)",
            upload_id,
            &column(rows, |r| r.hour),
            &column(rows, |r| r.service_id),
            &column(rows, |r| r.tls),
            &column(rows, |r| r.account_id),
            &column(rows, |r| r.region_id),
            &column(rows, |r| r.calls)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

type CallDay = ((NaiveDate, i32, i16, i32, i32), i64);

async fn add_call_day(conn: &mut PgConnection, rows: &[CallDay]) -> sqlx::Result<()> {
    for rows in rows.chunks(CHUNK) {
        sqlx::query!(
            "insert into call_day as c (day, service_id, tls, account_id, region_id, calls)
             select * from unnest($1::date[], $2::integer[], $3::smallint[], $4::integer[], $5::integer[], $6::bigint[])
             on conflict (day, service_id, tls, account_id, region_id) do update set calls = c.calls + excluded.calls",
            &column(rows, |r| r.0.0),
            &column(rows, |r| r.0.1),
            &column(rows, |r| r.0.2),
            &column(rows, |r| r.0.3),
            &column(rows, |r| r.0.4),
            &column(rows, |r| r.1)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

type ServiceHour = ((DateTime<Utc>, i32, i16), i64);

async fn add_service_hour(conn: &mut PgConnection, rows: &[ServiceHour]) -> sqlx::Result<()> {
    for rows in rows.chunks(CHUNK) {
        sqlx::query!(
            "insert into service_hour as s (hour, service_id, tls, calls)
             select * from unnest($1::timestamptz[], $2::integer[], $3::smallint[], $4::bigint[])
             on conflict (hour, service_id, tls) do update set calls = s.calls + excluded.calls",
            &column(rows, |r| r.0.0),
            &column(rows, |r| r.0.1),
            &column(rows, |r| r.0.2),
            &column(rows, |r| r.1)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

async fn add_service_day(conn: &mut PgConnection, rows: &[((NaiveDate, i32, i16), i64)]) -> sqlx::Result<()> {
    for rows in rows.chunks(CHUNK) {
        sqlx::query!(
            "insert into service_day as s (day, service_id, tls, calls)
             select * from unnest($1::date[], $2::integer[], $3::smallint[], $4::bigint[])
             on conflict (day, service_id, tls) do update set calls = s.calls + excluded.calls",
            &column(rows, |r| r.0.0),
            &column(rows, |r| r.0.1),
            &column(rows, |r| r.0.2),
            &column(rows, |r| r.1)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

async fn add_coverage_day(conn: &mut PgConnection, rows: &[((i32, i32, NaiveDate), i64)]) -> sqlx::Result<()> {
    for rows in rows.chunks(CHUNK) {
        sqlx::query!(
            "insert into coverage_day as c (account_id, region_id, day, calls)
             select * from unnest($1::integer[], $2::integer[], $3::date[], $4::bigint[])
             on conflict (account_id, region_id, day) do update set calls = c.calls + excluded.calls",
            &column(rows, |r| r.0.0),
            &column(rows, |r| r.0.1),
            &column(rows, |r| r.0.2),
            &column(rows, |r| r.1)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

fn column<R, T>(rows: &[R], value: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// Tells readers that counts have changed.
pub async fn bump_revision(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("update data_revision set revision = revision + 1").execute(conn).await?;
    Ok(())
}

/// Makes what was just written cheap to read: packs it, and leaves statistics for the planner and pages that an index alone can
/// answer for. Cannot run within a transaction.
pub async fn tidy(conn: &mut PgConnection) -> sqlx::Result<()> {
    super::pack::pack(conn).await?;
    sqlx::query!(
        "vacuum (analyze) account, region, service, caller, upload, log_file, event_set, call_hour, call_day, service_hour,
                service_day, coverage_day, caller_day, caller_week, caller_pack, call_pack"
    )
    .execute(conn)
    .await?;
    Ok(())
}
