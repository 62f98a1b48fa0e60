//! Guessing is slow, at what exists as at what does not, and nobody can lock somebody else out for good: who was right
//! from an address before is not slowed down there by what others try from elsewhere.

use super::secret::digest;
use crate::db::person::guess::{self, Patience};
use sqlx::{Connection as _, PgConnection};
use std::net::IpAddr;

/// One name from one address.
const PAIR: Patience = Patience { free: 5, longest: 900.0 };
/// One name from everywhere: whoever has many addresses gets one guess a minute.
const NAME: Patience = Patience { free: 20, longest: 60.0 };
/// Many names from one address; people may share one.
const ADDRESS: Patience = Patience { free: 50, longest: 60.0 };
/// Links that do not exist, from one address.
const LINKS: Patience = Patience { free: 30, longest: 600.0 };

/// What a password is guessed for, and from where.
pub(crate) struct Guess {
    pair: [u8; 32],
    name: [u8; 32],
    address: [u8; 32],
}

/// Seconds to wait.
#[derive(Debug)]
pub(crate) struct TooOften(pub(crate) u64);

impl TooOften {
    fn of(seconds: f64) -> Self {
        Self(seconds.ceil().max(1.0) as u64)
    }
}

impl Guess {
    /// `name`: the same in capital and small letters.
    pub(crate) fn at_person(name: &str, address: &str) -> Self {
        Self::at("", &name.to_lowercase(), address)
    }

    pub(crate) fn at_share(id: i64, address: &str) -> Self {
        Self::at("share ", &id.to_string(), address)
    }

    fn at(kind: &str, name: &str, address: &str) -> Self {
        let address = network(address);
        Self {
            pair: digest(&format!("{kind}pair\n{name}\n{address}")),
            name: digest(&format!("{kind}name\n{name}")),
            address: digest(&format!("{kind}address\n{address}")),
        }
    }

    /// Counts an attempt as wrong until [`Self::was_right`] is said; refuses one that comes too early.
    pub(crate) async fn begin(&self, conn: &mut PgConnection) -> sqlx::Result<Result<(), TooOften>> {
        let mut tx = conn.begin().await?;
        let mut keys = vec![(self.pair, PAIR), (self.address, ADDRESS)];
        if !guess::is_trusted(&mut tx, &self.pair).await? {
            keys.push((self.name, NAME));
        }
        // Always in the same order, so that no two wait for each other.
        keys.sort_by_key(|(key, _)| *key);
        for (key, patience) in keys {
            if !guess::attempt(&mut tx, &key, patience).await? {
                let seconds = guess::wait(&mut tx, &key, patience).await?;
                tx.rollback().await?;
                return Ok(Err(TooOften::of(seconds)));
            }
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    pub(crate) async fn was_right(&self, conn: &mut PgConnection) -> sqlx::Result<()> {
        guess::trust(conn, &self.pair).await?;
        guess::forgive(conn, &self.name).await?;
        guess::forgive(conn, &self.address).await?;
        guess::sweep(conn).await
    }
}

/// Links that are tried from one address. None can be guessed; whoever tries is stopped nevertheless, also from those that exist.
pub(crate) struct Links([u8; 32]);

impl Links {
    pub(crate) fn from(address: &str) -> Self {
        Self(of_address("links", address))
    }

    /// Whether one may be looked for.
    pub(crate) async fn allowed(&self, conn: &mut PgConnection) -> sqlx::Result<Result<(), TooOften>> {
        let seconds = guess::wait(conn, &self.0, LINKS).await?;
        Ok(if seconds > 0.0 { Err(TooOften::of(seconds)) } else { Ok(()) })
    }

    /// There was none.
    pub(crate) async fn missed(&self, conn: &mut PgConnection) -> sqlx::Result<()> {
        guess::attempt(conn, &self.0, LINKS).await.map(drop)
    }
}

/// A sign-in that comes back from the provider. Nothing can be guessed there, but what goes wrong is written down for ever.
pub(super) struct Return([u8; 32]);

impl Return {
    pub(super) fn new(address: &str) -> Self {
        Self(of_address("return", address))
    }

    /// Counts one as wrong until [`Self::was_right`] is said; refuses one that comes too early.
    pub(super) async fn begin(&self, conn: &mut PgConnection) -> sqlx::Result<bool> {
        guess::attempt(conn, &self.0, ADDRESS).await
    }

    pub(super) async fn was_right(&self, conn: &mut PgConnection) -> sqlx::Result<()> {
        guess::forgive(conn, &self.0).await?;
        guess::sweep(conn).await
    }
}

/// Of an address, for one purpose.
pub(super) fn of_address(purpose: &str, address: &str) -> [u8; 32] {
    digest(&format!("{purpose}\n{}", network(address)))
}

/// Whoever has one IPv6 address has a network of them.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) => format!("{:?}", v6.segments().get(..4)),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_in_any_letters_and_a_network_is_one_address() {
        let same =
            |a: (&str, &str), b: (&str, &str)| Guess::at_person(a.0, a.1).pair == Guess::at_person(b.0, b.1).pair;
        assert!(same(("Ann", "192.0.2.1"), ("ANN", "192.0.2.1")));
        assert!(!same(("ann", "192.0.2.1"), ("ann", "192.0.2.2")));
        assert!(same(("ann", "2001:db8::1"), ("ann", "2001:db8::2:2")));
        assert!(!same(("ann", "2001:db8::1"), ("ann", "2001:db8:0:1::1")));
    }

    #[test]
    fn nobody_is_slowed_down_by_guesses_at_a_share_that_is_called_the_same() {
        let (person, share) = (Guess::at_person("7", "192.0.2.1"), Guess::at_share(7, "192.0.2.1"));
        assert!(person.pair != share.pair && person.name != share.name && person.address != share.address);
    }
}
