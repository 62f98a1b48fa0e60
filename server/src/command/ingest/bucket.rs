//! Buckets on the command line: asked for as on the page, and waited for.

use super::{bar, noted, report};
use crate::{
    config, db,
    ingest::{self, Buckets},
    source::bucket::Access,
};
use anyhow::Context as _;
use app::model::{
    audit::Action,
    report::UploadState,
    source::{Bucket, BucketReport},
};
use sqlx::PgPool;
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// True if all that is wanted of the buckets was read.
pub(super) async fn ingest(
    pool: &PgPool,
    data_dir: &Path,
    addresses: &[PathBuf],
    options: &config::Buckets,
) -> anyhow::Result<bool> {
    let mut all_read = true;
    if addresses.is_empty() {
        return Ok(all_read);
    }
    let access = Access::from_environment(options.stores.endpoints()).await?;
    let buckets = Buckets::at_rest(pool.clone(), data_dir, access).await?;
    for address in addresses {
        let place = options.place(address)?;
        let id = buckets.connect(&place).await?;
        buckets.backfill(id, &options.choice()).await?;
        noted::note(pool, Action::ReadSource, &format!("source {id}: {place}")).await?;
        let bar = bar::follow(buckets.clone(), id);
        let stopper = tokio::spawn(cancel_on_signal(buckets.clone(), id));
        let read = buckets.read(id).await;
        stopper.abort();
        bar.finish();
        let bucket = read.with_context(|| {
            format!(
                "{} was not read to its end; run the same command again, nothing is counted twice",
                address.display()
            )
        })?;
        all_read &= print(pool, &buckets.report(id).await?, &bucket).await?;
    }
    Ok(all_read)
}

async fn print(pool: &PgPool, whole: &BucketReport, bucket: &Bucket) -> anyhow::Result<bool> {
    let mut conn = pool.acquire().await?;
    let upload =
        db::upload::list(&mut conn, Some(bucket.id)).await?.pop().context("The bucket was removed meanwhile")?;
    let files = db::log_file::report(&mut conn, bucket.id, None).await?;
    let unknown = ingest::by_reason(&db::upload::unknown(&mut conn, bucket.id).await?.unwrap_or_default());
    let mut out = io::stdout().lock();
    report::print(&mut out, &upload, &unknown, &files).ok();
    for (what, number) in &whole.others {
        writeln!(out, "  not read: {number} {what}").ok();
    }
    for listing in &whole.listings_failed {
        writeln!(out, "not listed: {}", listing.reason).ok();
    }
    if !bucket.trouble.is_empty() {
        writeln!(out, "{}", bucket.trouble).ok();
    }
    let is_whole = whole.listings_failed.is_empty() && bucket.trouble.is_empty();
    Ok(is_whole && bucket.state == UploadState::Done && bucket.progress.failed == 0)
}

async fn cancel_on_signal(buckets: Buckets, id: i64) {
    if tokio::signal::ctrl_c().await.is_ok() {
        eprintln!("Stopping; once more to stop at once.");
        if let Err(error) = buckets.cancel(id).await {
            eprintln!("{error}");
        }
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(130);
    }
}
