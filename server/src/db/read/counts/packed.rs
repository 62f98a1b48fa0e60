//! Counts per day of some accounts or regions, as they are packed.

use super::{By, Count, sums::Sums};
use crate::db::read::{
    filter::Filter,
    weeks::{Set, integers},
};
use app::model::frame::midnight;
use chrono::{Days, NaiveDate};
use futures::{TryStreamExt as _, stream::BoxStream};
use sqlx::PgConnection;

/// The calls of one account and region in one week.
struct Week {
    week: NaiveDate,
    services: Vec<u8>,
    tls: Vec<u8>,
    days: Vec<u8>,
    calls: Vec<u8>,
}

pub(super) async fn call_pack(
    conn: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    filter: &Filter,
    by: By,
) -> sqlx::Result<Vec<Count>> {
    let (services, versions) = (Set::of(filter.services.as_deref()), Set::of_codes(filter.tls.as_deref()));
    let mut sums = Sums::new(by);
    let mut weeks = packed(conn, (first, last), filter);
    while let Some(week) = weeks.try_next().await? {
        let days: [_; 7] = std::array::from_fn(|n| {
            let day = week.week + Days::new(n as u64);
            (day, by.time.map(|grain| grain.floor(midnight(day))))
        });
        let rows = integers::<4>(&week.services).iter().zip(&week.tls).zip(&week.days).zip(integers::<8>(&week.calls));
        for (((service, tls), day), calls) in rows {
            let (service, at) = (i32::from_be_bytes(*service), days[usize::from(*day % 7)]);
            if at.0 >= first && at.0 <= last && services.has(service) && versions.has((*tls).into()) {
                sums.add(at, service, *tls, i64::from_be_bytes(*calls));
            }
        }
    }
    Ok(sums.into_counts())
}

/// A week that has changed lately is packed on the way.
fn packed<'c>(
    conn: &'c mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    filter: &'c Filter,
) -> BoxStream<'c, sqlx::Result<Week>> {
    sqlx::query_as!(
        Week,
        r#"select p.week, coalesce(p.services, c.services) as "services!", coalesce(p.tls, c.tls) as "tls!",
                  coalesce(p.days, c.days) as "days!", coalesce(p.calls, c.calls) as "calls!"
           from call_pack p
           cross join lateral (
               select string_agg(int4send(service_id), '') as services, string_agg(charsend(tls::int4::"char"), '') as tls,
                      string_agg(charsend((day - p.week)::"char"), '') as days, string_agg(int8send(calls), '') as calls
               from call_day c where p.services is null and c.account_id = p.account_id and c.region_id = p.region_id and c.day between p.week and p.week + 6) c
           where p.week between monday($1::date) and $2 and (p.services is not null or c.services is not null)
             and ($3::int4[] is null or p.account_id = any($3)) and ($4::int4[] is null or p.region_id = any($4))"#,
        first,
        last,
        filter.accounts.as_deref(),
        filter.regions.as_deref(),
    )
    .fetch(conn)
}
