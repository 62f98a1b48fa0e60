//! What a CloudTrail record says about a call: the rules of `design.md` §5, on top of the record contents page.

use super::{
    field::Field,
    fields::{Fields, Shown},
    text::Text,
    time, tls,
};
use crate::tally::Tls;
use app::model::tls::UnknownReason;

/// One call, as its record spells it.
#[derive(Debug)]
pub(crate) struct Call<'w> {
    /// Seconds since 1970.
    pub(crate) time: u32,
    pub(crate) tls: Tls,
    /// 12 digits, or empty.
    pub(crate) account: Text<'w>,
    pub(crate) region: Text<'w>,
    /// As in `s3.amazonaws.com`.
    pub(crate) source: Text<'w>,
    /// `sharedEventID`, else the `eventID` of the event that the record repeats with other data, else its own.
    pub(crate) identity: Option<Text<'w>>,
}

/// Why a record is no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotARecord,
    Insight,
    NoTime,
    NoSource,
}

impl Refusal {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NotARecord => "not a CloudTrail record: it has neither eventTime nor eventSource",
            Self::Insight => "a CloudTrail Insights record, not a call",
            Self::NoTime => "no readable eventTime between 2006 and 2099, like 2023-06-28T09:00:00Z",
            Self::NoSource => "no eventSource, like s3.amazonaws.com",
        }
    }
}

impl<'w> Call<'w> {
    pub(crate) fn of(fields: &Fields<'w>) -> Result<Self, Refusal> {
        if !fields.is_record() {
            return Err(Refusal::NotARecord);
        }
        if fields.get(Field::EventType).is_some_and(|t| t.is(b"AwsCloudTrailInsight")) {
            return Err(Refusal::Insight);
        }
        let time = fields.get(Field::EventTime).and_then(|text| time::parse(&text.bytes())).ok_or(Refusal::NoTime)?;
        let source = fields.get(Field::EventSource).filter(|text| has_service(*text)).ok_or(Refusal::NoSource)?;
        let id = |field| fields.get(field).filter(|text| !text.is_empty());
        Ok(Self {
            time,
            tls: tls(fields),
            account: account(fields),
            region: fields.get(Field::Region).unwrap_or_default(),
            source,
            identity: id(Field::SharedEventId).or_else(|| id(Field::OriginalEventId)).or_else(|| id(Field::EventId)),
        })
    }
}

/// The event source without `.amazonaws.com`.
pub(crate) fn service(source: &str) -> &str {
    source.strip_suffix(".amazonaws.com").unwrap_or(source)
}

fn has_service(source: Text<'_>) -> bool {
    !matches!(source.bytes().as_ref(), b"" | b".amazonaws.com")
}

/// Who called, if that is an account; otherwise whose trail recorded it.
fn account<'w>(fields: &Fields<'w>) -> Text<'w> {
    let account = |field| fields.get(field).filter(|text| is_account(&text.bytes()));
    account(Field::Account).or_else(|| account(Field::Recipient)).unwrap_or_default()
}

fn is_account(text: &[u8]) -> bool {
    text.len() == 12 && text.iter().all(u8::is_ascii_digit)
}

fn tls(fields: &Fields<'_>) -> Tls {
    let placeholder = Tls::Unknown(UnknownReason::Placeholder);
    let unrecognised = Tls::Unknown(UnknownReason::Unrecognised);
    match (fields.tls_details, fields.tls_version) {
        (Shown::Object, Shown::Text(label)) => tls::parse(&label.bytes()),
        (Shown::Absent, _) => Tls::Unknown(why_absent(fields)),
        (Shown::Null, _) | (Shown::Object, Shown::Absent | Shown::Null) => placeholder,
        (Shown::Text(text), _) if tls::parse(&text.bytes()) == placeholder => placeholder,
        _ => unrecognised,
    }
}

/// The most specific reason first (user guide, "CloudTrail record contents", `tlsDetails`).
fn why_absent(fields: &Fields<'_>) -> UnknownReason {
    let is = |field, text: &[u8]| fields.get(field).is_some_and(|value| value.is(text));
    if is(Field::EventType, b"AwsServiceEvent") {
        UnknownReason::ServiceEvent
    } else if fields.get(Field::InvokedBy).is_some_and(|by| !by.is_empty()) || is(Field::IdentityType, b"AWSService") {
        UnknownReason::OnBehalf
    } else if is(Field::FromConsole, b"true") {
        UnknownReason::Console
    } else if fields.get(Field::EventVersion).is_some_and(|version| is_before_tls_details(&version.bytes())) {
        UnknownReason::OldRecord
    } else {
        UnknownReason::Unreported
    }
}

/// `tlsDetails` came with version 1.08. The minor version is a number: 1.10 is newer.
fn is_before_tls_details(version: &[u8]) -> bool {
    let minor = version.strip_prefix(b"1.").and_then(|minor| std::str::from_utf8(minor).ok());
    minor.and_then(|minor| minor.parse().ok()).is_some_and(|minor: u32| minor < 8)
}

/// What identifies who called: the role rather than its session, else the identity's own ARN, else what there is.
pub(crate) fn principal<'w>(fields: &Fields<'w>) -> Text<'w> {
    let text = |field| fields.get(field).filter(|text| !text.is_empty());
    let is_role = text(Field::IdentityType).is_some_and(|kind| kind.is(b"AssumedRole"));
    let role = if is_role { text(Field::IssuerArn) } else { None };
    let anonymous = text(Field::Account).filter(|account| account.is(b"anonymous"));
    role.or_else(|| text(Field::Arn))
        .or_else(|| text(Field::InvokedBy))
        .or_else(|| text(Field::PrincipalId))
        .or(anonymous)
        .or_else(|| text(Field::IdentityType))
        .unwrap_or_default()
}
