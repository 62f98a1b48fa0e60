//! Loading the demo data: a synthetic trail takes the way of any upload.

use super::{
    Error,
    lease::Lease,
    receive::{self, Incoming},
    removal,
    uploads::Inner,
};
use crate::{
    db,
    demo::{self, Options, Summary},
};
use app::model::report::{SourceKind, UploadState};
use chrono::Days;
use sqlx::{Acquire as _, PgConnection};
use std::{
    path::PathBuf,
    sync::{Arc, atomic::Ordering::Relaxed},
};

const NAME: &str = "Demo data";

/// Adds the upload and writes the trail in the background.
pub(super) async fn load(uploads: &Arc<Inner>, options: Options) -> Result<i64, Error> {
    remove_broken(uploads).await?;
    let mut conn = uploads.pool.acquire().await?;
    let (id, token) = insert(&mut conn, &uploads.home.id).await?;
    let lease = Lease::keep(&uploads.pool, token);
    let incoming = Arc::new(Incoming::default());
    uploads.incoming().insert(id, incoming.clone());
    let uploads = uploads.clone();
    tokio::spawn(async move {
        let written = write(&uploads, id, &incoming, &options).await;
        uploads.incoming().remove(&id);
        match written {
            Ok(true) => {}
            Ok(false) => receive::abandon(&uploads, id, UploadState::Cancelled, receive::CANCELLED).await,
            Err(error) => receive::abandon(&uploads, id, UploadState::Failed, &error.as_reason()).await,
        }
        lease.release().await;
        uploads.wake.notify_one();
    });
    Ok(id)
}

/// A demo that failed or was cancelled gives way to the next one, with whatever it had counted.
async fn remove_broken(uploads: &Inner) -> Result<(), Error> {
    let all = db::upload::list(&mut *uploads.pool.acquire().await?, None).await?;
    let broken = |state| matches!(state, UploadState::Failed | UploadState::Cancelled);
    for demo in all.iter().filter(|upload| upload.kind == SourceKind::Demo && broken(upload.state)) {
        match removal::remove(&uploads.pool, demo.id).await {
            // Somebody else was faster.
            Ok(()) | Err(Error::NotFound(_)) => uploads.home.clear(demo.id),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// One demo at a time. Answers its upload and its lease.
async fn insert(conn: &mut PgConnection, home: &str) -> Result<(i64, i64), Error> {
    let mut transaction = conn.begin().await?;
    db::lock::counting(&mut transaction).await?;
    if db::upload::demo_exists(&mut transaction).await? {
        return Err(Error::Conflict(
            "The demo data is here already, or on its way. Remove it on the uploads page to load it again.".into(),
        ));
    }
    let new = db::upload::New { kind: SourceKind::Demo, name: NAME, state: UploadState::Receiving, home, bytes: 0 };
    let token = Lease::insert(&mut transaction, false).await?;
    let id = db::upload::insert(&mut transaction, &new, Some(token)).await?;
    transaction.commit().await?;
    Ok((id, token))
}

/// Writes the trail and queues the upload; false if it was cancelled meanwhile.
async fn write(uploads: &Inner, id: i64, incoming: &Incoming, options: &Options) -> Result<bool, Error> {
    let folder = uploads.home.create(id)?;
    let summary = write_files(uploads, folder, options.clone()).await?;
    if incoming.cancelled.load(Relaxed) {
        return Ok(false);
    }
    let first_day = options.end.checked_sub_days(Days::new(options.days.into())).unwrap_or(options.end);
    let mut conn = uploads.pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    db::demo::insert_deadline(&mut transaction, id, &summary.deadline_name, first_day, summary.deadline_date).await?;
    let bytes = i64::try_from(summary.bytes).unwrap_or(i64::MAX);
    let queued = db::upload::queue(&mut transaction, id, NAME, bytes).await?;
    if queued {
        transaction.commit().await?;
    }
    Ok(queued)
}

async fn write_files(uploads: &Inner, folder: PathBuf, options: Options) -> Result<Summary, Error> {
    let written = tokio::task::spawn_blocking(move || demo::write(&folder, &options).map_err(|error| (folder, error)));
    match written.await {
        Ok(Ok(summary)) => Ok(summary),
        Ok(Err((folder, error))) => Err(uploads.home.trouble(&folder, error)),
        Err(_) => Err(Error::Internal),
    }
}
