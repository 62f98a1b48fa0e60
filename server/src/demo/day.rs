//! One day of the trail: which calls happen, and in which files they arrive.

use super::{
    Options,
    cast::{PLACES, Place},
    host::{Calendar, Host},
    random::Random,
    record::{Call, Day},
};

/// Sees to it that every place has a call on every day: the agent that each machine has.
const HEARTBEAT: &str = "fleet";

/// Calls per log file, about.
const FILE_SIZE: usize = 1000;

/// Of all calls, delivered twice.
const AGAIN: f64 = 0.01;

/// One log file: when it was delivered, and what is in it, in no order.
#[derive(Debug)]
pub(super) struct LogFile {
    pub(super) place: Place,
    /// Since the beginning of the day; delivered after midnight, it lies in the next day's folder.
    pub(super) second: u32,
    pub(super) calls: Vec<Call>,
}

/// What the whole trail is made from.
pub(super) struct Plan<'a> {
    pub(super) options: &'a Options,
    pub(super) calendar: Calendar,
    pub(super) hosts: &'a [Host],
    /// Turns a workload's rate into calls.
    scale: f64,
}

impl<'a> Plan<'a> {
    pub(super) fn new(options: &'a Options, calendar: Calendar, hosts: &'a [Host]) -> Self {
        let mut plan = Self { options, calendar, hosts, scale: 1.0 };
        let days = (0..calendar.days).map(|number| plan.day(number));
        let all: f64 =
            days.flat_map(|day| hosts.iter().map(move |host| (day, host))).map(|(d, h)| plan.expected(d, h)).sum();
        plan.scale = f64::from(options.calls_per_day) * calendar.days as f64 / all.max(1.0);
        plan
    }

    pub(super) fn day(&self, number: i64) -> Day {
        let days = u64::try_from(self.calendar.last() - number).unwrap_or(0);
        let date = self.options.end.checked_sub_days(chrono::Days::new(days)).unwrap_or(self.options.end);
        Day { number, date, of: self.calendar.days }
    }

    /// The files of a day, and how many different calls they hold.
    pub(super) fn files(&self, number: i64) -> (Vec<LogFile>, u64) {
        let day = self.day(number);
        let mut random = Random::of(self.options.seed, &[1, number as u64]);
        let mut calls: Vec<Vec<Call>> = vec![Vec::new(); PLACES.len()];
        let mut count = 0;
        for (index, host) in self.hosts.iter().enumerate() {
            count += self.calls_of(day, index, host, &mut calls, &mut random);
        }
        let again = PLACES[number as usize % PLACES.len()];
        let files = PLACES.iter().zip(calls).flat_map(|(place, calls)| {
            let second_delivery = (*place == again).then(|| self.again(*place, &calls, &mut random));
            let mut files = split(*place, calls, &mut random);
            files.extend(second_delivery.flatten());
            files
        });
        (files.collect(), count)
    }

    fn calls_of(&self, day: Day, index: usize, host: &Host, calls: &mut [Vec<Call>], random: &mut Random) -> u64 {
        let position = |place: Place| PLACES.iter().position(|p| *p == place);
        let Some(own) = position(host.place).filter(|_| self.calendar.is_logged(host.place, day.number)) else {
            return 0;
        };
        let expected = self.expected(day, host) * self.scale;
        let least = u32::from(host.workload.name == HEARTBEAT);
        // Sydney begins its day while Virginia sleeps.
        let shift = [13, 8, 22][host.place.1] % 24;
        let mut count = 0;
        for _ in 0..random.count(expected).max(least) {
            let second = host.workload.rhythm.second((shift + 16) % 24, random);
            let call = Call { second, host: index as u32, seed: random.next(), copy: false };
            if day.number == self.calendar.last() && second >= self.options.until {
                continue;
            }
            calls[own].push(call);
            count += 1;
            let other = host.workload.shared_with.and_then(|account| position((account, host.place.1)));
            if let Some(other) = other {
                calls[other].push(Call { copy: true, ..call });
            }
        }
        count
    }

    /// On average, before scaling.
    fn expected(&self, day: Day, host: &Host) -> f64 {
        if !self.calendar.is_logged(host.place, day.number) {
            return 0.0;
        }
        let growth = 0.8 + 0.4 * day.number as f64 / self.calendar.days as f64;
        let growth = if matches!(host.workload.tls, super::cast::Tls::Deprecated { .. }) { 1.0 } else { growth };
        host.workload.rate * host.workload.rhythm.of_day(day.date) * growth
    }

    /// Some calls of the place once more, in a file of their own.
    fn again(&self, place: Place, calls: &[Call], random: &mut Random) -> Option<LogFile> {
        let share = AGAIN * PLACES.len() as f64;
        let calls: Vec<Call> = calls.iter().copied().filter(|_| random.chance(share)).collect();
        let last = calls.iter().map(|call| call.second).max()?;
        Some(LogFile { place, second: last + 1500, calls })
    }
}

/// By time, as they are delivered; within a file the order is only about right.
fn split(place: Place, mut calls: Vec<Call>, random: &mut Random) -> Vec<LogFile> {
    calls.sort_by_key(|call| (call.second, call.seed));
    let size = calls.len().div_ceil(calls.len().div_ceil(FILE_SIZE).max(1)).max(1);
    let parts = calls.chunks(size).map(|part| {
        let mut calls = part.to_vec();
        for index in 1..calls.len() {
            if random.chance(0.3) {
                calls.swap(index - 1, index);
            }
        }
        let last = part.last().map_or(0, |call| call.second);
        LogFile { place, second: last + 240 + random.below(420) as u32, calls }
    });
    parts.collect()
}
