//! An OpenID provider that says who people are, and why it may not let somebody in.

use super::text::text_enum;

/// The provider, as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// On its button: "Sign in with …".
    pub name: String,
    /// By which its people are known.
    pub issuer: String,
    /// One of its groups decides about people.
    pub has_administrators: bool,
}

/// Why somebody did not come in by the provider. What exactly went wrong is in the server's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The provider is away, or says nothing that makes sense.
    Away,
    /// Not begun in this browser, too long ago, or ended already.
    Stale,
    /// The provider let nobody in.
    Declined,
    /// What it says of somebody does not hold.
    Unproven,
    /// Known there, but in no group that may do anything here.
    NoRole,
    Disabled,
    /// Only an administrator can be the first.
    NotSetUp,
    TooOften,
}

text_enum!(Refusal, "a reason", {
    Away = "away", Stale = "stale", Declined = "declined", Unproven = "unproven", NoRole = "no_role",
    Disabled = "disabled", NotSetUp = "not_set_up", TooOften = "too_often",
});

impl Refusal {
    /// For whoever is refused: what to do.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Away => {
                "Your sign-in service gave no answer that could be used. Try again in a moment; the server's log says more."
            }
            Self::Stale => {
                "This sign-in was not begun here, took longer than ten minutes or is over already, so nobody was signed in. Begin again."
            }
            Self::Declined => "Your sign-in service let nobody in. Begin again, or ask those who run it.",
            Self::Unproven => {
                "What your sign-in service said could not be verified, so nobody was signed in. Begin again; the server's log says \
                 more to an administrator."
            }
            Self::NoRole => {
                "Your sign-in service knows you, but none of your groups there may use TLS Sunset. Ask an administrator of TLS \
                 Sunset which group you need."
            }
            Self::Disabled => "Your account is disabled here. Ask an administrator of TLS Sunset to enable it.",
            Self::NotSetUp => {
                "Nobody has begun with TLS Sunset yet, and that takes an administrator: ask somebody from their group to sign in first."
            }
            Self::TooOften => "Too many attempts from your address went wrong. Try again in a minute.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        for refusal in Refusal::ALL {
            assert_eq!(refusal.as_str().parse(), Ok(refusal));
            let words = refusal.words();
            assert!(["egin again", "Try again", "Ask", "ask"].iter().any(|what| words.contains(what)), "{words}");
            assert!(words.ends_with('.'), "{words}");
        }
    }
}
