//! Counts per hour, for ranges that do not begin and end at midnight and for the grain hour.

use super::{By, Count, sums::Sums};
use crate::db::read::{filter::Filter, weeks::integers};
use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use sqlx::PgConnection;

struct HourCount {
    hour: Option<DateTime<Utc>>,
    service: Option<i32>,
    tls: Option<i16>,
    calls: i64,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

impl From<HourCount> for Count {
    fn from(row: HourCount) -> Self {
        let HourCount { hour, service, tls, calls, first, last } = row;
        Self { time: hour, service, tls, calls, first_day: first.date_naive(), last_day: last.date_naive() }
    }
}

/// The rows of one hour, each column as one string of bytes: grouping a hundred thousand of them here is faster than sending them.
struct Hour {
    hour: DateTime<Utc>,
    services: Vec<u8>,
    tls: Vec<u8>,
    calls: Vec<u8>,
}

pub(super) async fn service_hour(
    conn: &mut PgConnection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    filter: &Filter,
    by: By,
) -> sqlx::Result<Vec<Count>> {
    let mut hours = sqlx::query_as!(
        Hour,
        r#"select hour, string_agg(int4send(service_id), '') as "services!", string_agg(charsend(tls::int4::"char"), '') as "tls!",
                  string_agg(int8send(calls), '') as "calls!"
           from service_hour
           where hour >= $1 and hour < $2
             and ($3::int4[] is null or service_id = any($3))
             and ($4::int2[] is null or tls = any($4))
           group by hour"#,
        from,
        to,
        filter.services.as_deref(),
        filter.tls.as_deref(),
    )
    .fetch(conn);
    let mut sums = Sums::new(by);
    while let Some(Hour { hour, services, tls, calls }) = hours.try_next().await? {
        let (day, time) = (hour.date_naive(), by.time.map(|_| hour));
        for ((service, tls), calls) in integers::<4>(&services).iter().zip(&tls).zip(integers::<8>(&calls)) {
            sums.add((day, time), i32::from_be_bytes(*service), *tls, i64::from_be_bytes(*calls));
        }
    }
    Ok(sums.into_counts())
}

pub(super) async fn call_hour(
    conn: &mut PgConnection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    filter: &Filter,
    by: By,
) -> sqlx::Result<Vec<Count>> {
    let rows = sqlx::query_as!(
        HourCount,
        r#"select case when $5::bool then hour end as hour,
                  case when $6::bool then service_id end as service,
                  case when $7::bool then tls end as tls,
                  sum(calls)::int8 as "calls!", min(hour) as "first!", max(hour) as "last!"
           from call_hour
           where hour >= $1 and hour < $2
             and ($3::int4[] is null or service_id = any($3))
             and ($4::int2[] is null or tls = any($4))
             and ($8::int4[] is null or account_id = any($8))
             and ($9::int4[] is null or region_id = any($9))
           group by 1, 2, 3"#,
        from,
        to,
        filter.services.as_deref(),
        filter.tls.as_deref(),
        by.time.is_some(),
        by.service,
        by.tls,
        filter.accounts.as_deref(),
        filter.regions.as_deref(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Count::from).collect())
}
