//! Hosts: what runs where, under which address, and when it changes.

use super::{
    cast::{ACCOUNTS, BOUGHT, End, PLACES, Place, REGIONS, Tls, WORKLOADS, Who, Workload},
    random::Random,
};

/// One host of a workload.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) workload: &'static Workload,
    pub(super) place: Place,
    pub(super) address: String,
    /// Instance, task or person, as in session names.
    pub(super) name: String,
    /// The 16 letters behind AROA, AIDA and the like.
    pub(super) principal: String,
    /// From this day on it is fixed, or speaks 1.3; may lie behind the end.
    pub(super) changes: i64,
    /// What it speaks from then on.
    pub(super) later: &'static str,
    /// Rolled back on this day, for two days.
    pub(super) relapse: Option<i64>,
}

/// Days are numbered from 0; `days` is their number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub(super) days: i64,
}

impl Calendar {
    pub(super) fn last(self) -> i64 {
        self.days - 1
    }

    fn at(self, share: f64) -> i64 {
        (self.days as f64 * share) as i64
    }

    /// The first day of a place's trail.
    pub(super) fn first_day_of(self, place: Place) -> i64 {
        if place.0 == BOUGHT { self.at(0.38) } else { 0 }
    }

    /// Some days are missing: a bucket policy that was wrong, a trail that was switched off.
    pub(super) fn is_logged(self, place: Place, day: i64) -> bool {
        let before_end = self.last() - day;
        let missing =
            (place == PLACES[4] && (58..=60).contains(&before_end)) || (place == PLACES[2] && before_end == 101);
        day >= self.first_day_of(place) && !missing
    }

    /// When the fixing begins, and when the last of those that can be fixed is due: past the end.
    fn campaign(self) -> (i64, i64) {
        (self.at(0.4), self.last() + 33)
    }
}

/// Everything that calls, the same for the same seed.
pub(super) fn hosts(calendar: Calendar, seed: u64) -> Vec<Host> {
    let mut random = Random::of(seed, &[0]);
    let fixable: u64 = WORKLOADS.iter().map(fixable_callers).sum();
    let mut fixed_before = 0;
    let mut hosts = Vec::new();
    for workload in &WORKLOADS {
        let group = |place: Place| (0..workload.hosts).map(move |_| place);
        let total = workload.places.len() as u64 * u64::from(workload.hosts);
        for (position, place) in workload.places.iter().copied().flat_map(group).enumerate() {
            let callers = fixed_before + fixable_callers(workload) * position as u64 / total;
            let share = callers as f64 / fixable.max(1) as f64;
            let index = hosts.len();
            hosts.push(host(workload, place, index, calendar, share, &mut random));
        }
        fixed_before += fixable_callers(workload);
    }
    hosts
}

/// Each host is a caller of each of its services.
fn fixable_callers(workload: &Workload) -> u64 {
    match workload.tls {
        Tls::Deprecated { end: End::Fixed { .. }, .. } => {
            workload.places.len() as u64 * u64::from(workload.hosts) * workload.services.len() as u64
        }
        _ => 0,
    }
}

fn host(
    workload: &'static Workload,
    place: Place,
    index: usize,
    calendar: Calendar,
    share: f64,
    random: &mut Random,
) -> Host {
    let (begin, end) = calendar.campaign();
    let due = begin + ((end - begin) as f64 * share) as i64 + random.below(7) as i64 - 3;
    let adopts = (calendar.days as f64 * (random.unit() * 1.5 - 0.35)) as i64;
    let changes = match workload.tls {
        Tls::Deprecated { end: End::Fixed { .. }, .. } => due,
        Tls::Modern { .. } => adopts,
        _ => i64::MAX,
    };
    let was_old = matches!(workload.tls, Tls::Deprecated { .. });
    let later = if was_old && random.chance(0.5) { "TLSv1.2" } else { "TLSv1.3" };
    let relapse = (was_old && random.chance(0.06)).then(|| changes.saturating_add(24));
    let principal = principal(workload.name, place.0);
    Host { workload, place, address: address(index), name: name(workload, random), principal, changes, later, relapse }
}

/// The ranges that RFC 5737 and RFC 3849 keep for documentation.
fn address(index: usize) -> String {
    let host = index / 4 + 10;
    match index % 4 {
        0 => format!("203.0.113.{host}"),
        1 => format!("198.51.100.{host}"),
        2 => format!("192.0.2.{host}"),
        _ => format!("2001:db8:4f1:{:x}::{host:x}", index * 7 % 4096),
    }
}

const PEOPLE: [&str; 9] = ["amira", "bjorn", "chen", "devika", "elias", "fatou", "goran", "hana", "ivo"];

fn name(workload: &Workload, random: &mut Random) -> String {
    match workload.who {
        Who::Instance => format!("i-0{:016x}", random.next()),
        Who::Container => format!("{:016x}{:016x}", random.next(), random.next()),
        Who::Console => format!("{}@example.com", random.pick(&PEOPLE)),
        Who::Federated => "CognitoIdentityCredentials".into(),
        _ => workload.name.into(),
    }
}

/// The same for one name in one account.
fn principal(name: &str, account: usize) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let seed = name.bytes().fold(account as u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut random = Random::new(seed);
    (0..16).map(|_| char::from(*random.pick(LETTERS))).collect()
}

impl Host {
    pub(super) fn account(&self) -> &'static str {
        ACCOUNTS[self.place.0]
    }

    pub(super) fn region(&self) -> &'static str {
        REGIONS[self.place.1]
    }

    /// Agent and TLS label on a day; no label where it says nothing.
    pub(super) fn speaks(&self, day: i64) -> (&'static str, Option<&'static str>) {
        let changed = day >= self.changes && !self.relapse.is_some_and(|first| (first..first + 2).contains(&day));
        match self.workload.tls {
            Tls::Silent { agent } => (agent, None),
            Tls::Modern { agent } => (agent, Some(if changed { self.later } else { "TLSv1.2" })),
            Tls::Deprecated { end: End::Fixed { agent }, .. } if changed => (agent, Some(self.later)),
            Tls::Deprecated { label, agent, .. } => (agent, Some(label)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn addresses_are_distinct() {
        let hosts = hosts(Calendar { days: 365 }, 1);
        let addresses: HashSet<&str> = hosts.iter().map(|h| h.address.as_str()).collect();
        assert_eq!(addresses.len(), hosts.len());
    }

    #[test]
    fn callers_are_fixed_one_after_another_and_some_are_left_at_the_end() {
        let calendar = Calendar { days: 365 };
        let hosts = hosts(calendar, 1);
        let old_on = |day| {
            let is_old = |h: &&Host| h.speaks(day).1.is_some_and(|label| label < "TLSv1.2");
            hosts.iter().filter(is_old).map(|h| h.workload.services.len()).sum::<usize>()
        };
        let counts: Vec<usize> = [100, 200, 280, 364].map(old_on).into();
        assert!(counts.is_sorted_by(|a, b| a > b), "{counts:?}");
        assert!((15..60).contains(&counts[3]), "{counts:?}");
    }
}
