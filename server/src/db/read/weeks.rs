//! Weeks of callers, as they are packed: what was seen of everybody, in few rows.

use super::filter::Filter;
use chrono::{Days, NaiveDate, Weekday};
use futures::{TryStreamExt as _, stream::BoxStream};
use sqlx::PgConnection;

/// What was seen of one caller, in one region and with one version, in one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub caller: i64,
    pub account: i32,
    pub service: i32,
    pub region: i32,
    /// Bit 0 is Monday; the days that were asked for, at least one.
    pub days: u8,
    pub number: i64,
}

/// What [`Row::number`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// Zero.
    None,
    Calls,
    /// Microseconds since 2000, as the last.
    FirstSeen,
    LastSeen,
}

impl Number {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Calls => Some("calls"),
            Self::FirstSeen => Some("first_seen"),
            Self::LastSeen => Some("last_seen"),
        }
    }
}

/// The columns of one week.
struct Week {
    week: NaiveDate,
    callers: Vec<u8>,
    accounts: Vec<u8>,
    services: Vec<u8>,
    regions: Vec<u8>,
    tls: Vec<u8>,
    days: Vec<u8>,
    numbers: Option<Vec<u8>>,
}

/// Visits what passes the filter between two days, both inclusive: the Monday of its week, and the row. A number is that of
/// its whole week.
pub async fn each(
    conn: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    filter: &Filter,
    number: Number,
    mut visit: impl FnMut(NaiveDate, Row),
) -> sqlx::Result<()> {
    let passing = Passing::of(filter);
    let mut weeks = packed(conn, (first, last), number);
    while let Some(week) = weeks.try_next().await? {
        let asked = asked(week.week, first, last);
        week.rows(&passing).filter(|row| row.days & asked != 0).for_each(|row| {
            visit(week.week, Row { days: row.days & asked, ..row });
        });
    }
    Ok(())
}

/// The same of days that make no whole week, each with its own numbers, a row per day: those before the first Monday and
/// those after the last Sunday.
pub async fn each_outside(
    conn: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    filter: &Filter,
    number: Number,
    mut visit: impl FnMut(Row),
) -> sqlx::Result<()> {
    let passing = Passing::of(filter);
    outside(conn, (first, last), number).await?.rows(&passing).for_each(&mut visit);
    Ok(())
}

/// From the first Monday to the last Sunday between two days, if there is a whole week.
pub fn whole((first, last): (NaiveDate, NaiveDate)) -> Option<(NaiveDate, NaiveDate)> {
    let monday = (first + Days::new(6)).week(Weekday::Mon).first_day();
    let sunday = (last + Days::new(1)).week(Weekday::Mon).first_day() - Days::new(1);
    (monday < sunday).then_some((monday, sunday))
}

/// The Mondays of all whole weeks between two days.
pub fn mondays(days: (NaiveDate, NaiveDate)) -> Vec<NaiveDate> {
    whole(days).map_or_else(Vec::new, |(monday, sunday)| {
        monday.iter_days().step_by(7).take_while(|day| *day < sunday).collect()
    })
}

/// The bits of a week's days between two days.
fn asked(monday: NaiveDate, first: NaiveDate, last: NaiveDate) -> u8 {
    let before = (first - monday).num_days().clamp(0, 7);
    let after = (monday + Days::new(6) - last).num_days().clamp(0, 7);
    (0x7f << before) & (0x7f_u8 >> after)
}

/// A week that has changed lately is packed on the way.
fn packed<'c>(
    conn: &'c mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    number: Number,
) -> BoxStream<'c, sqlx::Result<Week>> {
    sqlx::query_as!(
        Week,
        r#"select p.week, coalesce(p.callers, w.callers) as "callers!", coalesce(p.accounts, w.accounts) as "accounts!",
                  coalesce(p.services, w.services) as "services!", coalesce(p.regions, w.regions) as "regions!",
                  coalesce(p.tls, w.tls) as "tls!", coalesce(p.days, w.days) as "days!",
                  case $3::text when 'calls' then coalesce(p.calls, w.calls)
                                when 'first_seen' then coalesce(p.first_seen, w.first_seen)
                                when 'last_seen' then coalesce(p.last_seen, w.last_seen) end as numbers
           from caller_pack p
           cross join lateral (
               select string_agg(int8send(caller_id), '') as callers, string_agg(int4send(account_id), '') as accounts,
                      string_agg(int4send(service_id), '') as services, string_agg(int4send(region_id), '') as regions,
                      string_agg(charsend(tls::int4::"char"), '') as tls, string_agg(charsend(days::int4::"char"), '') as days,
                      string_agg(int8send(calls), '') filter (where $3 = 'calls') as calls,
                      string_agg(timestamptz_send(first_seen), '') filter (where $3 = 'first_seen') as first_seen,
                      string_agg(timestamptz_send(last_seen), '') filter (where $3 = 'last_seen') as last_seen
               from caller_week w where p.callers is null and w.week = p.week) w
           where p.week between monday($1::date) and $2 and (p.callers is not null or w.callers is not null)"#,
        first,
        last,
        number.as_str(),
    )
    .fetch(conn)
}

async fn outside(conn: &mut PgConnection, (first, last): (NaiveDate, NaiveDate), number: Number) -> sqlx::Result<Week> {
    sqlx::query_as!(
        Week,
        r#"select $1::date as "week!", coalesce(string_agg(int8send(caller_id), ''), '') as "callers!",
                  coalesce(string_agg(int4send(account_id), ''), '') as "accounts!",
                  coalesce(string_agg(int4send(service_id), ''), '') as "services!",
                  coalesce(string_agg(int4send(region_id), ''), '') as "regions!",
                  coalesce(string_agg(charsend(tls::int4::"char"), ''), '') as "tls!",
                  coalesce(string_agg('\x7f'::bytea, ''), '') as "days!",
                  case $3::text when 'calls' then string_agg(int8send(calls), '')
                                when 'first_seen' then string_agg(timestamptz_send(first_seen), '')
                                when 'last_seen' then string_agg(timestamptz_send(last_seen), '') end as numbers
           from caller_day
           where day between $1 and least(monday($1::date + 6) - 1, $2)
              or day between greatest(monday($2::date + 1), monday($1::date + 6)) and $2"#,
        first,
        last,
        number.as_str(),
    )
    .fetch_one(conn)
    .await
}

impl Week {
    fn rows<'w>(&'w self, passing: &'w Passing) -> impl Iterator<Item = Row> + 'w {
        let numbers = self.numbers.as_deref().map(integers::<8>);
        let columns = integers::<8>(&self.callers).iter().zip(integers::<4>(&self.accounts));
        let columns = columns.zip(integers::<4>(&self.services)).zip(integers::<4>(&self.regions));
        let columns = columns.zip(&self.tls).zip(&self.days).enumerate();
        columns.filter_map(move |(n, (((((caller, account), service), region), tls), days))| {
            let row = Row {
                caller: i64::from_be_bytes(*caller),
                account: i32::from_be_bytes(*account),
                service: i32::from_be_bytes(*service),
                region: i32::from_be_bytes(*region),
                days: *days,
                number: numbers.and_then(|numbers| numbers.get(n)).map_or(0, |number| i64::from_be_bytes(*number)),
            };
            passing.has(&row, *tls).then_some(row)
        })
    }
}

/// A column of numbers, each big-endian.
pub fn integers<const SIZE: usize>(column: &[u8]) -> &[[u8; SIZE]] {
    column.as_chunks().0
}

/// A filter that is asked a million times.
struct Passing {
    accounts: Set,
    services: Set,
    regions: Set,
    tls: Set,
}

/// Small numbers; `None`: all of them.
pub struct Set(Option<Vec<bool>>);

impl Passing {
    fn of(filter: &Filter) -> Self {
        Self {
            accounts: Set::of(filter.accounts.as_deref()),
            services: Set::of(filter.services.as_deref()),
            regions: Set::of(filter.regions.as_deref()),
            tls: Set::of_codes(filter.tls.as_deref()),
        }
    }

    fn has(&self, row: &Row, tls: u8) -> bool {
        self.tls.has(tls.into())
            && self.services.has(row.service)
            && self.accounts.has(row.account)
            && self.regions.has(row.region)
    }
}

impl Set {
    pub fn of(numbers: Option<&[i32]>) -> Self {
        Self(numbers.map(|numbers| {
            let mut set = Vec::new();
            for number in numbers.iter().filter_map(|number| usize::try_from(*number).ok()) {
                set.resize(set.len().max(number + 1), false);
                set[number] = true;
            }
            set
        }))
    }

    pub fn of_codes(codes: Option<&[i16]>) -> Self {
        Self::of(codes.map(|codes| codes.iter().copied().map(i32::from).collect::<Vec<_>>()).as_deref())
    }

    pub fn has(&self, number: i32) -> bool {
        let Some(set) = &self.0 else { return true };
        usize::try_from(number).is_ok_and(|number| set.get(number).copied().unwrap_or(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_range_are_some_days_of_a_week() {
        let day = |n: u64| "2026-06-01".parse::<NaiveDate>().unwrap() + Days::new(n);
        assert_eq!(asked(day(0), day(0), day(6)), 0b111_1111);
        assert_eq!(asked(day(0), day(2), day(30)), 0b111_1100);
        assert_eq!(asked(day(7), day(2), day(8)), 0b000_0011);
        assert_eq!(asked(day(0), day(3), day(3)), 0b000_1000);
        assert_eq!(asked(day(0), day(7), day(9)), 0);
    }

    #[test]
    fn whole_weeks_begin_on_monday() {
        let day = |n: u64| "2026-06-01".parse::<NaiveDate>().unwrap() + Days::new(n);
        assert_eq!(whole((day(0), day(6))), Some((day(0), day(6))));
        assert_eq!(whole((day(1), day(13))), Some((day(7), day(13))));
        assert_eq!(whole((day(1), day(12))), None);
        assert_eq!(whole((day(1), day(1))), None);
        assert_eq!(mondays((day(1), day(22))), [day(7), day(14)]);
    }

    #[test]
    fn sets_have_what_was_put_into_them() {
        let set = Set::of(Some(&[3, 1]));
        assert_eq!([0, 1, 2, 3, 4, -1].map(|n| set.has(n)), [false, true, false, true, false, false]);
        assert!(Set::of(None).has(7) && !Set::of(Some(&[])).has(0));
    }
}
