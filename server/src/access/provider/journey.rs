//! One sign-in at the provider, from the page where it began until it is back.
//!
//! The browser keeps a secret in a cookie, and everything else is derived from that: what comes back to another browser fits
//! nothing there, and neither the database nor the address that the provider is called by tells the secret.

use crate::access::secret::Secret;
use openidconnect::PkceCodeVerifier;

/// Whoever has this is the browser in which it began.
pub(crate) struct Journey(String);

impl Journey {
    pub(crate) fn begin() -> Self {
        Self(Secret::new("").text)
    }

    /// The one of a browser's cookie, whatever it holds.
    pub(crate) fn of(cookie: &str) -> Self {
        Self(cookie.to_owned())
    }

    pub(crate) fn secret(&self) -> &str {
        &self.0
    }

    /// By which the browser knows the answer to its own question.
    pub(crate) fn state(&self) -> String {
        self.derive("tls-sunset 2026 openid state")
    }

    /// By which the proof that comes back belongs to this sign-in.
    pub(super) fn nonce(&self) -> String {
        self.derive("tls-sunset 2026 openid nonce")
    }

    /// By which only who asked can use the code (RFC 7636).
    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.derive("tls-sunset 2026 openid code verifier"))
    }

    fn derive(&self, purpose: &str) -> String {
        let key = blake3::derive_key(purpose, self.0.as_bytes());
        key.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn everything_differs_and_is_the_same_again() {
        let (one, two) = (Journey::begin(), Journey::begin());
        let parts = |journey: &Journey| {
            let verifier = journey.verifier().into_secret();
            [journey.secret().to_owned(), journey.state(), journey.nonce(), verifier]
        };
        let all: BTreeSet<String> = parts(&one).into_iter().chain(parts(&two)).collect();
        assert_eq!(all.len(), 8);
        assert!(all.iter().all(|text| text.len() == 64), "256 bits, and long enough for a verifier");
        assert_eq!(parts(&Journey::of(one.secret())), parts(&one));
    }
}
