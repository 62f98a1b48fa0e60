//! What a record means, written down a second time as plainly as possible, on top of `serde_json::Value`.

use app::model::tls::{TlsVersion, UnknownReason};
use chrono::DateTime;
use serde_json::Value;
use server::tally::{Detail, Part, Tls};
use siphasher::sip::SipHasher13;

/// A call as a tally tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call {
    /// Seconds; of calls without an identity only the hour.
    pub(crate) time: u32,
    pub(crate) identity: Option<u64>,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) tls: i16,
    pub(crate) caller: Option<[String; 3]>,
}

/// The call of one record; `None` where it is skipped.
pub(crate) fn call(record: &Value, detail: Detail) -> Option<Call> {
    let mut unwrapped = record.clone();
    if !is_record(record) {
        if record["detail"].is_object() {
            unwrapped = record["detail"].clone();
        } else if let Some(text) = record["CloudTrailEvent"].as_str().or_else(|| record["message"].as_str()) {
            unwrapped = serde_json::from_str(text).ok()?;
        }
    }
    let record = &unwrapped;
    if record["eventType"] == "AwsCloudTrailInsight" {
        return None;
    }
    let time = time(record["eventTime"].as_str()?)?;
    let service = readable(record["eventSource"].as_str()?, 255);
    let service = service.strip_suffix(".amazonaws.com").unwrap_or(&service).to_owned();
    let tls = tls(record);
    let identities = [&record["sharedEventID"], &record["addendum"]["originalEventID"], &record["eventID"]];
    let identity = identities.iter().find_map(|id| id.as_str().filter(|id| !id.is_empty()));
    (!service.is_empty()).then(|| Call {
        time: if identity.is_some() { time } else { time / 3600 * 3600 },
        identity: identity
            .map(|id| SipHasher13::new_with_keys(0x746C_732D_7375_6E73, 0x6574_2D63_616C_6C73).hash(id.as_bytes())),
        account: account(record),
        region: readable(record["awsRegion"].as_str().unwrap_or_default(), 255),
        service,
        tls: tls.code(),
        caller: keeps_caller(detail, tls).then(|| caller(record)),
    })
}

fn is_record(record: &Value) -> bool {
    record["eventTime"].is_string() || record["eventSource"].is_string()
}

fn keeps_caller(detail: Detail, tls: Tls) -> bool {
    match detail {
        Detail::None => false,
        Detail::Below(minimum) => tls.version().is_below(minimum),
        Detail::All => true,
    }
}

fn time(text: &str) -> Option<u32> {
    let seconds = DateTime::parse_from_rfc3339(text).ok()?.timestamp();
    let years = 1_136_073_600..4_102_444_800;
    years.contains(&seconds).then(|| u32::try_from(seconds).unwrap())
}

fn account(record: &Value) -> String {
    let candidates = [&record["userIdentity"]["accountId"], &record["recipientAccountId"]];
    let is_account = |id: &&str| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
    candidates.iter().find_map(|id| id.as_str().filter(is_account)).unwrap_or_default().to_owned()
}

fn tls(record: &Value) -> Tls {
    let known = |label: &str| {
        let label = label.trim_ascii().to_ascii_lowercase();
        let number = label.get(3..).unwrap_or_default().trim_ascii_start();
        let number = number.strip_prefix('v').unwrap_or(number).trim_ascii_start();
        match (label.get(..3), number) {
            _ if label.is_empty() || label == "-" => Tls::Unknown(UnknownReason::Placeholder),
            (Some("ssl"), "3" | "3.0" | "30") => Tls::Known(TlsVersion::Ssl3),
            (Some("tls"), "1" | "1.0" | "10") => Tls::Known(TlsVersion::Tls10),
            (Some("tls"), "1.1" | "11") => Tls::Known(TlsVersion::Tls11),
            (Some("tls"), "1.2" | "12") => Tls::Known(TlsVersion::Tls12),
            (Some("tls"), "1.3" | "13") => Tls::Known(TlsVersion::Tls13),
            _ => Tls::Unknown(UnknownReason::Unrecognised),
        }
    };
    match record.get("tlsDetails") {
        None => Tls::Unknown(why_absent(record)),
        Some(Value::Object(details)) => match details.get("tlsVersion") {
            None | Some(Value::Null) => Tls::Unknown(UnknownReason::Placeholder),
            Some(Value::String(label)) => known(label),
            Some(_) => Tls::Unknown(UnknownReason::Unrecognised),
        },
        Some(Value::Null) => Tls::Unknown(UnknownReason::Placeholder),
        Some(Value::String(text)) if known(text) == known("-") => known("-"),
        Some(_) => Tls::Unknown(UnknownReason::Unrecognised),
    }
}

fn why_absent(record: &Value) -> UnknownReason {
    let identity = &record["userIdentity"];
    let minor =
        record["eventVersion"].as_str().and_then(|v| v.strip_prefix("1.")).and_then(|minor| minor.parse::<u32>().ok());
    let from_console = &record["sessionCredentialFromConsole"];
    match () {
        () if record["eventType"] == "AwsServiceEvent" => UnknownReason::ServiceEvent,
        () if identity["invokedBy"].as_str().is_some_and(|by| !by.is_empty()) => UnknownReason::OnBehalf,
        () if identity["type"] == "AWSService" => UnknownReason::OnBehalf,
        () if from_console == "true" || from_console == true => UnknownReason::Console,
        () if minor.is_some_and(|minor| minor < 8) => UnknownReason::OldRecord,
        () => UnknownReason::Unreported,
    }
}

fn caller(record: &Value) -> [String; 3] {
    let identity = &record["userIdentity"];
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let is_role = identity["type"] == "AssumedRole";
    let role = if is_role { text(&identity["sessionContext"]["sessionIssuer"]["arn"]) } else { None };
    let anonymous = if identity["accountId"] == "anonymous" { Some("anonymous".to_owned()) } else { None };
    let principal = role
        .or_else(|| text(&identity["arn"]))
        .or_else(|| text(&identity["invokedBy"]))
        .or_else(|| text(&identity["principalId"]))
        .or(anonymous)
        .or_else(|| text(&identity["type"]))
        .unwrap_or_default();
    let agent = record["userAgent"].as_str().unwrap_or_default();
    let agent = agent.strip_prefix('[').and_then(|agent| agent.strip_suffix(']')).unwrap_or(agent);
    let address = record["sourceIPAddress"].as_str().unwrap_or_default();
    [readable(&principal, 2048), readable(agent, 1024), readable(address, 255)]
}

fn readable(text: &str, limit: usize) -> String {
    let text = text.replace('\0', "\u{FFFD}");
    let end = (0..=limit.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap();
    text[..end].to_owned()
}

/// The calls of a file's parts, sorted.
pub(crate) fn calls(parts: &[Part]) -> Vec<Call> {
    let mut calls = Vec::new();
    for part in parts {
        let call = |key: u32, time, identity| {
            let key = &part.tally.keys[key as usize];
            Call {
                time,
                identity,
                account: key.account.to_string(),
                region: key.region.to_string(),
                service: key.service.to_string(),
                tls: key.tls.code(),
                caller: key
                    .caller
                    .as_ref()
                    .map(|c| [&c.principal, &c.user_agent, &c.source_address].map(ToString::to_string)),
            }
        };
        calls.extend(part.tally.calls.iter().map(|c| call(c.key, c.time, Some(c.identity))));
        for plain in &part.tally.plain {
            calls.extend((0..plain.calls).map(|_| call(plain.key, plain.hour * 3600, None)));
        }
    }
    calls.sort();
    calls
}
