//! Taking an upload out again: what that would do, and doing it.

use super::Error;
use crate::db::{self, event_set};
use app::model::report::Removal;
use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use sqlx::{Acquire as _, PgConnection, PgPool};

/// Identities in memory at a time.
const AT_ONCE: i64 = 2_000_000;

/// What removing the upload would take out.
pub(super) async fn preview(pool: &PgPool, id: i64) -> Result<Removal, Error> {
    let mut conn = pool.acquire().await?;
    let plain = db::removal::plain(&mut conn, id).await?.ok_or(Error::NotFound(id))?;
    let mut also_in_others = plain.also_in_others;
    let hours = event_set::hours(&mut conn, id).await?;
    let mut rest = hours.as_slice();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portion(rest));
        let now: Vec<_> = now.iter().map(|(hour, _)| *hour).collect();
        also_in_others += shared(&mut conn, id, &now).await?;
        rest = later;
    }
    Ok(Removal { calls: plain.calls_counted, also_in_others })
}

/// How many of the first hours fit into memory together; at least one.
fn portion(hours: &[(DateTime<Utc>, i64)]) -> usize {
    let mut sum = 0;
    let fits = hours.iter().take_while(|(_, identities)| {
        sum += identities;
        sum <= AT_ONCE
    });
    fits.count().max(1)
}

/// How many identities that this upload counted came in other uploads too, in these hours.
async fn shared(conn: &mut PgConnection, id: i64, hours: &[DateTime<Utc>]) -> sqlx::Result<i64> {
    let mut ours: FxHashMap<DateTime<Utc>, FxHashMap<u64, bool>> = FxHashMap::default();
    event_set::counted_by(conn, id, hours, |hour, set| {
        ours.entry(hour).or_default().extend(identities(set).map(|identity| (identity, false)));
    })
    .await?;
    event_set::again_in_others(conn, id, hours, |hour, set| {
        let Some(ours) = ours.get_mut(&hour) else { return };
        for identity in identities(set) {
            ours.entry(identity).and_modify(|shared| *shared = true);
        }
    })
    .await?;
    Ok(ours.values().flat_map(FxHashMap::values).filter(|shared| **shared).count() as i64)
}

fn identities(set: &[u8]) -> impl Iterator<Item = u64> {
    set.as_chunks::<8>().0.iter().map(|identity| u64::from_le_bytes(*identity))
}

/// Removes an upload that has ended, and what it added to the counts.
pub(super) async fn remove(pool: &PgPool, id: i64) -> Result<(), Error> {
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    db::lock::no_time_limit_here(&mut transaction).await?;
    db::lock::counting(&mut transaction).await?;
    let standing = db::upload::lock(&mut transaction, id).await?.ok_or(Error::NotFound(id))?;
    if !standing.state.is_final() {
        return Err(Error::Conflict("This upload is still on its way. Cancel it first, then remove it.".into()));
    }
    db::removal::subtract(&mut transaction, id).await?;
    db::upload::delete(&mut transaction, id).await?;
    db::pack::pack_locked(&mut transaction).await?;
    db::rollup::bump_revision(&mut transaction).await?;
    transaction.commit().await?;
    tracing::info!(upload = id, "an upload was removed");
    Ok(())
}
