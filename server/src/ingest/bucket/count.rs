//! Counting what was parsed: each chunk's objects, identities and states in one transaction.

use super::{
    Site, get,
    parse::{self, Parsed},
};
use crate::{
    db::{self, bucket::object},
    ingest::{
        Claim, Error, commit,
        failpoint::{self, Step},
        reading,
    },
    source::{Options, Progress},
};
use std::sync::Arc;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

/// Downloads, parses and counts, until nothing waits and everything is listed, or it is time.
pub(super) async fn count(
    site: &Site<'_>,
    claim: &mut Claim,
    until: Instant,
    all_listed: &CancellationToken,
) -> Result<(), Error> {
    let Some(detail_below) = reading::start(claim).await? else { return Ok(()) };
    let progress = Arc::new(Progress::default());
    let _stop = reading::StopOnDrop(progress.clone());
    let (send_chunk, chunks) = mpsc::channel(1);
    let (send_parsed, mut parsed) = mpsc::channel(1);
    let options = Options { detail: reading::detail(detail_below), threads: 0, hashes: true };
    let parser = tokio::task::spawn_blocking(move || parse::parse(chunks, &options, &progress, &send_parsed));
    let counted = async move {
        while let Some(parsed) = tokio::select! {
            parsed = parsed.recv() => parsed,
            () = claim.lease.lost() => return Err(Error::LeaseLost),
        } {
            commit_chunk(site, claim, parsed).await?;
        }
        Ok(())
    };
    // What was downloaded is counted even where no more can be had.
    let (got, counted) = tokio::join!(get::get(site, until, all_listed, send_chunk), counted);
    counted.and(got)?;
    parser.await.map_err(|error| {
        tracing::error!(%error, bucket = site.id, "reading panicked");
        Error::Internal
    })
}

/// Either all of it is counted and noted in the ledger, or nothing.
async fn commit_chunk(site: &Site<'_>, claim: &mut Claim, parsed: Parsed) -> Result<(), Error> {
    let Parsed { batch, end } = parsed;
    let names: Vec<String> =
        batch.files.iter().filter(|file| file.end.is_some()).map(|file| file.name.to_string()).collect();
    let (token, mut transaction) = (claim.lease.token, claim.begin().await?);
    failpoint::reach(Step::Held);
    db::lock::counting(&mut transaction).await?;
    let (mut objects, mut bytes) = object::not_ended(&mut transaction, site.id, &names).await?;
    if commit::add(&mut transaction, site.id, batch, None).await? == commit::Next::Stop {
        return Err(Error::LeaseLost);
    }
    if let Some((ids, _)) = &end {
        let (archives, packed) = object::end(&mut transaction, ids, token).await?;
        (objects, bytes) = (objects + archives, bytes + packed);
    }
    object::add_done(&mut transaction, site.id, objects, bytes).await?;
    db::bucket::no_trouble(&mut transaction, site.id).await?;
    failpoint::reach(Step::Counted);
    transaction.commit().await?;
    failpoint::reach(Step::Committed);
    Ok(())
}
