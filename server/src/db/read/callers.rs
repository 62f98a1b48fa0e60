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
    /// All callers that match, on every page.
    pub total: i64,
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

/// One page. Empty beyond the last one.
pub async fn page(conn: &mut PgConnection, wanted: &Wanted<'_>) -> sqlx::Result<Vec<Caller>> {
    match wanted.sort.column {
        CallerColumn::Calls | CallerColumn::FirstSeen | CallerColumn::LastSeen => by_number(conn, wanted).await,
        _ => by_text(conn, wanted).await,
    }
}

/// Sorting by a number or a time: the texts of one page are looked up at the end.
async fn by_number(conn: &mut PgConnection, wanted: &Wanted<'_>) -> sqlx::Result<Vec<Caller>> {
    let ((first, last), search) = (wanted.days, wanted.search.as_ref());
    sqlx::query_as!(
        Caller,
        r#"with seen as (
               select caller_id, min(account_id) as account_id, min(service_id) as service_id, sum(calls)::int8 as calls,
                      min(first_seen) as first_seen, max(last_seen) as last_seen, bit_or(1 << tls) as versions
               from caller_day
               where day between $1 and $2
                 and ($3::int4[] is null or account_id = any($3))
                 and ($4::int4[] is null or region_id = any($4))
                 and ($5::int4[] is null or service_id = any($5))
                 and ($6::int2[] is null or tls = any($6))
               group by caller_id),
           matching as (
               select * from seen
               where $7::text is null or account_id = any($8::int4[]) or service_id = any($9::int4[])
                  or exists (select from caller c where c.id = seen.caller_id and strpos(c.search, $7) > 0)),
           page as (
               select *, (case $10::text when 'calls' then calls
                                         when 'first_seen' then extract(epoch from first_seen)::int8
                                         else extract(epoch from last_seen)::int8 end) * case when $11::bool then -1 else 1 end as key
               from matching order by key, caller_id limit $12 offset $13)
           select page.caller_id as "id!", page.account_id as "account_id!", page.service_id as "service_id!", c.principal, c.user_agent,
                  c.source_address, calls as "calls!", first_seen as "first_seen!", last_seen as "last_seen!",
                  versions as "versions!", (select count(*) from matching) as "total!"
           from page join caller c on c.id = page.caller_id
           order by key, caller_id"#,
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

/// Sorting by a text, byte by byte.
async fn by_text(conn: &mut PgConnection, wanted: &Wanted<'_>) -> sqlx::Result<Vec<Caller>> {
    let ((first, last), search) = (wanted.days, wanted.search.as_ref());
    sqlx::query_as!(
        Caller,
        r#"with seen as (
               select caller_id, min(account_id) as account_id, min(service_id) as service_id, sum(calls)::int8 as calls,
                      min(first_seen) as first_seen, max(last_seen) as last_seen, bit_or(1 << tls) as versions
               from caller_day
               where day between $1 and $2
                 and ($3::int4[] is null or account_id = any($3))
                 and ($4::int4[] is null or region_id = any($4))
                 and ($5::int4[] is null or service_id = any($5))
                 and ($6::int2[] is null or tls = any($6))
               group by caller_id),
           matching as (
               select * from seen
               where $7::text is null or account_id = any($8::int4[]) or service_id = any($9::int4[])
                  or exists (select from caller c where c.id = seen.caller_id and strpos(c.search, $7) > 0)),
           texts as (
               select m.*, c.principal, c.user_agent, c.source_address,
                      (case $10::text when 'principal' then c.principal
                                      when 'user_agent' then c.user_agent
                                      when 'source_address' then c.source_address
                                      when 'account' then (select account from account a where a.id = m.account_id)
                                      else (select service from service s where s.id = m.service_id) end) collate "C" as key
               from matching m join caller c on c.id = m.caller_id)
           select caller_id as "id!", account_id as "account_id!", service_id as "service_id!", principal, user_agent,
                  source_address, calls as "calls!", first_seen as "first_seen!", last_seen as "last_seen!",
                  versions as "versions!", (select count(*) from matching) as "total!"
           from texts
           order by case when not $11::bool then key end, case when $11 then key end desc, calls desc, caller_id
           limit $12 offset $13"#,
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

/// Callers per service.
pub async fn per_service(
    conn: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    filter: &Filter,
) -> sqlx::Result<Vec<(i32, i64)>> {
    let rows = sqlx::query!(
        r#"select service_id as "service_id!", count(*) as "callers!"
           from (select caller_id, min(service_id) as service_id
               from caller_day
               where day between $1 and $2
                 and ($3::int4[] is null or account_id = any($3))
                 and ($4::int4[] is null or region_id = any($4))
                 and ($5::int4[] is null or service_id = any($5))
                 and ($6::int2[] is null or tls = any($6))
               group by caller_id) s
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

/// The last day on which each of these callers was seen in each region, up to a day.
pub async fn last_days(
    conn: &mut PgConnection,
    callers: &[i64],
    filter: &Filter,
    as_of: NaiveDate,
) -> sqlx::Result<Vec<LastDay>> {
    sqlx::query_as!(
        LastDay,
        r#"select caller_id as caller, account_id as account, region_id as region, max(day) as "day!"
           from caller_day
           where caller_id = any($1) and day <= $2
             and ($3::int4[] is null or region_id = any($3)) and ($4::int2[] is null or tls = any($4))
           group by caller_id, account_id, region_id"#,
        callers,
        as_of,
        filter.regions.as_deref(),
        filter.tls.as_deref(),
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
