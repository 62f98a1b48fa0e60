//! Between the words of pages and those of `source::bucket`.

use crate::source::bucket::{self, Check, Choice, Place, layout::Other};
use app::model::source::{BucketCheck, BucketChoice, BucketPlace};
use std::collections::BTreeMap;

pub(super) fn place(place: &BucketPlace) -> Place {
    let named = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    Place {
        bucket: place.bucket.clone(),
        prefix: place.prefix.clone(),
        region: place.region.clone(),
        role_arn: named(&place.role_arn),
        external_id: named(&place.external_id),
        endpoint: named(&place.endpoint),
        requester_pays: place.requester_pays,
    }
}

impl From<Place> for BucketPlace {
    fn from(place: Place) -> Self {
        let Place { bucket, prefix, region, role_arn, external_id, endpoint, requester_pays } = place;
        Self { bucket, prefix, region, role_arn, external_id, endpoint, requester_pays }
    }
}

impl From<Choice> for BucketChoice {
    fn from(choice: Choice) -> Self {
        let Choice { accounts, regions, from, to } = choice;
        Self { accounts, regions, from, to }
    }
}

pub(super) fn choice(choice: &BucketChoice) -> Choice {
    let BucketChoice { accounts, regions, from, to } = choice.clone();
    Choice { accounts, regions, from, to }
}

pub(super) fn check(check: Check, place: &Place) -> BucketCheck {
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
        policy: bucket::policy(place, None),
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
