//! Who made the calls: counted per service, and page by page.

use super::{
    filter::Filter,
    search,
    weeks::{self, Number, Row},
};
use app::view::{CallerColumn, Sort};
use chrono::{DateTime, NaiveDate, Utc};
use rustc_hash::{FxHashMap, FxHashSet};
use sqlx::PgConnection;
use std::collections::hash_map::Entry;

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
    /// Where the accounts or the services come, when they are what is sorted by.
    pub places: FxHashMap<i32, i64>,
    pub limit: usize,
    pub offset: usize,
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
    let mut callers = seen(conn, wanted).await?;
    if let Some(search) = &wanted.search {
        let found = search::matching(conn, &search.text).await?;
        let named = |ids: &[i32], id| ids.contains(&id);
        callers.retain(|caller| {
            found.contains(&caller.id)
                || named(&search.accounts, caller.account_id)
                || named(&search.services, caller.service_id)
        });
    }
    let total = callers.len() as i64;
    let ids = match wanted.sort.column {
        CallerColumn::Principal | CallerColumn::UserAgent | CallerColumn::SourceAddress => {
            by_text(conn, wanted, &callers).await?
        }
        _ => by_number(wanted, callers),
    };
    Ok((ids, total))
}

/// A caller, and the number that decides its place.
struct Keyed {
    id: i64,
    account_id: i32,
    service_id: i32,
    key: i64,
}

/// Whole weeks as they are packed, the days at both ends one by one where their numbers matter.
async fn seen(conn: &mut PgConnection, wanted: &Wanted<'_>) -> sqlx::Result<Vec<Keyed>> {
    let (days, filter) = (wanted.days, wanted.filter);
    let (number, add): (_, fn(i64, i64) -> i64) = match wanted.sort.column {
        CallerColumn::Calls => (Number::Calls, |a, b| a + b),
        CallerColumn::FirstSeen => (Number::FirstSeen, i64::min),
        CallerColumn::LastSeen => (Number::LastSeen, i64::max),
        _ => (Number::None, |a, _| a),
    };
    let mut callers: Vec<Keyed> = Vec::new();
    let mut known: FxHashMap<i64, usize> = FxHashMap::default();
    let mut visit = |row: Row| match known.entry(row.caller) {
        Entry::Occupied(at) => {
            let caller = &mut callers[*at.get()];
            caller.key = add(caller.key, row.number);
        }
        Entry::Vacant(at) => {
            at.insert(callers.len());
            let Row { caller: id, account: account_id, service: service_id, number: key, .. } = row;
            callers.push(Keyed { id, account_id, service_id, key });
        }
    };
    if number == Number::None {
        weeks::each(conn, days, filter, number, |_, row| visit(row)).await?;
    } else {
        if let Some(whole) = weeks::whole(days) {
            weeks::each(conn, whole, filter, number, |_, row| visit(row)).await?;
        }
        weeks::each_outside(conn, days, filter, number, visit).await?;
    }
    Ok(callers)
}

/// Equal ones come by their number.
fn by_number(wanted: &Wanted<'_>, callers: Vec<Keyed>) -> Vec<i64> {
    let place = |id: i32| wanted.places.get(&id).copied().unwrap_or(i64::MAX);
    let mut keys: Vec<(i64, i64)> = callers
        .into_iter()
        .map(|caller| {
            let key = match wanted.sort.column {
                CallerColumn::Account => place(caller.account_id),
                CallerColumn::Service => place(caller.service_id),
                _ => caller.key,
            };
            (if wanted.sort.descending { -key } else { key }, caller.id)
        })
        .collect();
    let end = wanted.offset.saturating_add(wanted.limit);
    if end < keys.len() {
        keys.select_nth_unstable(end);
        keys.truncate(end);
    }
    keys.sort_unstable();
    keys.into_iter().skip(wanted.offset).map(|(_, id)| id).collect()
}

/// Fewer callers than these are looked up one by one.
const FEW: usize = 5_000;

/// Byte by byte, whatever the language.
async fn by_text(conn: &mut PgConnection, wanted: &Wanted<'_>, callers: &[Keyed]) -> sqlx::Result<Vec<i64>> {
    let ids: Vec<i64> = callers.iter().map(|caller| caller.id).collect();
    let Some((lowest, highest)) = ids.iter().copied().min().zip(ids.iter().copied().max()) else { return Ok(ids) };
    // A bit for each of many numbers, unless most of them are long gone.
    let is_few = ids.len() < FEW || (highest - lowest) / 64 > ids.len() as i64;
    let bits = (!is_few).then(|| bits(&ids, lowest, highest));
    sqlx::query_scalar!(
        r#"select id from (
               select id, (case $1::text when 'principal' then principal when 'user_agent' then user_agent else source_address end)
                          collate "C" as key
               from caller
               where ($2::int8[] is null or id = any($2))
                 and ($3::bytea is null or case when id between $4::int8 and $5::int8 then get_bit($3, id - $4) = 1 end)) c
           order by case when not $6::bool then key end, case when $6 then key end desc, id
           limit $7 offset $8"#,
        wanted.sort.column.as_str(),
        is_few.then_some(ids.as_slice()),
        bits,
        lowest,
        highest,
        wanted.sort.descending,
        wanted.limit as i64,
        wanted.offset as i64,
    )
    .fetch_all(conn)
    .await
}

/// Bit n is set where `lowest + n` is among the numbers.
fn bits(ids: &[i64], lowest: i64, highest: i64) -> Vec<u8> {
    let mut bits = vec![0; (highest - lowest) as usize / 8 + 1];
    for bit in ids.iter().map(|id| (id - lowest) as usize) {
        bits[bit / 8] |= 1 << (bit % 8);
    }
    bits
}

/// These callers with all that was seen of them; in no particular order.
pub async fn details(
    conn: &mut PgConnection,
    ids: &[i64],
    days: (NaiveDate, NaiveDate),
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
               from (
                   select region_id, tls, calls, first_seen, last_seen from caller_week
                   where week = any($6::date[]) and caller_id = c.id
                   union all
                   -- The days at both ends that make no whole week.
                   select region_id, tls, calls, first_seen, last_seen from caller_day
                   where caller_id = c.id and day between $2 and least(monday($2::date + 6) - 1, $3)
                   union all
                   select region_id, tls, calls, first_seen, last_seen from caller_day
                   where caller_id = c.id and day between greatest(monday($3::date + 1), monday($2::date + 6)) and $3) s
               where ($4::int4[] is null or region_id = any($4)) and ($5::int2[] is null or tls = any($5))) d
           where c.id = any($1)"#,
        ids,
        days.0,
        days.1,
        filter.regions.as_deref(),
        filter.tls.as_deref(),
        &weeks::mondays(days),
    )
    .fetch_all(conn)
    .await
}

/// Callers per service.
pub async fn per_service(
    conn: &mut PgConnection,
    days: (NaiveDate, NaiveDate),
    filter: &Filter,
) -> sqlx::Result<FxHashMap<i32, i64>> {
    let (mut seen, mut callers) = (FxHashSet::default(), FxHashMap::default());
    weeks::each(conn, days, filter, Number::None, |_, row| {
        if seen.insert(row.caller) {
            *callers.entry(row.service).or_default() += 1;
        }
    })
    .await?;
    Ok(callers)
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
