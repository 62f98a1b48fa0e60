//! How long a trail takes, up to the tally and into Postgres, against inflating alone: paired rounds, same files, same threads.
//!
//! `cargo run --release --example bench_trail -- FOLDER [ROUNDS]`, FOLDER with `.json.gz` files in it. The Postgres is an
//! embedded one of its own: it is emptied before each round.

mod inflate;

use anyhow::Context as _;
use app::model::{
    report::{SourceKind, UploadState},
    tls::TlsVersion,
};
use server::{
    config::Storage,
    db,
    ingest::{self, Claim, Run},
    postgres,
    source::{self, Input, Options, Progress, Resume},
    tally::Detail,
};
use sqlx::PgPool;
use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is measured, and how many times the time of inflating it may take.
const STEPS: [(&str, Option<f64>); 3] =
    [("inflate only", None), ("up to the tally", Some(2.8)), ("into Postgres", Some(4.0))];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().context("usage: bench_trail FOLDER [ROUNDS]")?);
    let rounds = args.next().map_or(Ok(5), |n| n.parse::<usize>()).context("ROUNDS is a number")?.max(1);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let files = inflate::gzip_files(&folder);
    let home = tempfile::tempdir()?;
    let database = postgres::open(&Storage { data_dir: Some(home.path().into()), database_url: None }).await?;

    let (mut times, mut tidying): ([Vec<Duration>; 3], Vec<Duration>) = Default::default();
    let (mut bytes, mut calls, mut counted) = (0, 0, 0);
    // The first round warms the page cache up and is not counted.
    for round in 0..=rounds {
        let (inflated, size) = timed(|| inflate::all(&files, threads));
        let (tallied, seen) = timed(|| tally(&folder));
        let stored = into_postgres(&database.pool, &folder).await?;
        (bytes, calls, counted) = (size, seen, stored.calls);
        if round > 0 {
            times.iter_mut().zip([inflated, tallied, stored.time]).for_each(|(times, time)| times.push(time));
            tidying.push(stored.tidying);
        }
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from call_hour").fetch_one(&database.pool).await?;
    database.close().await;
    println!("{} files, {:.3} GB of JSON, {calls} calls read, {counted} counted once", files.len(), bytes as f64 / 1e9);
    println!("{rows} hourly rows, {threads} threads, medians of {rounds} rounds");
    report(&times, bytes);
    println!(
        "then, with the upload shown as done, {:.3} s of vacuum",
        median(tidying.iter().map(Duration::as_secs_f64))
    );
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

fn report(times: &[Vec<Duration>; 3], bytes: u64) {
    for ((what, target), step) in STEPS.iter().zip(times) {
        let seconds = median(step.iter().map(Duration::as_secs_f64));
        let ratio =
            median(step.iter().zip(&times[0]).map(|(ours, inflate)| ours.as_secs_f64() / inflate.as_secs_f64()));
        let verdict = match target {
            None => String::new(),
            Some(target) if ratio <= *target => format!("(target ≤ {target}: met)"),
            Some(target) => format!("(target ≤ {target}: MISSED)"),
        };
        println!("{what:<16}{seconds:>8.3} s{:>8.2} GB/s{ratio:>8.2} × {verdict}", bytes as f64 / 1e9 / seconds);
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn inputs(folder: &Path) -> Vec<Input> {
    vec![Input::path("bench", folder)]
}

/// Everything but the database, with the detail that uploads are read with.
fn tally(folder: &Path) -> usize {
    let options = Options { detail: Detail::Below(TlsVersion::Tls12), threads: 0, hashes: false };
    let mut calls = 0;
    source::read(inputs(folder), &options, &Progress::default(), &|_: &str| Resume::New, &mut |part| {
        calls += part.tally.calls.len();
        ControlFlow::Continue(())
    });
    calls
}

struct Stored {
    /// Until the upload is committed as done.
    time: Duration,
    /// Of the tables, afterwards.
    tidying: Duration,
    calls: i64,
}

/// As `tls-sunset ingest` does it, into an empty database; emptying it is not part of the time.
async fn into_postgres(pool: &PgPool, folder: &Path) -> anyhow::Result<Stored> {
    db::empty(&mut *pool.acquire().await?).await?;
    sqlx::raw_sql("checkpoint").execute(pool).await?;
    let start = Instant::now();
    let new =
        db::upload::New { kind: SourceKind::Folder, name: "bench", state: UploadState::Reading, home: "", bytes: 0 };
    let mut claim = Claim::insert(pool, &new).await?;
    let id = claim.id();
    ingest::read(&mut claim, inputs(folder), &Run::default(), 0).await?;
    let time = start.elapsed();
    claim.release_and_tidy().await;
    let tidying = start.elapsed() - time;
    let upload = db::upload::list(&mut *pool.acquire().await?, Some(id)).await?.pop().context("no upload")?;
    Ok(Stored { time, tidying, calls: upload.calls_counted })
}
