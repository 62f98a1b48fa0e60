//! What was found in a bucket, as it is kept and shown.

use crate::source::bucket::{Check, layout::Other};
use app::model::source::BucketCheck;
use std::collections::BTreeMap;

pub(super) fn check(check: Check, policy: String) -> BucketCheck {
    BucketCheck {
        organizations: check.organizations,
        accounts: check.accounts,
        regions: check.regions,
        first_day: check.first_day,
        last_day: check.last_day,
        objects: signed(check.objects),
        bytes: signed(check.bytes),
        list_requests: signed(check.list_requests),
        others: check.others.into_iter().map(|(other, n)| (other.words().to_owned(), signed(n))).collect(),
        troubles: check.troubles.into_iter().map(|trouble| trouble.words).collect(),
        is_extrapolated: check.is_extrapolated,
        policy,
    }
}

/// As they are kept, `{kind: number}`.
pub(super) fn others(others: &BTreeMap<Other, u64>) -> Vec<(String, i64)> {
    let name = |other: &Other| serde_json::to_value(other).ok().and_then(|name| name.as_str().map(str::to_owned));
    others.iter().filter_map(|(other, n)| Some((name(other)?, signed(*n)))).collect()
}

/// As they are shown.
pub(super) fn others_in_words(kept: serde_json::Value) -> Vec<(String, i64)> {
    let kept: BTreeMap<Other, i64> = serde_json::from_value(kept).unwrap_or_default();
    kept.into_iter().map(|(other, n)| (other.words().to_owned(), n)).collect()
}

pub(super) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
