//! Keys: what a right password is answered with. A key opens one share for a while; it is posted by the page's own forms, so
//! no address, log or history ever holds it, and no cookie is needed. It is a time, signed by the share's own seal: nothing
//! else can be opened by it, and a new link, which brings a new seal, ends it.

use chrono::{DateTime, TimeDelta, Utc};

/// Long enough to read the page and to look at its parts.
const OPEN_FOR: TimeDelta = TimeDelta::minutes(30);

pub fn key(seal: &[u8; 32], now: DateTime<Utc>) -> String {
    signed(seal, (now + OPEN_FOR).timestamp())
}

pub fn opens(seal: &[u8; 32], key: &str, now: DateTime<Utc>) -> bool {
    let Some(until) = key.split_once('.').and_then(|(until, _)| until.parse::<i64>().ok()) else { return false };
    // The comparison of hashes takes the same time wherever they differ.
    let is_signed = blake3::hash(signed(seal, until).as_bytes()) == blake3::hash(key.as_bytes());
    is_signed && until > now.timestamp()
}

fn signed(seal: &[u8; 32], until: i64) -> String {
    let mut hasher = blake3::Hasher::new_keyed(seal);
    hasher.update(b"open until ").update(&until.to_be_bytes());
    format!("{until}.{}", hasher.finalize().to_hex())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_its_own_share_for_a_while() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let (seal, other) = ([1; 32], [2; 32]);
        let key = key(&seal, now);
        assert!(opens(&seal, &key, now) && opens(&seal, &key, now + TimeDelta::minutes(29)));
        assert!(!opens(&seal, &key, now + TimeDelta::minutes(30)), "it ends");
        assert!(!opens(&other, &key, now), "no other share");
        let (until, signature) = key.split_once('.').expect("two parts");
        let later = until.parse::<i64>().expect("a time") + 1;
        for forged in [format!("{later}.{signature}"), format!("{until}."), until.into(), String::new(), ".".into()] {
            assert!(!opens(&seal, &forged, now), "{forged}");
        }
    }
}
