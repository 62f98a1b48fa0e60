//! Which trails lie under a prefix: one per account and region.

use crate::source::bucket::{
    Bucket, Trouble,
    layout::{self, Other},
};
use app::model::source::BucketChoice;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Requests at once.
pub(super) const AT_ONCE: usize = 16;

/// Folders above `AWSLogs/` that are looked into.
const DEPTH: usize = 4;

/// One account's log files of one region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trail {
    /// What its keys begin with: `…/CloudTrail/<region>/`.
    pub folder: String,
    pub organization: Option<String>,
    pub account: String,
    pub region: String,
}

/// What was found under a prefix.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trails {
    pub found: Vec<Trail>,
    /// Folders of other layouts.
    pub others: BTreeMap<Other, u64>,
    /// Folders that could not be listed; the rest is found all the same.
    pub troubles: Vec<Trouble>,
    /// Folders that were not looked into, because the requests did not suffice or they lie too deep.
    pub unseen: Vec<String>,
    /// By how much there are more folders of their kind than were looked into.
    pub scale: f64,
}

impl Trail {
    /// What the keys of a month begin with.
    #[must_use]
    pub fn month(&self, day: NaiveDate) -> String {
        format!("{}{:04}/{:02}/", self.folder, day.year(), day.month())
    }

    /// What the keys of a day begin with.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> String {
        format!("{}{:02}/", self.month(day), day.day())
    }

    /// A key that comes before all that are delivered from this minute on, and after the earlier ones.
    #[must_use]
    pub fn since(&self, time: DateTime<Utc>) -> String {
        let (day, minute) = (self.day(time.date_naive()), time.format("%Y%m%dT%H%M"));
        format!("{day}{}_CloudTrail_{}_{minute}", self.account, self.region)
    }
}

/// The narrower of a place's prefix and a folder; nothing when they lie apart.
#[must_use]
pub fn within<'a>(prefix: &'a str, folder: &'a str) -> Option<&'a str> {
    if folder.starts_with(prefix) { Some(folder) } else { prefix.starts_with(folder).then_some(prefix) }
}

/// Finds the trails of the bucket's place that are chosen, by at most `requests` listings of folders.
///
/// # Errors
/// When not even the prefix itself can be listed.
pub async fn trails(bucket: &Bucket, choice: &BucketChoice, requests: usize) -> Result<Trails, Trouble> {
    let prefix = bucket.place.prefix.as_str();
    let mut trails = Trails { scale: 1.0, ..Trails::default() };
    let complete = &prefix[..prefix.rfind('/').map_or(0, |slash| slash + 1)];
    // A prefix may end within a trail, or within a name.
    let mut level = match step(complete, choice) {
        Step::Trail(trail) => {
            trails.found.push(trail);
            Vec::new()
        }
        Step::Other(other) => {
            trails.others.insert(other, 1);
            Vec::new()
        }
        Step::Into | Step::Unwanted => vec![prefix.to_owned()],
    };
    let (mut left, mut depth) = (requests, 0);
    while !level.is_empty() {
        if level.len() * 2 > left {
            // Too many to look into each account first for other layouts.
            level
                .iter_mut()
                .filter(|folder| account(folder).is_some())
                .for_each(|folder| folder.push_str("CloudTrail/"));
        }
        trails.scale *= level.len() as f64 / level.len().min(left).max(1) as f64;
        trails.unseen.extend(level.split_off(level.len().min(left)));
        left -= level.len();
        let is_first = level == [prefix];
        let listings = stream::iter(level).map(|folder| async move { bucket.folders(&folder).await });
        let listings: Vec<_> = listings.buffered(AT_ONCE).collect().await;
        level = Vec::new();
        for listing in listings {
            match listing {
                Ok(folders) => folders.into_iter().for_each(|folder| trails.sort(folder, choice, depth, &mut level)),
                Err(trouble) if is_first || trouble.is_of_bucket() => return Err(trouble),
                Err(trouble) => trails.troubles.push(trouble),
            }
        }
        depth += 1;
    }
    trails.found.sort();
    trails.found.dedup();
    Ok(trails)
}

impl Trails {
    fn sort(&mut self, folder: String, choice: &BucketChoice, depth: usize, next: &mut Vec<String>) {
        match step(&folder, choice) {
            Step::Trail(trail) => self.found.push(trail),
            Step::Other(other) => *self.others.entry(other).or_default() += 1,
            Step::Into if depth >= DEPTH && layout::after_logs(&folder).is_none() => self.unseen.push(folder),
            Step::Into => next.push(folder),
            Step::Unwanted => {}
        }
    }
}

/// The account whose folder it is, or in whose folder it lies.
pub(super) fn owner(folder: &str) -> Option<&str> {
    let parts = folder.get(layout::after_logs(folder)?..)?.split_terminator('/');
    parts.take(2).find(|part| layout::is_account(part))
}

/// The account whose folder it is.
fn account(folder: &str) -> Option<&str> {
    owner(folder).filter(|account| folder.strip_suffix('/').is_some_and(|folder| folder.ends_with(account)))
}

/// What a folder is.
enum Step {
    /// Trails may lie in it.
    Into,
    Trail(Trail),
    Other(Other),
    Unwanted,
}

fn step(folder: &str, choice: &BucketChoice) -> Step {
    let Some(start) = layout::after_logs(folder) else { return Step::Into };
    let parts: Vec<&str> = folder[start..].split_terminator('/').collect();
    let (organization, parts) = match parts.as_slice() {
        [first, rest @ ..] if layout::is_organization(first) => (Some((*first).to_owned()), rest),
        parts => (None, parts),
    };
    match parts {
        [] => Step::Into,
        [account, ..] if !layout::is_account(account) => Step::Other(Other::Unknown),
        [account, ..] if !choice.has_account(account) => Step::Unwanted,
        [_] | [_, "CloudTrail"] => Step::Into,
        [account, "CloudTrail", region, rest @ ..] if layout::is_region(region) => {
            if !choice.has_trail(account, region) {
                return Step::Unwanted;
            }
            let below: usize = rest.iter().map(|part| part.len() + 1).sum();
            Step::Trail(Trail {
                folder: folder[..folder.len() - below].to_owned(),
                organization,
                account: (*account).to_owned(),
                region: (*region).to_owned(),
            })
        }
        [_, "CloudTrail", ..] => Step::Other(Other::Unknown),
        [_, kind, ..] => Step::Other(Other::of_folder(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail() -> Trail {
        let folder = "AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2023/";
        let Step::Trail(trail) = step(folder, &BucketChoice::default()) else { panic!("a trail") };
        trail
    }

    #[test]
    fn keys_of_a_trail_sort_by_the_time_of_delivery() {
        let trail = trail();
        assert_eq!(trail.folder, "AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/");
        let since = trail.since("2023-06-28T09:05:00Z".parse().expect("a time"));
        let key =
            |time: &str| format!("{}2023/06/28/111122223333_CloudTrail_eu-west-1_{time}_abc.json.gz", trail.folder);
        assert!(since < key("20230628T0905Z") && since > key("20230628T0904Z") && since.starts_with(&trail.folder));
    }

    #[test]
    fn folders_have_owners() {
        assert_eq!(owner("x/AWSLogs/o-abc/111122223333/CloudTrail/"), Some("111122223333"));
        assert_eq!(account("AWSLogs/111122223333/"), Some("111122223333"));
        assert_eq!(account("AWSLogs/111122223333/CloudTrail/"), None);
        assert_eq!((owner("AWSLogs/o-abc/"), owner("x/")), (None, None));
    }

    #[test]
    fn a_prefix_and_a_folder_meet_or_lie_apart() {
        let month = trail().month("2023-06-28".parse().expect("a day"));
        assert_eq!(within("AWSLogs/", &month), Some(month.as_str()));
        let narrow = format!("{month}28/");
        assert_eq!(within(&narrow, &month), Some(narrow.as_str()));
        assert_eq!(within("AWSLogs/o-abc/444455556666/", &month), None);
    }
}
