//! What lies in a bucket, told from few requests before anything is read.

use super::{
    Trail, months,
    trails::{self, AT_ONCE, Trails, within},
};
use crate::source::bucket::{
    Bucket, Trouble,
    layout::{self, Other},
};
use app::model::source::BucketChoice;
use chrono::{Days, NaiveDate, TimeDelta};
use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Listings of folders that find the trails.
const FOLDERS: usize = 150;

/// Trails that are looked into; others are taken to be like them.
const SAMPLED: usize = 24;

/// Days of a trail whose objects are counted.
const DAYS: u64 = 2;

/// What was found. Numbers of objects, bytes and requests are estimates for the chosen part.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub organizations: BTreeSet<String>,
    pub accounts: BTreeSet<String>,
    pub regions: BTreeSet<String>,
    /// Pairs of an account and a region.
    pub trails: usize,
    /// Of all that lies there, chosen or not, as far as it was looked into.
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub objects: u64,
    pub bytes: u64,
    /// Listing what is chosen takes this many requests, and getting it one per object.
    pub list_requests: u64,
    /// Folders of other layouts, which are not read.
    pub others: BTreeMap<Other, u64>,
    pub troubles: Vec<Trouble>,
    /// Not every trail was looked into: numbers are carried over from some to all.
    pub is_extrapolated: bool,
}

/// What one trail holds.
#[derive(Debug, Default)]
struct Sample {
    days: Option<(NaiveDate, NaiveDate)>,
    objects: f64,
    bytes: f64,
    list_requests: f64,
}

/// Looks into a bucket, by at most some 300 requests. `today` is where a choice without an end has its end.
///
/// # Errors
/// When the prefix cannot be listed at all.
pub async fn check(bucket: &Bucket, choice: &BucketChoice, today: NaiveDate) -> Result<Check, Trouble> {
    let Trails { found, others, troubles, unseen, scale } = trails::trails(bucket, choice, FOLDERS).await?;
    let trails = (found.len() as f64 * scale).round() as usize;
    let mut check = Check { trails, others, troubles, is_extrapolated: !unseen.is_empty(), ..Check::default() };
    check.accounts.extend(unseen.iter().filter_map(|folder| trails::owner(folder)).map(str::to_owned));
    for trail in &found {
        check.organizations.extend(trail.organization.clone());
        check.accounts.insert(trail.account.clone());
        check.regions.insert(trail.region.clone());
    }
    let step = found.len().div_ceil(SAMPLED).max(1);
    let sampled: Vec<&Trail> = found.iter().step_by(step).collect();
    check.is_extrapolated |= sampled.len() < found.len();
    let scale = scale * found.len() as f64 / sampled.len().max(1) as f64;
    let samples: Vec<_> = sampled.into_iter().map(|trail| sample(bucket, trail, choice, today)).collect();
    let samples: Vec<Result<Sample, Trouble>> = stream::iter(samples).buffered(AT_ONCE).collect().await;
    let mut sum = Sample::default();
    for sample in samples {
        match sample {
            Ok(sample) => sum.add(&sample),
            Err(trouble) if trouble.is_of_bucket() => return Err(trouble),
            Err(trouble) => check.troubles.push(trouble),
        }
    }
    (check.first_day, check.last_day) = sum.days.unzip();
    let carried = |number: f64| (number * scale).round() as u64;
    (check.objects, check.bytes, check.list_requests) =
        (carried(sum.objects), carried(sum.bytes), carried(sum.list_requests));
    Ok(check)
}

impl Sample {
    fn add(&mut self, other: &Self) {
        self.days = match (self.days, other.days) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (days, others) => days.or(others),
        };
        self.objects += other.objects;
        self.bytes += other.bytes;
        self.list_requests += other.list_requests;
    }
}

async fn sample(bucket: &Bucket, trail: &Trail, choice: &BucketChoice, today: NaiveDate) -> Result<Sample, Trouble> {
    let Some(folder) = within(&bucket.place.prefix, &trail.folder) else { return Ok(Sample::default()) };
    let first = bucket.some(folder, "", 1).await?.objects;
    let Some(first) = first.first().and_then(|object| layout::parse(&object.key).ok()).map(|logged| logged.day) else {
        let list_requests = months::list_requests(choice, today, None, 0.0);
        return Ok(Sample { list_requests, ..Sample::default() });
    };
    let last = last_day(bucket, folder).await?.unwrap_or(first);
    let mut sample = Sample { days: Some((first, last)), ..Sample::default() };
    let (from, to) = (choice.from.unwrap_or(first).max(first), choice.to.unwrap_or(last).min(last));
    if from > to {
        sample.list_requests = months::list_requests(choice, today, sample.days, 0.0);
        return Ok(sample);
    }
    let days = (to - from).num_days().unsigned_abs() + 1;
    let looks = days.min(DAYS);
    for look in 0..looks {
        // In the middles of equal parts of the range.
        let day = from + Days::new(days * (2 * look + 1) / (2 * looks));
        let (objects, bytes) = count_day(bucket, trail, day).await?;
        sample.objects += objects * days as f64 / looks as f64;
        sample.bytes += bytes * days as f64 / looks as f64;
    }
    sample.list_requests = months::list_requests(choice, today, sample.days, sample.objects);
    Ok(sample)
}

/// By the names of folders.
async fn last_day(bucket: &Bucket, folder: &str) -> Result<Option<NaiveDate>, Trouble> {
    let mut folder = folder.to_owned();
    loop {
        let day = layout::parse(&format!("{folder}x")).ok().map(|logged| logged.day);
        if day.is_some() {
            return Ok(day);
        }
        match bucket.folders(&folder).await?.pop() {
            Some(last) => folder = last,
            None => return Ok(None),
        }
    }
}

/// Objects and bytes of a day, from its first page.
async fn count_day(bucket: &Bucket, trail: &Trail, day: NaiveDate) -> Result<(f64, f64), Trouble> {
    let folder = trail.day(day);
    let Some(prefix) = within(&bucket.place.prefix, &folder) else { return Ok((0.0, 0.0)) };
    let page = bucket.page(prefix, "").await?;
    let bytes: u64 = page.objects.iter().map(|object| object.bytes).sum();
    let last = page.objects.last().filter(|_| page.more).and_then(|object| layout::parse(&object.key).ok());
    let covered = last.and_then(|logged| logged.delivered()).map_or(TimeDelta::days(1), |last| {
        (last.naive_utc() - day.and_hms_opt(0, 0, 0).unwrap_or_default())
            .clamp(TimeDelta::minutes(1), TimeDelta::days(1))
    });
    let whole = 1440.0 / covered.num_minutes().max(1) as f64;
    Ok((page.objects.len() as f64 * whole, bytes as f64 * whole))
}
