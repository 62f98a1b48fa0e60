//! Tokens: the secret part of a link. Only its hash is kept, and no log line, error or header may hold it.

use super::secret;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use std::{borrow::Cow, fmt};

/// What every token begins with, so that people and programs that look for secrets know one.
pub const PREFIX: &str = "sunset_share_";

/// 256 bits.
const LENGTH: usize = PREFIX.len() + 43;

pub struct Token(String);

/// Not even by mistake.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}…")
    }
}

impl Token {
    /// # Errors
    /// When the system has no randomness.
    pub fn new() -> Result<Self, rand::rand_core::OsError> {
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret()?))))
    }

    /// Everything else cannot be one, and is not even looked for.
    pub fn parse(text: &str) -> Option<Self> {
        let secret = text.strip_prefix(PREFIX).filter(|_| text.len() == LENGTH)?;
        URL_SAFE_NO_PAD.decode(secret).ok().filter(|bytes| bytes.len() == 32)?;
        Some(Self(text.to_owned()))
    }

    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The token itself, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The text with whatever looks like a token taken out: every text that is logged and may quote an address passes here.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = find(rest) {
        let begin = at + PREFIX.len();
        let is_of_it = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%');
        let end = rest[begin..].find(|c| !is_of_it(c)).map_or(rest.len(), |length| begin + length);
        out.push_str(&rest[..begin]);
        out.push('…');
        rest = &rest[end..];
    }
    if out.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(out + rest) }
}

/// In whatever letters, as somebody may have typed it.
fn find(text: &str) -> Option<usize> {
    let is_it = |window: &[u8]| window.eq_ignore_ascii_case(PREFIX.as_bytes());
    text.as_bytes().windows(PREFIX.len()).position(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_is_new_each_time_and_reads_back() {
        let (one, two) = (Token::new().expect("randomness"), Token::new().expect("randomness"));
        assert_ne!(one.reveal(), two.reveal());
        assert_eq!(Token::parse(one.reveal()).map(|token| token.hash()), Some(one.hash()));
        assert_eq!(one.reveal().len(), 56);
        assert_eq!(format!("{one:?}"), "sunset_share_…");
    }

    #[test]
    fn nothing_else_is_one() {
        let good = format!("{PREFIX}{}", "A".repeat(43));
        assert!(Token::parse(&good).is_some());
        let others = [String::new(), "{token}".into(), ":token".into(), PREFIX.into(), "A".repeat(56)];
        let damaged =
            [good[1..].into(), format!("{good}A"), good.replace('A', "*"), good.to_uppercase(), "x".repeat(1 << 20)];
        for text in others.into_iter().chain(damaged) {
            assert!(Token::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_hash_is_sha_256() {
        let hash = Token(String::from("abc")).hash();
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    proptest! {
        #[test]
        fn no_token_survives_redaction(before in "\\PC{0,20}", after in "([^A-Za-z0-9_%-]\\PC{0,20})?", n in 1_usize..4) {
            let token = Token::new().expect("randomness");
            let secret = &token.reveal()[PREFIX.len()..];
            let text = format!("{before}{}{after}", token.reveal()).repeat(n);
            let clean = redacted(&text);
            prop_assert!(!clean.contains(secret) && clean.contains(PREFIX), "{}", clean);
        }
    }

    #[test]
    fn what_has_no_token_stays() {
        assert!(matches!(redacted("/uploads/7"), Cow::Borrowed("/uploads/7")));
        assert_eq!(redacted("/s/SUNSET_share_abc%41-_/x.csv?a"), "/s/SUNSET_share_…/x.csv?a");
        assert_eq!(redacted("sunset_share_"), "sunset_share_…");
    }
}
