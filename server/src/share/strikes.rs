//! How often somebody may guess: per address, within a while. Kept in memory only.

use chrono::{DateTime, TimeDelta, Utc};
use std::{collections::HashMap, net::IpAddr, sync::Mutex};

/// Links that do not exist and passwords that are wrong, per address.
const ALLOWED: u32 = 30;
const WHILE: TimeDelta = TimeDelta::minutes(10);

/// More addresses than these are not remembered: the oldest are forgotten.
const ADDRESSES: usize = 10_000;

#[derive(Debug, Default)]
pub struct Strikes(Mutex<HashMap<Option<IpAddr>, Counted>>);

/// How many, and since when.
type Counted = (u32, DateTime<Utc>);

impl Strikes {
    /// Until when this address must wait.
    pub fn until(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let strikes = self.0.lock().ok()?;
        let (number, since) = strikes.get(&address)?;
        (*number >= ALLOWED && *since + WHILE > now).then_some(*since + WHILE)
    }

    /// It guessed, and was wrong.
    pub fn add(&self, address: Option<IpAddr>, now: DateTime<Utc>) {
        let Ok(mut strikes) = self.0.lock() else { return };
        if strikes.len() >= ADDRESSES {
            strikes.retain(|_, (_, since)| *since + WHILE > now);
        }
        if strikes.len() >= ADDRESSES
            && let Some(oldest) = strikes.iter().min_by_key(|(_, (_, since))| *since).map(|(address, _)| *address)
        {
            strikes.remove(&oldest);
        }
        let (number, since) = strikes.entry(address).or_insert((0, now));
        if *since + WHILE <= now {
            (*number, *since) = (0, now);
        }
        *number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_guess_so_often_within_a_while() {
        let strikes = Strikes::default();
        let (one, other) = (Some(IpAddr::from([192, 0, 2, 1])), Some(IpAddr::from([192, 0, 2, 2])));
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        for _ in 0..ALLOWED {
            assert_eq!(strikes.until(one, now), None);
            strikes.add(one, now);
        }
        assert_eq!(strikes.until(one, now), Some(now + WHILE));
        assert_eq!((strikes.until(other, now), strikes.until(one, now + WHILE)), (None, None));
        strikes.add(one, now + WHILE);
        assert_eq!(strikes.until(one, now + WHILE), None, "a new while, a new count");
    }

    #[test]
    fn addresses_beyond_number_are_forgotten() {
        let strikes = Strikes::default();
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        for n in 0..=ADDRESSES as u32 {
            strikes.add(Some(IpAddr::from(n.to_be_bytes())), now);
        }
        assert_eq!(strikes.0.lock().expect("a lock").len(), ADDRESSES);
    }
}
