//! How fresh logs are: up to when there are some, which are late, and where those of a view came from.

use super::source::{Bucket, Freshness};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// CloudTrail delivers within minutes; an hour without anything new is worth a look.
const LATE: TimeDelta = TimeDelta::hours(1);

/// As in coverage: regions that nobody uses write no logs.
const SILENT: TimeDelta = TimeDelta::days(14);

/// How an account and region of a bucket that is followed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Fresh,
    /// Its newest log is older than an hour and than three looks for new ones.
    Late,
    /// There was none for 14 days, while other regions of the account had some.
    Silent,
    /// None was found yet.
    Empty,
}

impl Standing {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Late => "late",
            Self::Silent => "silent",
            Self::Empty => "no log yet",
        }
    }
}

/// From this age on the newest log is late.
fn late_after(bucket: &Bucket) -> TimeDelta {
    LATE.max(TimeDelta::seconds(3 * i64::from(bucket.follow_every)))
}

/// Each account and region with its standing, in the order given.
pub fn standings(bucket: &Bucket, freshness: &[Freshness], now: DateTime<Utc>) -> Vec<Standing> {
    let accounts = newest_by_account(freshness);
    let standing = |trail: &Freshness| {
        let Some(newest) = trail.newest else { return Standing::Empty };
        let age = now - newest;
        if age <= late_after(bucket) {
            Standing::Fresh
        } else if age > SILENT && accounts.get(trail.account.as_str()).is_some_and(|other| now - *other <= SILENT) {
            Standing::Silent
        } else {
            Standing::Late
        }
    };
    freshness.iter().map(standing).collect()
}

/// Accounts, and how many of them have nothing fresh in any region.
pub fn late_accounts(bucket: &Bucket, freshness: &[Freshness], now: DateTime<Utc>) -> (i64, i64) {
    let accounts = newest_by_account(freshness);
    let late = accounts.values().filter(|newest| now - **newest > late_after(bucket)).count();
    (accounts.len() as i64, late as i64)
}

fn newest_by_account(freshness: &[Freshness]) -> BTreeMap<&str, DateTime<Utc>> {
    let mut accounts = BTreeMap::new();
    for (account, newest) in freshness.iter().filter_map(|trail| Some((trail.account.as_str(), trail.newest?))) {
        let known = accounts.entry(account).or_insert(newest);
        *known = newest.max(*known);
    }
    accounts
}

/// Where the logs of a view came from, and up to when there are some.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// The newest log that a followed bucket delivered; without one, the end of the hour of the last call.
    pub until: Option<DateTime<Utc>>,
    /// Of buckets that are followed.
    pub accounts: i64,
    pub late: i64,
    /// Buckets that added calls within the view's range: number and name.
    pub buckets: Vec<(i64, String)>,
    /// Uploads that did, folders and demo data included.
    pub uploads: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        report::UploadState,
        source::{BucketChoice, BucketPlace, BucketProgress},
    };

    fn bucket(follow_every: i32) -> Bucket {
        Bucket {
            id: 1,
            place: BucketPlace::default(),
            choice: BucketChoice::default(),
            state: UploadState::Done,
            is_paused: false,
            is_followed: true,
            follow_every,
            looked: None,
            next_look: None,
            queue: None,
            trouble: String::new(),
            created: noon(),
            progress: BucketProgress::default(),
            calls_counted: 0,
            calls_already_counted: 0,
            calls_unknown: 0,
            records_skipped: 0,
        }
    }

    fn noon() -> DateTime<Utc> {
        "2026-06-30T12:00:00Z".parse().unwrap()
    }

    fn trail(account: &str, minutes: Option<i64>) -> Freshness {
        Freshness {
            organization: None,
            account: account.into(),
            region: "eu-west-1".into(),
            newest: minutes.map(|minutes| noon() - TimeDelta::minutes(minutes)),
            looked: Some(noon()),
        }
    }

    const DAY: i64 = 24 * 60;

    #[test]
    fn late_is_older_than_an_hour_and_than_three_looks() {
        let of = |every, minutes| standings(&bucket(every), &[trail("1", Some(minutes))], noon())[0];
        assert_eq!([of(300, 60), of(300, 61)], [Standing::Fresh, Standing::Late]);
        assert_eq!([of(3600, 180), of(3600, 181)], [Standing::Fresh, Standing::Late]);
    }

    #[test]
    fn a_region_is_silent_only_beside_others() {
        let alone = [trail("1", Some(20 * DAY))];
        assert_eq!(standings(&bucket(300), &alone, noon()), [Standing::Late], "the trail itself may have stopped");
        let beside = [trail("1", Some(20 * DAY)), trail("1", Some(5)), trail("2", Some(20 * DAY)), trail("3", None)];
        let stand = [Standing::Silent, Standing::Fresh, Standing::Late, Standing::Empty];
        assert_eq!(standings(&bucket(300), &beside, noon()), stand);
    }

    #[test]
    fn an_account_is_as_fresh_as_its_freshest_region() {
        let trails = [trail("1", Some(90)), trail("1", Some(5)), trail("2", Some(90)), trail("3", None)];
        assert_eq!(late_accounts(&bucket(300), &trails, noon()), (2, 1), "of one without any log nothing is known");
    }
}
