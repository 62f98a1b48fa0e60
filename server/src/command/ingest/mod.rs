//! `tls-sunset ingest`.

mod bar;
mod bucket;
mod noted;
mod report;

use crate::{
    config::{self, Storage},
    db,
    ingest::{self, Claim, Run},
    postgres,
    source::Input,
};
use anyhow::Context as _;
use app::model::{
    audit::Action,
    report::{SourceKind, UploadState},
};
use sqlx::PgPool;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

/// How long a database may be away before the command gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Counts the calls in files into the database; each call once, whatever is given twice.
///
/// Prints what became of every file. Whatever stops it, run the same command again: nothing is counted twice.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  Everything that was copied from a bucket:
      aws s3 sync s3://my-trail-bucket/AWSLogs logs
      tls-sunset ingest logs

  June of a bucket, with the AWS credentials of the environment or a profile:
      tls-sunset ingest s3://my-trail-bucket/AWSLogs/ --from 2026-06-01 --to 2026-06-30

  Some archives, into a Postgres of your own:
      tls-sunset ingest --database-url postgres://me@db/sunset january.zip february.tar.gz

Exit codes: 0 all files were read, 1 a file failed or reading was stopped, 2 wrong usage.")]
pub struct Args {
    /// Files, folders and archives: JSON, NDJSON; gzip, zstd, bzip2, zip, tar and any nesting of them to depth 3. And
    /// buckets, as `s3://bucket/prefix`.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Reading threads [default: one per core].
    #[arg(long, default_value_t = 0, hide_default_value = true, value_name = "N")]
    threads: usize,

    #[command(flatten)]
    storage: Storage,

    #[command(flatten)]
    buckets: config::Buckets,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(ingest(args));
    // Reading threads that are in the middle of something are not waited for.
    runtime.shutdown_background();
    result
}

async fn ingest(mut args: Args) -> anyhow::Result<ExitCode> {
    let (addresses, paths) = args.paths.into_iter().partition(|path| config::Buckets::is_address(path));
    args.paths = paths;
    let database = postgres::open(&args.storage).await?;
    let result = read_all(&database.pool, &args, addresses).await;
    database.close().await;
    Ok(if result? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn read_all(pool: &PgPool, args: &Args, addresses: Vec<PathBuf>) -> anyhow::Result<bool> {
    let all_read = args.paths.is_empty() || read_and_report(pool, args).await?;
    let data_dir = args.storage.data_dir()?;
    Ok(bucket::ingest(pool, &data_dir, &addresses, &args.buckets).await? && all_read)
}

/// True if all files were read.
async fn read_and_report(pool: &PgPool, args: &Args) -> anyhow::Result<bool> {
    let inputs: Vec<Input> = args.paths.iter().map(|path| input(path)).collect();
    let bytes = args.paths.iter().map(|path| size(path)).sum();
    let name = name(&args.paths);
    let new = db::upload::New {
        kind: SourceKind::Folder,
        name: &name,
        state: UploadState::Reading,
        home: "",
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
    };
    ingest::end_dead_folders(pool).await?;
    let claim = Claim::insert(pool, &new).await?;
    let id = claim.id();
    noted::note(pool, Action::Upload, &format!("upload {id}: {name}")).await?;
    let run = Arc::new(Run::default());
    let bar = bar::show(run.clone(), bytes);
    let stopper = tokio::spawn(cancel_on_signal(run.clone()));
    let state = read(pool, claim, &inputs, &run, args.threads).await;
    stopper.abort();
    bar.finish();
    state.with_context(|| {
        format!("“{name}” was not read to its end; run the same command again, nothing is counted twice")
    })?;
    let mut conn = pool.acquire().await?;
    let upload = db::upload::list(&mut conn, Some(id)).await?.pop().context("The upload was removed meanwhile")?;
    let unknown = ingest::by_reason(&db::upload::unknown(&mut conn, id).await?.unwrap_or_default());
    let files = db::log_file::report(&mut conn, id, None).await?;
    report::print(&mut std::io::stdout().lock(), &upload, &unknown, &files).ok();
    Ok(upload.state == UploadState::Done && upload.files_failed == 0)
}

/// Reads to the end, through a restart of the database.
async fn read(
    pool: &PgPool,
    claim: Claim,
    inputs: &[Input],
    run: &Run,
    threads: usize,
) -> Result<UploadState, ingest::Error> {
    let id = claim.id();
    let (mut claim, mut lost) = (Some(claim), None);
    loop {
        let result = match &mut claim {
            Some(claim) => ingest::read(claim, inputs.to_vec(), run, threads).await,
            None => match claim_again(pool, id).await {
                Ok(taken) => {
                    claim = taken;
                    // Our own lease, which is given back in the background.
                    if claim.is_none() {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                    continue;
                }
                Err(error) => Err(error),
            },
        };
        match result {
            Err(error) if error.is_passing() && lost.get_or_insert_with(Instant::now).elapsed() < PATIENCE => {
                claim = None;
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Err(error) => return Err(ingest::fail(claim, error).await),
            Ok(state) => {
                if let Some(claim) = claim {
                    claim.release_and_tidy().await;
                }
                return Ok(state);
            }
        }
    }
}

/// `None` while the lease that was lost is not given back.
async fn claim_again(pool: &PgPool, id: i64) -> Result<Option<Claim>, ingest::Error> {
    let claim = Claim::take(pool, id, true).await?;
    let is_over = async || {
        let upload = db::upload::list(&mut *pool.acquire().await?, Some(id)).await?.pop();
        Ok::<_, ingest::Error>(upload.is_none_or(|upload| upload.state.is_final()))
    };
    if claim.is_none() && is_over().await? {
        let words = "This process was stopped or cut off for so long that another one took it for dead.";
        return Err(ingest::Error::Conflict(words.into()));
    }
    Ok(claim)
}

async fn cancel_on_signal(run: Arc<Run>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        eprintln!("Stopping; once more to stop at once.");
        run.cancel();
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(130);
    }
}

fn input(path: &Path) -> Input {
    Input::path(path.to_string_lossy(), path)
}

/// Bytes of a file, or of all files in a folder; what cannot be looked at is reported when it is read.
fn size(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else {
        return path.metadata().map_or(0, |file| file.len());
    };
    let entries = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()));
    entries.map(|entry| size(&entry.path())).sum()
}

/// What the history of uploads calls it.
fn name(paths: &[PathBuf]) -> String {
    match paths {
        [path] => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        _ => format!("{} paths", paths.len()),
    }
}
