//! The work in the background: takes waiting uploads, one at a time, and reads them.

use super::{
    Claim, Error, Run,
    begun::Begun,
    bucket,
    failpoint::{self, Step},
    leftover, reading, suspect,
    uploads::Inner,
};
use crate::{
    db,
    source::{Input, bucket::Access},
};
use app::model::report::UploadState;
use sqlx::PgPool;
use std::{path::Path, sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// How long nobody looks when nothing rings.
const PAUSE: Duration = Duration::from_secs(5);
/// How long after the database was lost, or while another process holds what waits.
const RETRY: Duration = Duration::from_millis(500);
/// So often in a row the database may be away.
const PATIENCE: u32 = 120;
/// An upload whose reading ended the process this often, without getting any further in between and at none of its files, is
/// given up.
const ATTEMPTS: i32 = 3;

const FOLDER_LEFT: &str =
    "The command ended before everything was read. Run the same command again: nothing is counted twice.";
const POISON: &str = "Reading it ended the program 3 times without getting any further, so it was given up. \
     Look for the cause in the system's log (often too little memory), and send it again; what was counted stays.";

pub(super) async fn run(inner: Arc<Inner>) {
    let mut interrupted = None;
    loop {
        let pause = match look(&inner, &mut interrupted).await {
            Ok(Found::Nothing) => PAUSE,
            Ok(Found::Held) => RETRY,
            Ok(Found::Read) => continue,
            Err(Error::Database(sqlx::Error::PoolClosed)) => return,
            Err(error) => {
                tracing::warn!(%error, cause = ?error, "uploads wait and go on soon");
                RETRY
            }
        };
        timeout(pause, inner.wake.notified()).await.ok();
    }
}

/// Reads what lies below `data_dir` and in buckets until nothing waits any more.
///
/// # Errors
/// The folder cannot be used, or the database does not answer.
pub async fn read_waiting(pool: PgPool, data_dir: &Path, access: Access) -> anyhow::Result<()> {
    let inner = Arc::new(Inner::open(pool, data_dir).await?);
    let buckets = bucket::Shared::new(inner.clone(), access);
    let (mut interrupted, mut is_drained, mut failures) = (None, false, 0);
    loop {
        match look_everywhere(&inner, &buckets, &mut interrupted, &mut is_drained).await {
            Ok(Found::Nothing) => return Ok(()),
            Ok(Found::Read) => failures = 0,
            Ok(Found::Held) => sleep(RETRY).await,
            Err(error) if error.is_passing() && failures < PATIENCE => {
                failures += 1;
                sleep(RETRY).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// `is_drained`: what was in the queues of buckets is known.
async fn look_everywhere(
    inner: &Inner,
    buckets: &bucket::Shared,
    interrupted: &mut Option<i64>,
    is_drained: &mut bool,
) -> Result<Found, Error> {
    let found = look(inner, interrupted).await?;
    let is_left = async || db::bucket::work::is_any_left(&mut *inner.pool.acquire().await?).await;
    Ok(match found {
        Found::Read => Found::Read,
        _ if bucket::look(buckets).await? => Found::Read,
        Found::Nothing if is_left().await? => Found::Held,
        Found::Nothing if !*is_drained => {
            bucket::drain(buckets).await?;
            *is_drained = true;
            Found::Read
        }
        found => found,
    })
}

enum Found {
    Nothing,
    /// Something waits, but somebody else holds it.
    Held,
    Read,
}

/// Takes the next upload that waits and reads it. `interrupted`: the one whose last reading was stopped by something else than
/// itself or its process, so that the next one is no new attempt.
async fn look(inner: &Inner, interrupted: &mut Option<i64>) -> Result<Found, Error> {
    end_dead_folders(&inner.pool).await?;
    leftover::clear(inner).await?;
    let waiting = db::upload::waiting(&mut *inner.pool.acquire().await?, &inner.home.id).await?;
    for upload in waiting.iter().filter(|upload| !upload.is_leased) {
        let again = *interrupted == Some(upload.id);
        if let Some(claim) = Claim::take(&inner.pool, upload.id, again).await? {
            let read = read(inner, claim).await;
            *interrupted = read.is_err().then_some(upload.id);
            return read.map(|()| Found::Read);
        }
    }
    Ok(if waiting.is_empty() { Found::Nothing } else { Found::Held })
}

/// Reads one upload to its end.
async fn read(inner: &Inner, mut claim: Claim) -> Result<(), Error> {
    let id = claim.upload_id;
    let run = Arc::new(Run::default());
    *inner.running() = Some((id, run.clone()));
    let result = read_files(inner, &mut claim, &run).await;
    *inner.running() = None;
    match result {
        Ok(()) => {}
        Err(error) if error.is_passing() => return Err(error),
        Err(error) => reading::end_failed(&mut claim, &error).await?,
    }
    failpoint::reach(Step::Ended);
    inner.home.clear(id);
    failpoint::reach(Step::Cleared);
    claim.release_and_tidy().await;
    Ok(())
}

async fn read_files(inner: &Inner, claim: &mut Claim, run: &Run) -> Result<(), Error> {
    let folder = inner.home.folder(claim.upload_id);
    std::fs::metadata(&folder).map_err(|error| inner.home.trouble(&folder, error))?;
    suspect::accuse(claim, &folder).await?;
    if claim.attempts > ATTEMPTS {
        return reading::end(claim, UploadState::Failed, POISON).await;
    }
    let begun = Begun::create(&folder, claim.lease.token);
    let begun = begun.inspect_err(|error| tracing::warn!(%error, "what is being read will not be noted")).ok();
    let inputs = inputs(claim, &folder).await?;
    let slots = begun.as_ref().map(|begun| begun.slots.clone());
    reading::read_noted(claim, inputs, run, 0, slots).await.map(|_| ())
}

/// The files of an upload under the names with which they were sent, or the demo's folder.
async fn inputs(claim: &mut Claim, folder: &Path) -> Result<Vec<Input>, Error> {
    let files = db::spool_file::list(&mut claim.conn, claim.upload_id).await?;
    if files.is_empty() {
        // Not the folder itself, where other things lie too.
        return Ok(vec![Input::path("demo/AWSLogs", folder.join("AWSLogs"))]);
    }
    let input = |file: db::spool_file::SpoolFile| Input::path(file.name, folder.join(file.ordinal.to_string()));
    Ok(files.into_iter().map(input).collect())
}

/// Ends runs of `tls-sunset ingest` whose process is gone.
pub async fn end_dead_folders(pool: &PgPool) -> Result<(), Error> {
    let mut conn = pool.acquire().await?;
    db::lease::expire(&mut conn).await?;
    let folders = db::upload::dead_folders(&mut conn).await?;
    drop(conn);
    for id in folders {
        if let Some(mut claim) = Claim::take(pool, id, true).await? {
            reading::end(&mut claim, UploadState::Failed, FOLDER_LEFT).await?;
            claim.release().await;
        }
    }
    Ok(())
}
