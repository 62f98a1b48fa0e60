//! TLS versions, and why a call's version may be unknown.

use super::text::text_enum;
use serde::{Deserialize, Serialize};

/// The TLS version of a call. One text form everywhere: column, URL, JSON, CSS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum TlsVersion {
    Ssl3,
    Tls10,
    Tls11,
    Tls12,
    Tls13,
    /// Plain HTTP: no TLS at all.
    None,
    /// The record does not say, see [`UnknownReason`]. Never counted as modern.
    Unknown,
}

text_enum!(TlsVersion, "a TLS version", {
    Ssl3 = "ssl3", Tls10 = "1.0", Tls11 = "1.1", Tls12 = "1.2", Tls13 = "1.3", None = "none", Unknown = "unknown",
});

impl TlsVersion {
    /// Whether a rule "at least `minimum`" forbids this version. Plain HTTP and unknown are never "below":
    /// they are shown on their own.
    pub fn is_below(self, minimum: Self) -> bool {
        self < minimum && self < Self::None
    }
}

impl From<TlsVersion> for &'static str {
    fn from(version: TlsVersion) -> Self {
        version.as_str()
    }
}

impl TryFrom<String> for TlsVersion {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Why the TLS version of a call is unknown
/// (CloudTrail user guide, "Viewing TLS details", and the `tlsDetails` row of the record contents page).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// An AWS service made the call on somebody's behalf (`userIdentity.invokedBy`).
    OnBehalf,
    /// Made in the console, which proxies the call (`sessionCredentialFromConsole`).
    Console,
    /// Not an API call of a client (`eventType` `AwsServiceEvent`).
    ServiceEvent,
    /// The record is older than `tlsDetails` (`eventVersion` below 1.08).
    OldRecord,
    /// The field is there, but null, empty or `-`.
    Placeholder,
    /// The label is none that we know; it is never guessed.
    Unrecognised,
    /// The service does not report TLS details.
    Unreported,
}

text_enum!(UnknownReason, "a reason", {
    OnBehalf = "on_behalf", Console = "console", ServiceEvent = "service_event", OldRecord = "old_record",
    Placeholder = "placeholder", Unrecognised = "unrecognised", Unreported = "unreported",
});

impl UnknownReason {
    /// Whether a client made the call, so that its version may well be a deprecated one; AWS itself made the others.
    pub const fn is_clients(self) -> bool {
        !matches!(self, Self::OnBehalf | Self::Console | Self::ServiceEvent)
    }

    /// What a page says.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OnBehalf => "made by an AWS service on somebody's behalf",
            Self::Console => "made in the AWS console",
            Self::ServiceEvent => "a service event, not a client's call",
            Self::OldRecord => "recorded before CloudTrail had TLS details",
            Self::Placeholder => "TLS version left empty",
            Self::Unrecognised => "TLS version label not recognised",
            Self::Unreported => "the service reports no TLS details",
        }
    }
}
