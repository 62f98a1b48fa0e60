//! Listing for a backfill: trails first, then their months, page by page into the ledger.

use super::{ATTEMPTS, Site, backoff, now, shown};
use crate::{
    db::{
        self,
        bucket::{
            listing::{self, Listing},
            object::{self, Listed},
            trail,
        },
    },
    ingest::{
        Error,
        failpoint::{self, Step},
    },
    source::bucket::{self, Page, Trail, layout, within},
};
use chrono::{Datelike as _, NaiveDate};
use futures::{StreamExt as _, TryStreamExt as _, future, stream};
use std::collections::BTreeMap;
use tokio::time::Instant;

/// Parts that are listed at once.
const AT_ONCE: usize = 8;
/// Listings of folders that find the trails, at most.
const FOLDERS: usize = 20_000;
/// After this many failures in a row a part is given up.
const FAILURES: i32 = 8;

/// Until nothing is left to list, or it is time.
pub(super) async fn list(site: &Site<'_>, until: Instant) -> Result<(), Error> {
    future::try_join_all((0..AT_ONCE).map(|_| lister(site, until))).await.map(|_| ())
}

async fn lister(site: &Site<'_>, until: Instant) -> Result<(), Error> {
    while Instant::now() < until {
        let mut transaction = site.begin().await?;
        let Some(part) = listing::take(&mut transaction, site.id, site.token).await? else { return Ok(()) };
        transaction.commit().await?;
        let listed = match part.month {
            _ if part.attempts > ATTEMPTS + FAILURES => Err(given_up()),
            None => find(site, &part).await,
            Some(month) => list_month(site, &part, month, until).await,
        };
        let Err(error) = listed else { continue };
        let Error::Bucket(trouble) = error else { return Err(error) };
        let retry = (trouble.is_transient() && part.attempts < FAILURES).then(|| backoff(part.attempts).as_secs_f64());
        let retry = if trouble.is_of_bucket() { Some(0.0) } else { retry };
        put_back(site, &part, &trouble.words, retry).await?;
        if trouble.is_of_bucket() {
            return Err(Error::Bucket(trouble));
        }
    }
    Ok(())
}

fn given_up() -> Error {
    Error::Bucket(bucket::Trouble::new(bucket::Kind::Other, "listing it ended the program again and again"))
}

async fn put_back(site: &Site<'_>, part: &Listing, reason: &str, retry: Option<f64>) -> Result<(), Error> {
    let mut transaction = site.begin().await?;
    listing::put_back(&mut transaction, part.id, reason, retry).await?;
    transaction.commit().await?;
    Ok(())
}

/// Finds the trails, and asks for their months.
async fn find(site: &Site<'_>, part: &Listing) -> Result<(), Error> {
    let found = bucket::trails(&site.bucket, &site.choice, FOLDERS).await?;
    let months: Vec<_> = found.found.iter().map(|trail| months(site, trail)).collect();
    let months: Vec<Vec<(String, Option<NaiveDate>)>> = stream::iter(months).buffered(AT_ONCE).try_collect().await?;
    let months = months.concat();
    let mut transaction = site.begin().await?;
    remember(&mut transaction, site.id, &found.found).await?;
    listing::insert(&mut transaction, site.id, &months).await?;
    for trouble in &found.troubles {
        listing::insert_failed(&mut transaction, site.id, &trouble.words, &trouble.words).await?;
    }
    db::bucket::add_others(&mut transaction, site.id, &shown::others(&found.others)).await?;
    still_asked_for(listing::done(&mut transaction, part.id).await?)?;
    match found.found.is_empty() && found.troubles.is_empty() {
        true => {
            let words = format!("No logs of CloudTrail were found under {}: check the prefix.", site.bucket.place());
            db::bucket::trouble(&mut transaction, site.id, &words, 0.0).await?;
        }
        false => db::bucket::no_trouble(&mut transaction, site.id).await?,
    }
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn remember(conn: &mut sqlx::PgConnection, id: i64, trails: &[Trail]) -> sqlx::Result<()> {
    let known = |trail: &Trail| trail::Trail {
        folder: trail.folder.clone(),
        organization: trail.organization.clone(),
        account: trail.account.clone(),
        region: trail.region.clone(),
    };
    trail::insert(conn, id, &trails.iter().map(known).collect::<Vec<_>>()).await
}

async fn months(site: &Site<'_>, trail: &Trail) -> Result<Vec<(String, Option<NaiveDate>)>, Error> {
    let months = bucket::months(&site.bucket, trail, &site.choice, now().date_naive()).await?;
    Ok(months.into_iter().map(|month| (trail.folder.clone(), Some(month))).collect())
}

/// Lists on behind what is remembered.
async fn list_month(site: &Site<'_>, part: &Listing, month: NaiveDate, until: Instant) -> Result<(), Error> {
    let folder = format!("{}{:04}/{:02}/", part.folder, month.year(), month.month());
    let prefix = within(&site.bucket.place().prefix, &folder).map(str::to_owned);
    // Keys of the first day come behind its folder.
    let first = site.choice.from.filter(|from| (from.year(), from.month()) == (month.year(), month.month()));
    let mut after = part.after.clone();
    if let Some(first) = first {
        after = after.max(format!("{folder}{:02}/", first.day()));
    }
    loop {
        let page = match &prefix {
            Some(prefix) => site.bucket.page(prefix, &after).await?,
            None => Page { objects: Vec::new(), more: false },
        };
        failpoint::reach(Step::Listed);
        let last = page.objects.last().map(|object| object.key.clone());
        let is_past = last
            .as_deref()
            .and_then(|key| layout::parse(key).ok())
            .is_some_and(|logged| site.choice.to.is_some_and(|to| logged.day > to));
        let more = last.filter(|_| page.more && !is_past);
        let mut transaction = site.begin().await?;
        note(&mut transaction, site, &part.folder, &page).await?;
        match &more {
            Some(last) => still_asked_for(listing::go_on(&mut transaction, part.id, last).await?)?,
            None => still_asked_for(listing::done(&mut transaction, part.id).await?)?,
        }
        transaction.commit().await?;
        failpoint::reach(Step::Noted);
        let Some(last) = more else { return Ok(()) };
        after = last;
        if Instant::now() >= until {
            return put_back(site, part, "", Some(0.0)).await;
        }
    }
}

/// It may have been cancelled meanwhile.
fn still_asked_for(is_there: bool) -> Result<(), Error> {
    if is_there { Ok(()) } else { Err(Error::LeaseLost) }
}

/// Puts what is wanted of a page into the ledger; answers how much of it is new.
pub(super) async fn note(
    conn: &mut sqlx::PgConnection,
    site: &Site<'_>,
    folder: &str,
    page: &Page,
) -> Result<i64, Error> {
    let (mut objects, mut others, mut newest) = (Vec::new(), BTreeMap::new(), None);
    for found in &page.objects {
        match layout::parse(&found.key) {
            Ok(logged) => {
                newest = newest.max(logged.delivered());
                if logged.is_chosen(&site.choice) {
                    let bytes = shown::signed(found.bytes);
                    objects.push(Listed { key: found.key.clone(), bytes, day: logged.day });
                }
            }
            Err(other) => *others.entry(other).or_default() += 1,
        }
    }
    let new = if objects.is_empty() { 0 } else { object::insert(conn, site.id, &objects).await? };
    if !others.is_empty() {
        db::bucket::add_others(conn, site.id, &shown::others(&others)).await?;
    }
    if let Some(newest) = newest {
        trail::newest(conn, site.id, folder, newest).await?;
    }
    db::bucket::no_trouble(conn, site.id).await?;
    Ok(new)
}
