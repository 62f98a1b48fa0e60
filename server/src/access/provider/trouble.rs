//! Why somebody does not come in: what they are told, and what the log says. Never a code, a token or a secret.

use app::model::provider::Refusal;

/// Longest text of the provider's that is kept.
const LONGEST: usize = 300;

#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) refusal: Refusal,
    pub(crate) why: String,
}

impl Trouble {
    pub(crate) fn new(refusal: Refusal, why: impl Into<String>) -> Self {
        let why: String = why.into();
        let clean = why.chars().map(|c| if c.is_control() { ' ' } else { c });
        Self { refusal, why: clean.take(LONGEST).collect() }
    }

    /// The provider does not answer as it should.
    pub(crate) fn away(why: impl Into<String>) -> Self {
        Self::new(Refusal::Away, why)
    }

    /// What it says of somebody does not hold.
    pub(crate) fn unproven(why: impl Into<String>) -> Self {
        Self::new(Refusal::Unproven, why)
    }

    pub(crate) fn broken(error: impl std::error::Error) -> Self {
        Self::away(chain(&error))
    }
}

/// An error with its causes. Those of `openidconnect` name no bodies.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
