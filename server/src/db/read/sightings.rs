//! When each caller was seen: what decides who is open.

use super::{facts::Facts, filter::Filter};
use app::model::open::{CoveredDays, Sightings, open_per_day};
use chrono::{Days, NaiveDate};
use rustc_hash::FxHashSet;
use sqlx::PgConnection;

/// The days on which one caller was seen in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub caller: i64,
    pub service: i32,
    pub account: i32,
    pub region: i32,
    /// Ascending.
    pub days: Vec<NaiveDate>,
}

/// Seen callers up to a day, far enough back to tell who was open from `first` on.
#[derive(Debug)]
pub struct Window<'a> {
    facts: &'a Facts,
    first: NaiveDate,
    as_of: NaiveDate,
    /// Those of one caller follow each other.
    seen: Vec<Seen>,
}

/// A window reaches this much further back than its first day; where 14 covered days reach even further, a second
/// question asks for those accounts and regions alone.
const LEAD: u64 = 20;

/// Longest window that four words of 64 days can hold.
pub const LONGEST: usize = 4 * 64 - LEAD as usize;

/// `first` may lie up to [`LONGEST`] days before `as_of`.
pub async fn window<'a>(
    conn: &mut PgConnection,
    facts: &'a Facts,
    filter: &Filter,
    first: NaiveDate,
    as_of: NaiveDate,
) -> sqlx::Result<Window<'a>> {
    let near = first - Days::new(LEAD);
    let mut seen = near_days(conn, filter, near, as_of).await?;
    let far = Far::of(facts, filter, first, near);
    if let Some(since) = far.since {
        seen.extend(far_days(conn, filter, &far, since, near).await?);
    }
    seen.sort_unstable_by_key(|seen| (seen.caller, seen.region));
    Ok(Window { facts, first, as_of, seen })
}

impl Window<'_> {
    /// The number of open callers on each day.
    pub fn per_day(&self) -> Vec<u32> {
        let length = usize::try_from((self.as_of - self.first).num_days() + 1).unwrap_or(0);
        let none = CoveredDays::default();
        let sightings = self.seen.iter().map(|seen| Sightings {
            caller: seen.caller,
            covered: self.facts.coverage.get(&(seen.account, seen.region)).unwrap_or(&none),
            days: seen.days.clone(),
        });
        open_per_day(self.first, length, sightings)
    }

    /// Callers that are open on the last day, each with its service.
    pub fn open(&self) -> FxHashSet<(i64, i32)> {
        let open = self.seen.iter().filter(|seen| {
            let since = open_since(self.facts, seen.account, seen.region, self.as_of);
            since.is_some_and(|since| seen.days.last().is_some_and(|last| *last >= since))
        });
        open.map(|seen| (seen.caller, seen.service)).collect()
    }
}

/// A caller last seen in this account and region on this day or later is open on the day `on`.
pub fn open_since(facts: &Facts, account: i32, region: i32, on: NaiveDate) -> Option<NaiveDate> {
    facts.coverage.get(&(account, region)).and_then(|covered| covered.open_since(on))
}

async fn near_days(
    conn: &mut PgConnection,
    filter: &Filter,
    near: NaiveDate,
    as_of: NaiveDate,
) -> sqlx::Result<Vec<Seen>> {
    // One row of arrays: tens of thousands of rows would cost more to send than to find.
    let row = sqlx::query!(
        r#"select coalesce(array_agg(caller_id), '{}') as "callers!", coalesce(array_agg(service_id), '{}') as "services!",
                  coalesce(array_agg(account_id), '{}') as "accounts!", coalesce(array_agg(region_id), '{}') as "regions!",
                  coalesce(array_agg(a), '{}') as "a!", coalesce(array_agg(b), '{}') as "b!",
                  coalesce(array_agg(c), '{}') as "c!", coalesce(array_agg(d), '{}') as "d!"
           from (select caller_id, region_id, min(service_id) as service_id, min(account_id) as account_id,
                        bit_or(case when day - $1 < 64 then 1::int8 << (day - $1) else 0 end) as a,
                        bit_or(case when day - $1 between 64 and 127 then 1::int8 << (day - $1 - 64) else 0 end) as b,
                        bit_or(case when day - $1 between 128 and 191 then 1::int8 << (day - $1 - 128) else 0 end) as c,
                        bit_or(case when day - $1 >= 192 then 1::int8 << (day - $1 - 192) else 0 end) as d
                 from caller_day
                 where day between $1 and $2
                   and ($3::int4[] is null or account_id = any($3))
                   and ($4::int4[] is null or region_id = any($4))
                   and ($5::int4[] is null or service_id = any($5))
                   and ($6::int2[] is null or tls = any($6))
                 group by caller_id, region_id) s"#,
        near,
        as_of,
        filter.accounts.as_deref(),
        filter.regions.as_deref(),
        filter.services.as_deref(),
        filter.tls.as_deref(),
    )
    .fetch_one(conn)
    .await?;
    let seen = row.callers.iter().enumerate().map(|(n, caller)| Seen {
        caller: *caller,
        service: row.services[n],
        account: row.accounts[n],
        region: row.regions[n],
        days: days_of([row.a[n], row.b[n], row.c[n], row.d[n]], near),
    });
    Ok(seen.collect())
}

/// The days whose bits are set.
fn days_of(words: [i64; 4], first: NaiveDate) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    for (n, word) in words.into_iter().enumerate() {
        let mut rest = word.cast_unsigned();
        while rest != 0 {
            days.push(first + Days::new(n as u64 * 64 + u64::from(rest.trailing_zeros())));
            rest &= rest - 1;
        }
    }
    days
}

/// Accounts and regions with so many days without logs that their last 14 covered days begin before `near`.
struct Far {
    accounts: Vec<i32>,
    regions: Vec<i32>,
    since: Option<NaiveDate>,
}

impl Far {
    fn of(facts: &Facts, filter: &Filter, first: NaiveDate, near: NaiveDate) -> Self {
        let mut far = Self { accounts: Vec::new(), regions: Vec::new(), since: None };
        for ((account, region), covered) in facts.coverage.iter().filter(|((a, r), _)| filter.passes(*a, *r)) {
            if let Some(since) = covered.open_since(first).filter(|since| *since < near) {
                far.accounts.push(*account);
                far.regions.push(*region);
                far.since = Some(far.since.map_or(since, |earliest| earliest.min(since)));
            }
        }
        far
    }
}

/// Only the last sighting before `near` can still matter.
async fn far_days(
    conn: &mut PgConnection,
    filter: &Filter,
    far: &Far,
    since: NaiveDate,
    near: NaiveDate,
) -> sqlx::Result<Vec<Seen>> {
    let rows = sqlx::query!(
        r#"select d.caller_id, d.region_id, min(d.service_id) as "service_id!", min(d.account_id) as "account_id!",
                  max(d.day) as "day!"
           from caller_day d
           join unnest($1::int4[], $2::int4[]) as far(account_id, region_id)
             on d.account_id = far.account_id and d.region_id = far.region_id
           where d.day >= $3 and d.day < $4
             and ($5::int4[] is null or d.service_id = any($5))
             and ($6::int2[] is null or d.tls = any($6))
           group by d.caller_id, d.region_id"#,
        &far.accounts,
        &far.regions,
        since,
        near,
        filter.services.as_deref(),
        filter.tls.as_deref(),
    )
    .fetch_all(conn)
    .await?;
    let seen = rows.into_iter().map(|row| Seen {
        caller: row.caller_id,
        service: row.service_id,
        account: row.account_id,
        region: row.region_id,
        days: vec![row.day],
    });
    Ok(seen.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_days() {
        let first: NaiveDate = "2026-01-01".parse().unwrap();
        let days = days_of([1 | i64::MIN, 1, 0, 2], first);
        let offsets: Vec<_> = days.into_iter().map(|day| (day - first).num_days()).collect();
        assert_eq!(offsets, [0, 63, 64, 193]);
    }
}
