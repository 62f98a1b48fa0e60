//! What processes that were killed left behind.

use super::{Error, home, receive, scratch, uploads::Inner};
use crate::db;
use std::collections::HashSet;

/// At the start: also what belongs to no upload, if no other process uses the folder.
pub(super) async fn sweep(inner: &Inner) -> anyhow::Result<()> {
    db::lease::expire(&mut *inner.pool.acquire().await?).await?;
    receive::abandon_broken_off(inner).await?;
    if inner.home.is_alone {
        let folders = inner.home.folders()?;
        let needed = db::upload::unfinished(&mut *inner.pool.acquire().await?, &inner.home.id).await?;
        let needed: HashSet<i64> = needed.into_iter().collect();
        for (folder, _) in folders.into_iter().filter(|(_, id)| id.is_none_or(|id| !needed.contains(&id))) {
            home::remove(&folder);
        }
        inner.home.share().await?;
    }
    Ok(())
}

/// While others may be at work: uploads that nobody sends on, the files of those that have ended, and what processes that are
/// gone kept of buckets.
pub(super) async fn clear(inner: &Inner) -> Result<(), Error> {
    receive::abandon_broken_off(inner).await?;
    let folders = inner.home.folders().unwrap_or_default();
    folders.iter().filter(|(folder, _)| scratch::is_left(folder)).for_each(|(folder, _)| home::remove(folder));
    let ids: Vec<i64> = folders.into_iter().filter_map(|(_, id)| id).collect();
    if !ids.is_empty() {
        let ended = db::upload::ended(&mut *inner.pool.acquire().await?, &inner.home.id, &ids).await?;
        ended.into_iter().for_each(|id| inner.home.clear(id));
    }
    Ok(())
}
