//! `tls-sunset worker`.

use super::signals::Signals;
use crate::{
    config::{Storage, Stores},
    ingest::{self, Buckets, Uploads},
    log, postgres,
    source::bucket::Access,
};
use anyhow::Context as _;
use sqlx::PgPool;
use std::{path::Path, process::ExitCode, time::Duration};

/// How long the database may take to stop.
const DATABASE_GRACE: Duration = Duration::from_secs(30);

/// Reads what waits to be read, beside a server and other workers, and serves nothing.
///
/// It takes objects of all buckets that are connected, and uploads that lie in its data folder: give it the folder of the server
/// that receives them, on whatever machine. Buckets need no common folder, only the database. Without a Postgres of your
/// own it joins the embedded one of that folder, or starts it if nobody runs it. Work is shared by leases in the database: each
/// upload is read by one process at a time, and what a process leaves that was killed, stopped or cut off, another one goes on
/// with; nothing is counted twice.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  Beside the server on this machine, with its data folder:
      tls-sunset worker --data-dir ./data

  Until nothing waits any more, as a scheduled job:
      tls-sunset worker --once --database-url postgres://sunset@db.internal/sunset --data-dir /srv/sunset

Exit codes: 0 asked to end, or nothing waits any more; 1 it could not start; 2 wrong usage.")]
pub struct Args {
    /// End when nothing waits any more.
    #[arg(long)]
    once: bool,

    #[command(flatten)]
    storage: Storage,

    #[command(flatten)]
    stores: Stores,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    log::start();
    let runtime = tokio::runtime::Runtime::new().context("cannot start threads")?;
    runtime.block_on(work(args))?;
    // A log file that is just being read goes on with the next process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(ExitCode::SUCCESS)
}

async fn work(args: Args) -> anyhow::Result<()> {
    let mut signals = Signals::new()?;
    let data_dir = args.storage.data_dir()?;
    let database = postgres::open(&args.storage).await?;
    let worked = tokio::select! {
        worked = read(database.pool.clone(), &data_dir, &args) => worked,
        () = signals.next() => Ok(()),
    };
    if tokio::time::timeout(DATABASE_GRACE, database.close()).await.is_err() {
        tracing::warn!("the database did not stop in time; it recovers at the next start");
    }
    worked
}

async fn read(pool: PgPool, data_dir: &Path, args: &Args) -> anyhow::Result<()> {
    let access = Access::from_environment(args.stores.endpoints()).await?;
    if args.once {
        return ingest::read_waiting(pool, data_dir, access).await;
    }
    let uploads = Uploads::start(pool, data_dir).await?;
    let _buckets = Buckets::start(&uploads, access);
    tracing::info!("reads what waits");
    std::future::pending().await
}
