//! Guessing is slow, for names that exist as for others, and nobody can lock somebody else out for good: who was right
//! from an address before is not slowed down there by what others try from elsewhere.

use super::secret::digest;
use crate::db::person::guess::{self, Patience};
use sqlx::{Connection as _, PgConnection};

/// One name from one address.
const PAIR: Patience = Patience { free: 5, longest: 900.0 };
/// One name from everywhere: whoever has many addresses gets one guess a minute.
const NAME: Patience = Patience { free: 20, longest: 60.0 };
/// Many names from one address; people may share one.
const ADDRESS: Patience = Patience { free: 50, longest: 60.0 };

/// What is guessed at, and from where.
pub(super) struct Guess {
    pair: [u8; 32],
    name: [u8; 32],
    address: [u8; 32],
}

/// Seconds to wait.
pub(super) struct TooOften(pub(super) u64);

impl Guess {
    pub(super) fn new(name: &str, address: &str) -> Self {
        let (name, address) = (name.to_lowercase(), network(address));
        Self {
            pair: digest(&format!("pair\n{name}\n{address}")),
            name: digest(&format!("name\n{name}")),
            address: digest(&format!("address\n{address}")),
        }
    }

    /// Counts an attempt as wrong until [`Self::was_right`] is said; refuses one that comes too early.
    pub(super) async fn begin(&self, conn: &mut PgConnection) -> sqlx::Result<Result<(), TooOften>> {
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
                return Ok(Err(TooOften(seconds.ceil().max(1.0) as u64)));
            }
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    pub(super) async fn was_right(&self, conn: &mut PgConnection) -> sqlx::Result<()> {
        guess::trust(conn, &self.pair).await?;
        guess::forgive(conn, &self.name).await?;
        guess::forgive(conn, &self.address).await?;
        guess::sweep(conn).await
    }
}

/// Whoever has one IPv6 address has a network of them.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(std::net::IpAddr::V6(v6)) => format!("{:?}", v6.segments().get(..4)),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_in_any_letters_and_a_network_is_one_address() {
        let same = |a: (&str, &str), b: (&str, &str)| Guess::new(a.0, a.1).pair == Guess::new(b.0, b.1).pair;
        assert!(same(("Ann", "192.0.2.1"), ("ANN", "192.0.2.1")));
        assert!(!same(("ann", "192.0.2.1"), ("ann", "192.0.2.2")));
        assert!(same(("ann", "2001:db8::1"), ("ann", "2001:db8::2:2")));
        assert!(!same(("ann", "2001:db8::1"), ("ann", "2001:db8:0:1::1")));
    }
}
