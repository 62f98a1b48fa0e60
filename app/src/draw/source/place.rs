//! A bucket in words.

use crate::{
    model::{
        report::UploadState,
        source::{Bucket, BucketChoice, BucketPlace},
    },
    part::show,
};
use chrono::{DateTime, Timelike, Utc};

/// How it is entered, where that is not plain.
pub(super) fn entered(place: &BucketPlace) -> Vec<String> {
    let role = place.role_arn.iter().map(|role| match &place.external_id {
        Some(_) => format!("as {role}, with an external id"),
        None => format!("as {role}"),
    });
    let endpoint = place.endpoint.iter().map(|endpoint| format!("at {endpoint}"));
    let pays = place.requester_pays.then(|| "the reader pays".to_owned());
    endpoint.chain(role).chain(pays).collect()
}

/// Its state as a tag says it: the word, and the colour's name.
pub(super) fn state(bucket: &Bucket) -> (&'static str, &'static str) {
    match bucket.state {
        UploadState::Reading if bucket.is_paused => ("paused", "cancelled"),
        UploadState::Reading if !bucket.trouble.is_empty() => ("in trouble", "failed"),
        UploadState::Reading => ("reading", "reading"),
        _ if bucket.is_followed && bucket.is_paused => ("paused", "cancelled"),
        _ if bucket.is_followed && !bucket.trouble.is_empty() => ("in trouble", "failed"),
        _ if bucket.is_followed => ("following", "done"),
        UploadState::Receiving | UploadState::Queued => ("connected", "queued"),
        UploadState::Done => ("read", "done"),
        UploadState::Failed => ("failed", "failed"),
        UploadState::Cancelled => ("stopped", "cancelled"),
    }
}

/// What was asked for: "1 Jan 2026 to 31 Mar 2026, 2 accounts, all regions".
pub(super) fn choice(choice: &BucketChoice) -> String {
    let days = match (choice.from, choice.to) {
        (None, None) => "all days".to_owned(),
        (Some(from), None) => format!("from {} on", show::day(from)),
        (None, Some(to)) => format!("up to {}", show::day(to)),
        (Some(from), Some(to)) => format!("{} to {}", show::day(from), show::day(to)),
    };
    let some = |chosen: &[String], noun: &str| match chosen {
        [] => format!("all {noun}s"),
        [one] => format!("{noun} {one}"),
        many => show::plural(many.len() as i64, noun),
    };
    format!("{days}, {}, {}", some(&choice.accounts, "account"), some(&choice.regions, "region"))
}

/// "every 5 minutes"
pub(super) fn every(seconds: i32) -> String {
    match seconds {
        60 => "every minute".into(),
        3600 => "every hour".into(),
        n if n % 3600 == 0 => format!("every {} hours", n / 3600),
        n if n % 60 == 0 => format!("every {} minutes", n / 60),
        n => format!("every {n} seconds"),
    }
}

/// `11:55 UTC` of today, `28 Jun 2023, 11:55 UTC` otherwise.
pub(crate) fn until(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if time.date_naive() == now.date_naive() {
        format!("{:02}:{:02} UTC", time.hour(), time.minute())
    } else {
        show::moment(time)
    }
}
