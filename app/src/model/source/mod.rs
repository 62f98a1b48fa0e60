//! Buckets: log files that are found by listing, read where they lie, and followed.

mod choice;
mod place;

pub use choice::BucketChoice;
pub use place::{BucketPlace, WrongPlace};

use super::{
    report::{FileReport, UploadState},
    tls::UnknownReason,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a look into a bucket found. Numbers of objects, bytes and requests are estimates for what is chosen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BucketCheck {
    pub organizations: BTreeSet<String>,
    pub accounts: BTreeSet<String>,
    pub regions: BTreeSet<String>,
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub objects: i64,
    pub bytes: i64,
    pub list_requests: i64,
    /// What is there besides and is not read, in words, with how many folders of it.
    pub others: Vec<(String, i64)>,
    /// What is wrong and what to do.
    pub troubles: Vec<String>,
    /// Only some accounts and regions were looked into; numbers are carried over to all.
    pub is_extrapolated: bool,
    /// The IAM policy that whoever reads it needs.
    pub policy: String,
}

/// A connected bucket and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// Of the upload that holds what it added.
    pub id: i64,
    pub place: BucketPlace,
    /// Of the last backfill; accounts and regions are followed as well.
    pub choice: BucketChoice,
    /// Queued: nothing was asked for yet. Reading: something waits to be listed or read. Done: all that was asked for is read.
    pub state: UploadState,
    pub is_paused: bool,
    pub is_followed: bool,
    /// Seconds between looks for new objects.
    pub follow_every: i32,
    /// When it was last looked for new objects to its end, and when it will be again.
    pub looked: Option<DateTime<Utc>>,
    pub next_look: Option<DateTime<Utc>>,
    /// What tells of new objects, so that nobody has to look for them.
    pub queue: Option<BucketQueue>,
    /// What keeps all of it from being read, and what to do; empty when nothing does.
    pub trouble: String,
    pub created: DateTime<Utc>,
    pub progress: BucketProgress,
    pub calls_counted: i64,
    pub calls_already_counted: i64,
    pub calls_unknown: i64,
    pub records_skipped: i64,
}

/// A queue (SQS) that tells of a bucket's new objects, while the bucket is followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketQueue {
    pub url: String,
    /// When it began to answer; absent while it does not.
    pub since: Option<DateTime<Utc>>,
    /// When it last did.
    pub answered: Option<DateTime<Utc>>,
    /// When it last told of an object.
    pub told_at: Option<DateTime<Utc>>,
    /// Objects that no listing had found before.
    pub told: i64,
    /// Messages that are not about this bucket. They are left in the queue.
    pub others: i64,
    /// What keeps it from being listened to, and what to do; empty when nothing does.
    pub trouble: String,
    /// It answers, and has told of something within a day: the bucket is listed once a day only.
    pub is_relied_on: bool,
}

/// Objects of a bucket, and how fast they are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct BucketProgress {
    /// Parts (a month of an account and region) that are still to be listed: more objects may be found.
    pub listings_left: i64,
    pub listed: i64,
    pub waiting: i64,
    /// Read to the end, whatever came of it.
    pub read: i64,
    /// Of these, could not be had or read, or broke off.
    pub failed: i64,
    /// Bytes in the bucket, of the listed objects.
    pub bytes: i64,
    pub bytes_read: i64,
    /// Over the last minute or so; absent while nothing is read.
    pub bytes_per_second: Option<f64>,
    /// For what is listed.
    pub seconds_left: Option<i64>,
}

/// A bucket with its report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BucketReport {
    #[serde(flatten)]
    pub bucket: Bucket,
    pub freshness: Vec<Freshness>,
    /// What could not be listed, and why.
    pub listings_failed: Vec<ListingFailed>,
    /// Objects with trouble, at most [`super::report::FILES_SHOWN`].
    pub files: Vec<FileReport>,
    /// What is there besides and is not read, in words, with how many.
    pub others: Vec<(String, i64)>,
    pub unknown: Vec<(UnknownReason, i64)>,
}

/// Up to when there are logs of one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    pub organization: Option<String>,
    pub account: String,
    pub region: String,
    /// When the newest object that was listed had been delivered.
    pub newest: Option<DateTime<Utc>>,
    /// When it was last looked for newer ones.
    pub looked: Option<DateTime<Utc>>,
}

/// A part of a bucket that could not be listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingFailed {
    pub prefix: String,
    pub reason: String,
}
