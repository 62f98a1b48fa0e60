//! When each caller was seen: what decides who is open.

use super::{facts::Facts, filter::Filter};
use app::model::open::{CoveredDays, Sightings, open_per_day};
use chrono::{Days, NaiveDate};
use rustc_hash::FxHashSet;
use sqlx::PgConnection;

/// Days on which one caller was seen in one region.
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

pub async fn window<'a>(
    conn: &mut PgConnection,
    facts: &'a Facts,
    filter: &Filter,
    first: NaiveDate,
    as_of: NaiveDate,
) -> sqlx::Result<Window<'a>> {
    let near = first - Days::new(LEAD);
    let mut seen = between(conn, filter, near, as_of).await?;
    let far = Far::of(facts, filter, first, near);
    if let Some(since) = far.since {
        seen.extend(before(conn, filter, &far, since, near).await?);
    }
    seen.sort_unstable_by(|a, b| (a.caller, a.region, &a.days).cmp(&(b.caller, b.region, &b.days)));
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
            days: &seen.days,
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

/// All sightings between two days, both inclusive; one entry per caller, region and week.
pub async fn between(
    conn: &mut PgConnection,
    filter: &Filter,
    first: NaiveDate,
    last: NaiveDate,
) -> sqlx::Result<Vec<Seen>> {
    // One row of arrays: tens of thousands of rows would cost more to send than to find.
    let row = sqlx::query!(
        r#"select coalesce(array_agg(week), '{}') as "weeks!", coalesce(array_agg(days), '{}') as "days!",
                  coalesce(array_agg(caller_id), '{}') as "callers!", coalesce(array_agg(service_id), '{}') as "services!",
                  coalesce(array_agg(account_id), '{}') as "accounts!", coalesce(array_agg(region_id), '{}') as "regions!"
           from caller_week
           where week between monday($1::date) and $2
             and ($3::int4[] is null or account_id = any($3))
             and ($4::int4[] is null or region_id = any($4))
             and ($5::int4[] is null or service_id = any($5))
             and ($6::int2[] is null or tls = any($6))"#,
        first,
        last,
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
        days: days_of(row.days[n], row.weeks[n]).filter(|day| *day >= first && *day <= last).collect(),
    });
    Ok(seen.filter(|seen| !seen.days.is_empty()).collect())
}

/// The days of a week whose bits are set.
fn days_of(bits: i16, monday: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..7_u8).filter(move |n| bits & (1 << n) != 0).map(move |n| monday + Days::new(u64::from(n)))
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
async fn before(
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
        let monday: NaiveDate = "2026-06-01".parse().unwrap();
        let days: Vec<_> = days_of(0b100_0001, monday).map(|day| day.to_string()).collect();
        assert_eq!(days, ["2026-06-01", "2026-06-07"]);
    }
}
