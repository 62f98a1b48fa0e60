//! CloudTrail files made up for tests.

use serde_json::{Value, json};

/// Records on one day, one per TLS version, an hour apart; `first` keeps the identities of several files apart.
pub(crate) fn trail(first: usize, versions: &[&str]) -> Vec<u8> {
    file(versions.iter().enumerate().map(|(i, version)| record(first + i, 1, i % 24, version)))
}

/// A week with two calls a day: a deprecated one of one caller, and a modern one.
pub(crate) fn week() -> Vec<u8> {
    let day = |day: usize| [record(day * 2, day, 8, "TLSv1.1"), record(day * 2 + 1, day, 9, "TLSv1.3")];
    file((1..=7).flat_map(day))
}

/// One deprecated call each of this many callers, within an hour.
pub(crate) fn callers(number: usize) -> Vec<u8> {
    file((0..number).map(|n| {
        let mut record = record(n, 1, 8, "TLSv1");
        record["sourceIPAddress"] = format!("10.0.{}.{}", n / 256, n % 256).into();
        record
    }))
}

fn file(records: impl Iterator<Item = Value>) -> Vec<u8> {
    serde_json::to_vec(&json!({ "Records": records.collect::<Vec<_>>() })).expect("JSON")
}

fn record(number: usize, day: usize, hour: usize, version: &str) -> Value {
    json!({
        "eventVersion": "1.08",
        "eventID": format!("00000000-0000-4000-8000-{number:012}"),
        "eventTime": format!("2023-06-{day:02}T{hour:02}:30:00Z"),
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "=cmd|' /C calc'!A0",
        "userIdentity": { "type": "IAMUser", "accountId": "111122223333", "arn": "arn:aws:iam::111122223333:user/ann" },
        "recipientAccountId": "111122223333",
        "tlsDetails": { "tlsVersion": version },
    })
}
