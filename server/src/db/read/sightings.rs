//! When each caller was seen: what decides who is open.

use super::{
    facts::Facts,
    filter::Filter,
    weeks::{self, Number, Row},
};
use app::model::open::{Sightings, open_per_day};
use chrono::{Days, NaiveDate};
use rustc_hash::FxHashMap;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Seen callers up to a day, far enough back to tell who was open from `first` on.
#[derive(Debug)]
pub struct Window<'a> {
    facts: &'a Facts,
    /// Days are numbered from this one on.
    near: NaiveDate,
    first: usize,
    as_of: usize,
    /// Per account and region, what [`app::model::open::CoveredDays::quiet_days`] says.
    places: FxHashMap<(i32, i32), usize>,
    quiet: Vec<Vec<usize>>,
    /// Those of one caller follow each other.
    seen: Vec<Seen>,
    /// Words of 64 days, the same number of them for everybody.
    days: Vec<u64>,
}

/// One caller in one region.
#[derive(Debug)]
struct Seen {
    caller: i64,
    service: i32,
    when: When,
}

#[derive(Debug, Clone, Copy)]
enum When {
    /// Which days (a place in `days`), and where (one in `quiet`).
    Near { days: usize, place: usize },
    /// Before that; the number of the day on which the caller turned quiet.
    Before { quiet: [usize; 1] },
}

/// A window reaches this much further back than its first day; where 14 watched days reach even further, a second
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
    let mut window = Window::new(facts, near, first, as_of);
    let mut known = FxHashMap::default();
    weeks::each(conn, (near, as_of), filter, Number::None, |monday, row| window.add(&mut known, monday, row)).await?;
    let far = Far::of(facts, filter, first, near);
    if let Some(since) = far.since {
        before(conn, filter, &far, since, near).await?.iter().for_each(|last| window.add_before(last));
    }
    window.seen.sort_by_key(|seen| seen.caller);
    Ok(window)
}

impl<'a> Window<'a> {
    fn new(facts: &'a Facts, near: NaiveDate, first: NaiveDate, as_of: NaiveDate) -> Self {
        let number = |day: NaiveDate| usize::try_from((day - near).num_days()).unwrap_or(0);
        let (first, as_of) = (number(first), number(as_of));
        let quiet = facts.watched.values().map(|days| days.quiet_days(near, as_of + 1)).collect();
        let places = facts.watched.keys().enumerate().map(|(at, place)| (*place, at)).collect();
        Self { facts, near, first, as_of, places, quiet, seen: Vec::new(), days: Vec::new() }
    }

    fn words(&self) -> usize {
        self.as_of / 64 + 1
    }

    /// Where nothing is known to be covered (logs newer than the facts), nobody is open.
    fn add(&mut self, known: &mut FxHashMap<(i64, i32), usize>, monday: NaiveDate, row: Row) {
        let words = self.words();
        let days = match known.get(&(row.caller, row.region)) {
            Some(days) => *days,
            None => {
                let Some(place) = self.places.get(&(row.account, row.region)).copied() else { return };
                let days = self.days.len();
                self.days.resize(days + words, 0);
                self.seen.push(Seen { caller: row.caller, service: row.service, when: When::Near { days, place } });
                known.insert((row.caller, row.region), days);
                days
            }
        };
        set(&mut self.days[days..days + words], (monday - self.near).num_days(), row.days);
    }

    fn add_before(&mut self, last: &Last) {
        let watched = self.facts.watched.get(&(last.account_id, last.region_id));
        let quiet = watched.map_or(Some(last.day), |days| days.quiet_from(last.day));
        let number = |day: NaiveDate| usize::try_from((day - self.near).num_days()).unwrap_or(0);
        let when = When::Before { quiet: [quiet.map_or(usize::MAX, number)] };
        self.seen.push(Seen { caller: last.caller_id, service: last.service_id, when });
    }

    fn sightings(&self) -> impl Iterator<Item = (i32, Sightings<'_>)> {
        self.seen.iter().map(|seen| {
            let (days, quiet) = match &seen.when {
                When::Near { days, place } => (&self.days[*days..days + self.words()], self.quiet[*place].as_slice()),
                When::Before { quiet } => ([1].as_slice(), quiet.as_slice()),
            };
            (seen.service, Sightings { caller: seen.caller, days, quiet })
        })
    }

    /// The number of open callers on each day.
    pub fn per_day(&self) -> Vec<u32> {
        open_per_day(
            self.first,
            (self.as_of + 1).saturating_sub(self.first),
            self.sightings().map(|(_, sightings)| sightings),
        )
    }

    /// Callers that are open on the last day, counted per service.
    pub fn open(&self) -> BTreeMap<i32, i64> {
        let mut open = BTreeMap::new();
        let mut counted = None;
        for (service, seen) in self.sightings() {
            if counted != Some(seen.caller) && is_open(&seen, self.as_of) {
                *open.entry(service).or_default() += 1;
                counted = Some(seen.caller);
            }
        }
        open
    }
}

fn is_open(seen: &Sightings<'_>, as_of: usize) -> bool {
    let last = seen.days.iter().rposition(|word| *word != 0);
    let last = last.map(|at| at * 64 + seen.days[at].ilog2() as usize);
    last.and_then(|day| seen.quiet.get(day)).is_some_and(|quiet| *quiet > as_of)
}

/// Sets the bits of a week whose Monday has this number; bits of days before day 0 are not set.
fn set(words: &mut [u64], monday: i64, days: u8) {
    let (at, days) = match usize::try_from(monday) {
        Ok(at) => (at, u64::from(days)),
        Err(_) => (0, u64::from(days) >> monday.unsigned_abs()),
    };
    words[at / 64] |= days << (at % 64);
    if at % 64 > 57
        && let Some(next) = words.get_mut(at / 64 + 1)
    {
        *next |= days >> (64 - at % 64);
    }
}

/// A caller last seen in this account and region on this day or later is open on the day `on`.
pub fn open_since(facts: &Facts, account: i32, region: i32, on: NaiveDate) -> Option<NaiveDate> {
    facts.watched.get(&(account, region)).and_then(|days| days.open_since(on))
}

/// Accounts and regions with so many missing days that their last 14 watched days begin before `near`.
struct Far {
    accounts: Vec<i32>,
    regions: Vec<i32>,
    since: Option<NaiveDate>,
}

impl Far {
    fn of(facts: &Facts, filter: &Filter, first: NaiveDate, near: NaiveDate) -> Self {
        let mut far = Self { accounts: Vec::new(), regions: Vec::new(), since: None };
        for ((account, region), since) in facts.open_since(filter, first).filter(|(_, since)| *since < near) {
            far.accounts.push(account);
            far.regions.push(region);
            far.since = Some(far.since.map_or(since, |earliest: NaiveDate| earliest.min(since)));
        }
        far
    }
}

/// When a caller was last seen in a region.
struct Last {
    caller_id: i64,
    service_id: i32,
    account_id: i32,
    region_id: i32,
    day: NaiveDate,
}

/// Only the last sighting before `near` can still matter.
async fn before(
    conn: &mut PgConnection,
    filter: &Filter,
    far: &Far,
    since: NaiveDate,
    near: NaiveDate,
) -> sqlx::Result<Vec<Last>> {
    sqlx::query_as!(
        Last,
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
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn days_of_weeks_are_bits_of_words(lead in -6_i64..7, weeks in prop::collection::vec(0_u8..128, 1..30)) {
            let length = usize::try_from(lead + weeks.len() as i64 * 7).unwrap_or(0);
            let mut words = vec![0; length.div_ceil(64).max(1)];
            let mut expected = Vec::new();
            for (at, days) in weeks.iter().enumerate() {
                let monday = lead + at as i64 * 7;
                set(&mut words, monday, *days);
                expected.extend((0..7).filter(|n| days & (1 << n) != 0).map(|n| monday + n).filter(|day| *day >= 0));
            }
            let found: Vec<i64> = Sightings { caller: 1, days: &words, quiet: &[] }.days().map(|day| day as i64).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
