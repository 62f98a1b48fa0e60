//! The work in the background: takes waiting uploads, one at a time, and reads them.

use super::{Claim, Error, Run, reading, receive, uploads::Inner};
use crate::{db, source::Input};
use app::model::report::UploadState;
use sqlx::PgPool;
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::time::timeout;

/// How long nobody looks when nothing rings.
const PAUSE: Duration = Duration::from_secs(5);
/// How long after the database was lost, or while another process still holds what waits for us.
const RETRY: Duration = Duration::from_millis(500);

const FOLDER_LEFT: &str =
    "The command ended before everything was read. Run the same command again: nothing is counted twice.";

/// Takes up what an earlier process left.
pub(super) async fn recover(inner: &Inner) -> anyhow::Result<()> {
    receive::abandon_leftovers(inner).await?;
    let needed = db::upload::unfinished(&mut *inner.pool.acquire().await?, &inner.home.id).await?;
    inner.home.sweep(&HashSet::from_iter(needed))?;
    Ok(())
}

pub(super) async fn run(inner: Arc<Inner>) {
    loop {
        let pause = match look(&inner).await {
            Ok(Found::Nothing) => PAUSE,
            Ok(Found::Held) => RETRY,
            Ok(Found::Read) => continue,
            Err(Error::Database(sqlx::Error::PoolClosed)) => return,
            Err(error) => {
                tracing::warn!(%error, cause = ?error, "uploads wait until the database answers");
                RETRY
            }
        };
        timeout(pause, inner.wake.notified()).await.ok();
    }
}

enum Found {
    Nothing,
    /// Something waits, but somebody else holds it still.
    Held,
    Read,
}

async fn look(inner: &Inner) -> Result<Found, Error> {
    end_dead_folders(&inner.pool).await?;
    let waiting = db::upload::waiting(&mut *inner.pool.acquire().await?, &inner.home.id).await?;
    for &id in &waiting {
        if let Some(claim) = Claim::take(&inner.pool, id).await? {
            read(inner, claim).await?;
            return Ok(Found::Read);
        }
    }
    Ok(if waiting.is_empty() { Found::Nothing } else { Found::Held })
}

/// Reads one upload to its end.
async fn read(inner: &Inner, mut claim: Claim) -> Result<(), Error> {
    let id = claim.upload_id;
    let run = Arc::new(Run::default());
    *inner.running() = Some((id, run.clone()));
    let result = match inputs(inner, &mut claim).await {
        Ok(inputs) => reading::read(&mut claim, inputs, &run, 0).await,
        Err(error) => Err(error),
    };
    *inner.running() = None;
    let result = match result {
        Err(error) if error.is_lost_database() => return Err(error),
        Err(error) => reading::end_failed(&mut claim, &error).await,
        Ok(_) => Ok(()),
    };
    if result.is_ok() {
        inner.home.clear(id);
    }
    claim.tidy_and_release().await;
    result
}

/// The files of an upload under the names with which they were sent, or the demo's folder.
async fn inputs(inner: &Inner, claim: &mut Claim) -> Result<Vec<Input>, Error> {
    let folder = inner.home.folder(claim.upload_id);
    std::fs::metadata(&folder).map_err(|error| Error::spool(&folder, error))?;
    let files = db::spool_file::list(&mut claim.conn, claim.upload_id).await?;
    if files.is_empty() {
        return Ok(vec![Input::path("demo", folder)]);
    }
    let input = |file: db::spool_file::SpoolFile| Input::path(file.name, folder.join(file.ordinal.to_string()));
    Ok(files.into_iter().map(input).collect())
}

/// Ends runs of `tls-sunset ingest` whose process is gone.
pub async fn end_dead_folders(pool: &PgPool) -> Result<(), Error> {
    let folders = db::upload::folders_being_read(&mut *pool.acquire().await?).await?;
    for id in folders {
        if let Some(mut claim) = Claim::take(pool, id).await? {
            reading::end(&mut claim, UploadState::Failed, FOLDER_LEFT).await?;
            claim.release().await;
        }
    }
    Ok(())
}
