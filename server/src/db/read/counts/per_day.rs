//! Counts per day.

use super::{By, Count};
use crate::db::read::filter::Filter;
use app::model::frame::{Grain, midnight};
use chrono::NaiveDate;
use sqlx::PgConnection;

struct DayCount {
    day: Option<NaiveDate>,
    service: Option<i32>,
    tls: Option<i16>,
    calls: i64,
    first_day: NaiveDate,
    last_day: NaiveDate,
}

impl From<DayCount> for Count {
    fn from(row: DayCount) -> Self {
        let DayCount { day, service, tls, calls, first_day, last_day } = row;
        Self { time: day.map(midnight), service, tls, calls, first_day, last_day }
    }
}

pub(super) async fn service_day(
    conn: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    filter: &Filter,
    by: By,
) -> sqlx::Result<Vec<Count>> {
    let rows = sqlx::query_as!(
        DayCount,
        r#"select case $5::text when 'day' then day
                                when 'week' then day - (extract(isodow from day)::int - 1)
                                when 'month' then date_trunc('month', day::timestamp)::date end as day,
                  case when $6::bool then service_id end as service,
                  case when $7::bool then tls end as tls,
                  sum(calls)::int8 as "calls!", min(day) as "first_day!", max(day) as "last_day!"
           from service_day
           where day between $1 and $2
             and ($3::int4[] is null or service_id = any($3))
             and ($4::int2[] is null or tls = any($4))
           group by 1, 2, 3"#,
        first,
        last,
        filter.services.as_deref(),
        filter.tls.as_deref(),
        by.time.map(Grain::as_str),
        by.service,
        by.tls,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Count::from).collect())
}
