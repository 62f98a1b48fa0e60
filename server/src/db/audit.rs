//! For tests: all counts as lines of text, to be compared with what they ought to be.

use sqlx::PgConnection;

/// Every row of every rollup, with names instead of numbers, sorted.
pub async fn rollups(conn: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select line as "line!" from (
            select concat_ws(' ', 'call_hour', extract(epoch from hour)::bigint / 3600, account, region, service, tls, 'upload', upload_id, sum(calls))
            from call_hour join account a on a.id = account_id join region r on r.id = region_id join service s on s.id = service_id
            group by hour, account, region, service, tls, upload_id
            union all
            select concat_ws(' ', 'call_day', day, account, region, service, tls, calls)
            from call_day join account a on a.id = account_id join region r on r.id = region_id join service s on s.id = service_id
            union all
            select concat_ws(' ', 'service_hour', extract(epoch from hour)::bigint / 3600, service, tls, calls)
            from service_hour join service s on s.id = service_id
            union all
            select concat_ws(' ', 'service_day', day, service, tls, calls) from service_day join service s on s.id = service_id
            union all
            select concat_ws(' ', 'coverage_day', day, account, region, calls)
            from coverage_day join account a on a.id = account_id join region r on r.id = region_id
            union all
            select concat_ws(' ', 'caller_day', day, account, region, service, principal, user_agent, source_address, tls, 'upload', upload_id,
                             calls, extract(epoch from first_seen)::bigint, extract(epoch from last_seen)::bigint)
            from caller_day d join caller c on c.id = caller_id and c.account_id = d.account_id and c.service_id = d.service_id
            join account a on a.id = d.account_id join region r on r.id = d.region_id join service s on s.id = d.service_id
            union all
            select concat_ws(' ', 'caller_week', week, account, region, service, principal, user_agent, source_address, tls, days,
                             calls, extract(epoch from first_seen)::bigint, extract(epoch from last_seen)::bigint)
            from caller_week d join caller c on c.id = caller_id and c.account_id = d.account_id and c.service_id = d.service_id
            join account a on a.id = d.account_id join region r on r.id = d.region_id join service s on s.id = d.service_id
        ) lines (line) order by line collate "C""#
    )
    .fetch_all(conn)
    .await
}

/// Rows of every rollup, by their keys. A row whose names are missing is here, and not in [`rollups`].
pub async fn rows(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select (select count(distinct (hour, account_id, region_id, service_id, tls, upload_id)) from call_hour)
                + (select count(*) from call_day) + (select count(*) from service_hour)
                + (select count(*) from service_day) + (select count(*) from coverage_day) + (select count(*) from caller_day)
                + (select count(*) from caller_week) as "rows!""#
    )
    .fetch_one(conn)
    .await
}

/// Weeks that are packed with other rows than they have, and weeks that nobody would find.
pub async fn wrong_packs(conn: &mut PgConnection) -> sqlx::Result<i64> {
    let callers = sqlx::query_scalar!(
        r#"select count(*) as "weeks!"
           from (select distinct week from caller_week) w
           full join caller_pack p on p.week = w.week
           cross join lateral (
               select string_agg(int8send(caller_id), '') as callers, string_agg(int4send(account_id), '') as accounts,
                      string_agg(int4send(service_id), '') as services, string_agg(int4send(region_id), '') as regions,
                      string_agg(set_byte('\x00', 0, tls), '') as tls, string_agg(set_byte('\x00', 0, days), '') as days,
                      string_agg(int8send(calls), '') as calls, string_agg(timestamptz_send(first_seen), '') as first_seen,
                      string_agg(timestamptz_send(last_seen), '') as last_seen
               from (select * from caller_week c where c.week = coalesce(w.week, p.week) order by caller_id, region_id, tls) c) c
           where p.week is null or p.callers is not null
             and (p.callers, p.accounts, p.services, p.regions, p.tls, p.days, p.calls, p.first_seen, p.last_seen)
                 is distinct from (c.callers, c.accounts, c.services, c.regions, c.tls, c.days, c.calls, c.first_seen, c.last_seen)"#
    )
    .fetch_one(&mut *conn)
    .await?;
    let calls = sqlx::query_scalar!(
        r#"select count(*) as "weeks!"
           from (select distinct monday(day) as week, account_id, region_id from call_day) d
           full join call_pack p on p.week = d.week and p.account_id = d.account_id and p.region_id = d.region_id
           cross join lateral (
               select string_agg(int4send(service_id), '') as services, string_agg(set_byte('\x00', 0, tls), '') as tls,
                      string_agg(set_byte('\x00', 0, day - monday(day)), '') as days, string_agg(int8send(calls), '') as calls
               from (select * from call_day c
                     where c.account_id = coalesce(d.account_id, p.account_id) and c.region_id = coalesce(d.region_id, p.region_id)
                       and monday(c.day) = coalesce(d.week, p.week)
                     order by day, service_id, tls) c) c
           where p.week is null or p.services is not null
             and (p.services, p.tls, p.days, p.calls) is distinct from (c.services, c.tls, c.days, c.calls)"#
    )
    .fetch_one(conn)
    .await?;
    Ok(callers + calls)
}

/// Names that nothing is counted under.
pub async fn orphans(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select (select count(*) from account a where not exists (select from call_hour where account_id = a.id))
                + (select count(*) from region r where not exists (select from call_hour where region_id = r.id))
                + (select count(*) from service s where not exists (select from call_hour where service_id = s.id))
                + (select count(*) from caller c where not exists (select from caller_day where caller_id = c.id))
                as "names!""#
    )
    .fetch_one(conn)
    .await
}
