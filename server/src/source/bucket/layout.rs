//! CloudTrail's keys: `[…/]AWSLogs/[o-…/]<account>/CloudTrail/<region>/YYYY/MM/DD/<file>`.

use app::model::source::BucketChoice;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a key says about the log file under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged<'a> {
    /// Up to the region and its slash.
    pub trail: &'a str,
    pub organization: Option<&'a str>,
    pub account: &'a str,
    pub region: &'a str,
    /// The day of the key; calls in the file are mostly of it.
    pub day: NaiveDate,
    pub file: &'a str,
}

/// Why a key is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Other {
    Digest,
    Insight,
    /// Results of CloudTrail Lake queries.
    Lake,
    /// Logs of another service, such as load balancers.
    Service,
    /// A marker of a folder.
    Folder,
    Unknown,
}

impl Other {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Digest => "digests of CloudTrail (they hold no calls)",
            Self::Insight => "CloudTrail Insights (they hold no calls)",
            Self::Lake => "results of CloudTrail Lake queries",
            Self::Service => "logs of other services",
            Self::Folder => "markers of folders",
            Self::Unknown => "keys that are not CloudTrail's",
        }
    }

    /// Of the folder's name below an account.
    pub(super) fn of_folder(name: &str) -> Self {
        match name {
            "CloudTrail-Digest" => Self::Digest,
            "CloudTrail-Insight" => Self::Insight,
            "CloudTrail-Lake" => Self::Lake,
            _ => Self::Service,
        }
    }
}

/// Reads a key.
///
/// # Errors
/// When it is not that of a CloudTrail log file, with what it is.
pub fn parse(key: &str) -> Result<Logged<'_>, Other> {
    if key.ends_with('/') {
        return Err(Other::Folder);
    }
    let start = after_logs(key).ok_or(Other::Unknown)?;
    let mut parts = key[start..].split('/');
    let mut next = || parts.next().ok_or(Other::Unknown);
    let first = next()?;
    let (organization, account) = if is_organization(first) { (Some(first), next()?) } else { (None, first) };
    if !is_account(account) {
        return Err(Other::Unknown);
    }
    let kind = next()?;
    if kind != "CloudTrail" {
        return Err(Other::of_folder(kind));
    }
    let (region, year, month, day, file) = (next()?, next()?, next()?, next()?, next()?);
    let day = day_of(year, month, day).ok_or(Other::Unknown)?;
    // What follows the region is of known length: /YYYY/MM/DD/file.
    let trail = key.len().checked_sub("YYYY/MM/DD/".len() + file.len()).and_then(|end| key.get(..end));
    match trail {
        Some(trail) if parts.next().is_none() && is_region(region) => {
            Ok(Logged { trail, organization, account, region, day, file })
        }
        _ => Err(Other::Unknown),
    }
}

impl Logged<'_> {
    /// Whether it is wanted.
    #[must_use]
    pub fn is_chosen(&self, choice: &BucketChoice) -> bool {
        choice.has_trail(self.account, self.region) && choice.has_day(self.day)
    }

    /// When CloudTrail delivered the file, by its name.
    #[must_use]
    pub fn delivered(&self) -> Option<DateTime<Utc>> {
        let stamp = self.file.split('_').nth(3)?;
        NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H%MZ").ok().map(|time| time.and_utc())
    }
}

/// Where the part of a key begins that CloudTrail lays out: behind the last `AWSLogs/`.
pub(super) fn after_logs(key: &str) -> Option<usize> {
    const LOGS: &str = "AWSLogs/";
    let found = key.rmatch_indices(LOGS).find(|(at, _)| *at == 0 || key.as_bytes()[at - 1] == b'/');
    found.map(|(at, _)| at + LOGS.len())
}

pub(super) fn is_organization(part: &str) -> bool {
    part.strip_prefix("o-").is_some_and(|id| id.bytes().all(|b| b.is_ascii_alphanumeric()))
}

pub(super) fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_region(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn day_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let is_number = |part: &str, digits| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
    if !(is_number(year, 4) && is_number(month, 2) && is_number(day, 2)) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "111122223333_CloudTrail_eu-west-1_20230628T0905Z_0123456789abcdef.json.gz";

    #[test]
    fn keys_say_whose_log_it_is() {
        let key = format!("a b/AWSLogs/o-abc123/111122223333/CloudTrail/eu-west-1/2023/06/28/{FILE}");
        let logged = parse(&key).expect("a log");
        assert_eq!(logged.trail, "a b/AWSLogs/o-abc123/111122223333/CloudTrail/eu-west-1/");
        assert_eq!(
            (logged.organization, logged.account, logged.region),
            (Some("o-abc123"), "111122223333", "eu-west-1")
        );
        assert_eq!(logged.day.to_string(), "2023-06-28");
        assert_eq!(logged.delivered().map(|time| time.to_string()).as_deref(), Some("2023-06-28 09:05:00 UTC"));
        let plain = parse("AWSLogs/111122223333/CloudTrail/us-gov-west-1/2023/06/28/ü.json.gz").expect("a log");
        assert_eq!((plain.organization, plain.region, plain.delivered()), (None, "us-gov-west-1", None));
    }

    #[test]
    fn other_keys_are_told_apart() {
        let below = |rest: &str| format!("AWSLogs/111122223333/{rest}");
        for (key, other) in [
            (below("CloudTrail-Digest/eu-west-1/2023/06/28/x.json.gz"), Other::Digest),
            (below("CloudTrail-Insight/eu-west-1/2023/06/28/x.json.gz"), Other::Insight),
            (below("CloudTrail-Lake/Query/2023/06/28/id/result_1.csv.gz"), Other::Lake),
            (below("elasticloadbalancing/eu-west-1/2023/06/28/x.log.gz"), Other::Service),
            (below("CloudTrail/eu-west-1/"), Other::Folder),
            (below("CloudTrail/eu-west-1/2023/13/28/x.json.gz"), Other::Unknown),
            (below("CloudTrail/eu-west-1/2023/06/x.json.gz"), Other::Unknown),
            (below("CloudTrail/eu-west-1/2023/06/28/x/y.json.gz"), Other::Unknown),
            (below("CloudTrail/eu-west-1/+023/06/28/x.json.gz"), Other::Unknown),
            ("notAWSLogs/111122223333/CloudTrail/eu-west-1/2023/06/28/x.json.gz".to_owned(), Other::Unknown),
            ("AWSLogs/1/CloudTrail/eu-west-1/2023/06/28/x.json.gz".to_owned(), Other::Unknown),
            ("x.json.gz".to_owned(), Other::Unknown),
            (String::new(), Other::Unknown),
        ] {
            assert_eq!(parse(&key), Err(other), "{key}");
        }
    }
}
