//! Following: looks for new objects, with few requests however many there are.
//!
//! Keys of a trail sort by the time of delivery, so one listing that starts a little before the newest known one finds what is
//! new, and what came late. What came later still is found once a day.

use super::{
    Site,
    list::{note, remember},
    now,
    turn::{Shared, rest},
};
use crate::{
    db::{
        self,
        bucket::trail::{self, Followed},
    },
    ingest::{Error, lease::Lease},
    source::bucket::{self, Trail, within},
};
use app::model::source::BucketChoice;
use chrono::TimeDelta;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use sqlx::Connection as _;

/// Trails that are listed at once.
const AT_ONCE: usize = 8;
/// Listings of folders of one look, at most.
const FOLDERS: usize = 5000;
/// What is delivered so late is found at once, or once a day.
const LATE: TimeDelta = TimeDelta::hours(2);
const VERY_LATE: TimeDelta = TimeDelta::days(3);

/// Looks into one bucket, unless somebody else does.
pub(super) async fn look(shared: &Shared, id: i64) -> Result<(), Error> {
    let pool = &shared.inner.pool;
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let token = Lease::insert(&mut transaction, false).await?;
    if !db::bucket::work::take_look(&mut transaction, id, token).await? {
        return Ok(());
    }
    transaction.commit().await?;
    let lease = Lease::keep(pool, token);
    let Some(known) = db::bucket::list(&mut conn, Some(id)).await?.pop() else { return Ok(()) };
    drop(conn);
    // Accounts and regions are chosen, days are whatever comes.
    let choice = BucketChoice { from: None, to: None, ..known.choice };
    let looked = match bucket::Bucket::open(&known.place, &shared.access).await {
        Ok(bucket) => {
            let site = Site { id, pool, home: &shared.inner.home, bucket, choice, token };
            let looked = round(&site).await;
            let mut transaction = site.begin().await?;
            db::bucket::work::looked(&mut transaction, id, looked.is_err()).await?;
            transaction.commit().await?;
            looked
        }
        Err(trouble) => {
            db::bucket::work::looked(&mut *pool.acquire().await?, id, true).await?;
            Err(Error::Bucket(trouble))
        }
    };
    lease.release().await;
    match looked {
        Err(Error::Bucket(trouble)) => rest(pool, id, &trouble).await,
        other => other,
    }
}

async fn round(site: &Site<'_>) -> Result<(), Error> {
    let found = bucket::trails(&site.bucket, &site.choice, FOLDERS).await?;
    let mut transaction = site.begin().await?;
    remember(&mut transaction, site.id, &found.found).await?;
    let followed = trail::followed(&mut transaction, site.id).await?;
    transaction.commit().await?;
    let followed = followed.into_iter().filter(|trail| site.choice.has_trail(&trail.account, &trail.region));
    let lists: Vec<_> = followed.map(|trail| list(site, trail)).collect();
    stream::iter(lists).buffer_unordered(AT_ONCE).try_collect().await
}

/// What is new of one trail.
async fn list(site: &Site<'_>, known: Followed) -> Result<(), Error> {
    let Followed { folder, organization, account, region, since, late_is_due } = known;
    let trail = Trail { folder, organization, account, region };
    let Some(prefix) = within(&site.bucket.place().prefix, &trail.folder) else { return Ok(()) };
    let overlap = if late_is_due { VERY_LATE } else { LATE };
    let mut after = trail.since(since.min(now()) - overlap);
    loop {
        let page = site.bucket.page(prefix, &after).await?;
        let mut transaction = site.begin().await?;
        if note(&mut transaction, site, &trail.folder, &page).await? > 0 {
            db::bucket::work::reopen(&mut transaction, site.id).await?;
        }
        let last = page.objects.last().filter(|_| page.more);
        if last.is_none() {
            trail::listed(&mut transaction, site.id, &trail.folder, late_is_due).await?;
        }
        transaction.commit().await?;
        match last {
            Some(last) => after.clone_from(&last.key),
            None => return Ok(()),
        }
    }
}
