//! Where the logs of a view came from, and up to when there are some.

use super::{PgStore, unavailable};
use crate::{
    db::{bucket, read::sources as fed},
    source::bucket::QueueAddress,
};
use app::{
    api::ApiError,
    model::freshness::{Sources, late_accounts},
    store::Store as _,
    view::View,
};
use chrono::TimeDelta;

/// As it was typed: nothing stands for none.
pub(super) fn queue(address: &str) -> Result<Option<QueueAddress>, ApiError> {
    let address = Some(address.trim()).filter(|address| !address.is_empty());
    let wrong = |trouble: crate::source::bucket::Trouble| {
        ApiError::Invalid(format!("“{}”: {trouble}.", address.unwrap_or_default()))
    };
    address.map(str::parse).transpose().map_err(wrong)
}

impl PgStore {
    pub(super) async fn sources_of(&self, view: &View) -> Result<Sources, ApiError> {
        let mut ask = self.ask(view).await?;
        let (from, to) = (ask.frame.from, ask.frame.to);
        let (buckets, uploads) = fed::fed(&mut ask.conn, from, to).await.map_err(unavailable)?;
        let last_call = fed::last_hour(&mut ask.conn).await.map_err(unavailable)?;
        let now = self.now();
        let mut sources = Sources { buckets, uploads, ..Sources::default() };
        for bucket in bucket::list(&mut ask.conn, None).await.map_err(unavailable)? {
            if !bucket.is_followed {
                continue;
            }
            let freshness = bucket::trail::freshness(&mut ask.conn, bucket.id).await.map_err(unavailable)?;
            let (accounts, late) = late_accounts(&bucket, &freshness, now);
            sources.accounts += accounts;
            sources.late += late;
            sources.until = sources.until.max(freshness.iter().filter_map(|trail| trail.newest).max());
        }
        sources.until = sources.until.or_else(|| last_call.map(|hour| (hour + TimeDelta::hours(1)).min(now)));
        Ok(sources)
    }
}
