//! Who made the calls: counted per service, and page by page.

use super::filter::Filter;
use app::view::{CallerColumn, Sort};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

/// A caller and what was seen of it.
#[derive(Debug)]
pub struct Caller {
    pub id: i64,
    pub account_id: i32,
    pub service_id: i32,
    pub principal: String,
    pub user_agent: String,
    pub source_address: String,
    pub calls: i64,
    pub first_seen: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    /// Bit n: the version with code n was used.
    pub versions: i32,
}

/// Which callers, in which order.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Both inclusive.
    pub days: (NaiveDate, NaiveDate),
    pub filter: &'a Filter,
    pub search: Option<Search>,
    pub sort: Sort<CallerColumn>,
    pub limit: i64,
    pub offset: i64,
}

/// A text that one of the caller's parts contains.
#[derive(Debug)]
pub struct Search {
    /// In small letters.
    pub text: String,
    /// Accounts and services whose name contains it.
    pub accounts: Vec<i32>,
    pub services: Vec<i32>,
}

/// The numbers of the callers on one page, in order, and how many match on all pages.
pub async fn page(conn: &mut PgConnection, wanted: &Wanted<'_>) -> sqlx::Result<(Vec<i64>, i64)> {
    let rows = match wanted.sort.column {
        CallerColumn::Calls | CallerColumn::FirstSeen | CallerColumn::LastSeen => by_number(conn, wanted).await?,
        _ => by_text(conn, wanted).await?,
    };
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().filter_map(|row| row.id).collect(), total))
}

/// One caller of the page; a page beyond the last one has a row without any.
struct Row {
    id: Option<i64>,
    total: i64,
}

/// Only what the order needs is added up; the constant `case`s vanish while planning.
async fn by_number(conn: &mut PgConnection, wanted: &Wanted<'_>) -> sqlx::Result<Vec<Row>> {
    let ((first, last), search) = (wanted.days, wanted.search.as_ref());
    sqlx::query_as!(
        Row,
        r#"with rows as (
               -- Whole weeks from the rollup, the days at both ends from the table below it.
               select caller_id, account_id, service_id, calls, first_seen, last_seen from caller_week
               where week >= monday($1::date + 6) and week <= monday($2::date + 1) - 7
                 and ($3::int4[] is null or account_id = any($3)) and ($4::int4[] is null or region_id = any($4))
                 and ($5::int4[] is null or service_id = any($5)) and ($6::int2[] is null or tls = any($6))
               union all
               select caller_id, account_id, service_id, calls, first_seen, last_seen from caller_day
               where (day between $1 and least(monday($1::date + 6) - 1, $2) or day between greatest(monday($2::date + 1), monday($1::date + 6)) and $2)
                 and ($3::int4[] is null or account_id = any($3)) and ($4::int4[] is null or region_id = any($4))
                 and ($5::int4[] is null or service_id = any($5)) and ($6::int2[] is null or tls = any($6))),
           keys as (
               select caller_id, min(account_id) filter (where $7::text is not null) as account_id, min(service_id) filter (where $7 is not null) as service_id,
                      case $10::text when 'calls' then sum(calls)::int8
                                     when 'first_seen' then extract(epoch from min(first_seen))::int8
                                     else extract(epoch from max(last_seen))::int8 end as key
               from rows group by caller_id),
           matching as materialized (
               select caller_id, key from keys
               where $7::text is null or account_id = any($8::int4[]) or service_id = any($9::int4[])
                  or exists (select from caller c where c.id = keys.caller_id and strpos(c.search, $7) > 0)),
           page as (
               select caller_id, key from matching
               order by case when $11::bool then -key else key end, caller_id limit $12 offset $13)
           select page.caller_id as "id?", t.total as "total!"
           from (select count(*) as total from matching) t left join page on true
           order by case when $11 then -key else key end, caller_id"#,
        first,
        last,
        wanted.filter.accounts.as_deref(),
        wanted.filter.regions.as_deref(),
        wanted.filter.services.as_deref(),
        wanted.filter.tls.as_deref(),
        search.map(|s| s.text.as_str()),
        search.map(|s| s.accounts.as_slice()),
        search.map(|s| s.services.as_slice()),
        wanted.sort.column.as_str(),
        wanted.sort.descending,
        wanted.limit,
        wanted.offset,
    )
    .fetch_all(conn)
    .await
}

/// Byte by byte, whatever the language.
async fn by_text(conn: &mut PgConnection, wanted: &Wanted<'_>) -> sqlx::Result<Vec<Row>> {
    let ((first, last), search) = (wanted.days, wanted.search.as_ref());
    sqlx::query_as!(
        Row,
        r#"with rows as (
               -- Whole weeks from the rollup, the days at both ends from the table below it.
               select caller_id, account_id, service_id, calls, first_seen, last_seen from caller_week
               where week >= monday($1::date + 6) and week <= monday($2::date + 1) - 7
                 and ($3::int4[] is null or account_id = any($3)) and ($4::int4[] is null or region_id = any($4))
                 and ($5::int4[] is null or service_id = any($5)) and ($6::int2[] is null or tls = any($6))
               union all
               select caller_id, account_id, service_id, calls, first_seen, last_seen from caller_day
               where (day between $1 and least(monday($1::date + 6) - 1, $2) or day between greatest(monday($2::date + 1), monday($1::date + 6)) and $2)
                 and ($3::int4[] is null or account_id = any($3)) and ($4::int4[] is null or region_id = any($4))
                 and ($5::int4[] is null or service_id = any($5)) and ($6::int2[] is null or tls = any($6))),
           keys as (select distinct caller_id, account_id, service_id from rows),
           matching as materialized (
               select caller_id, (case $10::text when 'principal' then c.principal
                                                 when 'user_agent' then c.user_agent
                                                 when 'source_address' then c.source_address
                                                 when 'account' then (select account from account a where a.id = c.account_id)
                                                 else (select service from service s where s.id = c.service_id)
                                  end) collate "C" as key
               from keys join caller c on c.id = caller_id
               where $7::text is null or keys.account_id = any($8::int4[]) or keys.service_id = any($9::int4[])
                  or strpos(c.search, $7) > 0),
           page as (
               select caller_id, key from matching
               order by case when not $11::bool then key end, case when $11 then key end desc, caller_id
               limit $12 offset $13)
           select page.caller_id as "id?", t.total as "total!"
           from (select count(*) as total from matching) t left join page on true
           order by case when not $11 then key end, case when $11 then key end desc, caller_id"#,
        first,
        last,
        wanted.filter.accounts.as_deref(),
        wanted.filter.regions.as_deref(),
        wanted.filter.services.as_deref(),
        wanted.filter.tls.as_deref(),
        search.map(|s| s.text.as_str()),
        search.map(|s| s.accounts.as_slice()),
        search.map(|s| s.services.as_slice()),
        wanted.sort.column.as_str(),
        wanted.sort.descending,
        wanted.limit,
        wanted.offset,
    )
    .fetch_all(conn)
    .await
}

/// These callers with all that was seen of them; in no particular order.
pub async fn details(
    conn: &mut PgConnection,
    ids: &[i64],
    (first, last): (NaiveDate, NaiveDate),
    filter: &Filter,
) -> sqlx::Result<Vec<Caller>> {
    sqlx::query_as!(
        Caller,
        r#"select c.id, c.account_id, c.service_id, c.principal, c.user_agent, c.source_address, d.calls as "calls!",
                  d.first_seen as "first_seen!", d.last_seen as "last_seen!", d.versions as "versions!"
           from caller c
           cross join lateral (
               select sum(calls)::int8 as calls, min(first_seen) as first_seen, max(last_seen) as last_seen,
                      bit_or(1 << tls) as versions
               from caller_day d
               where d.caller_id = c.id and d.day between $2 and $3
                 and ($4::int4[] is null or region_id = any($4)) and ($5::int2[] is null or tls = any($5))) d
           where c.id = any($1)"#,
        ids,
        first,
        last,
        filter.regions.as_deref(),
        filter.tls.as_deref(),
    )
    .fetch_all(conn)
    .await
}

/// Callers per service.
pub async fn per_service(
    conn: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    filter: &Filter,
) -> sqlx::Result<Vec<(i32, i64)>> {
    let rows = sqlx::query!(
        r#"select service_id as "service_id!", count(*) as "callers!"
           from (select distinct service_id, caller_id from caller_week
                 where week between monday($1::date) and $2
                   -- Of the first and the last week, some days only.
                   and days & (127 << greatest(0, $1 - week)) & (127 >> greatest(0, week + 6 - $2)) <> 0
                   and ($3::int4[] is null or account_id = any($3)) and ($4::int4[] is null or region_id = any($4))
                   and ($5::int4[] is null or service_id = any($5)) and ($6::int2[] is null or tls = any($6))) s
           group by service_id"#,
        first,
        last,
        filter.accounts.as_deref(),
        filter.regions.as_deref(),
        filter.services.as_deref(),
        filter.tls.as_deref(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id, row.callers)).collect())
}

/// The last day, between two days, on which each of these callers was seen in each region.
pub async fn last_days(
    conn: &mut PgConnection,
    callers: &[i64],
    filter: &Filter,
    (since, as_of): (NaiveDate, NaiveDate),
) -> sqlx::Result<Vec<LastDay>> {
    sqlx::query_as!(
        LastDay,
        r#"select caller_id as caller, account_id as account, region_id as region, max(day) as "day!"
           from caller_day
           where caller_id = any($1) and day between $5 and $2
             and ($3::int4[] is null or region_id = any($3)) and ($4::int2[] is null or tls = any($4))
           group by caller_id, account_id, region_id"#,
        callers,
        as_of,
        filter.regions.as_deref(),
        filter.tls.as_deref(),
        since,
    )
    .fetch_all(conn)
    .await
}

#[derive(Debug)]
pub struct LastDay {
    pub caller: i64,
    pub account: i32,
    pub region: i32,
    pub day: NaiveDate,
}
