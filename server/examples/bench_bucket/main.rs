//! How long a bucket takes to read, on a local S3 server, against the same files on disk; and how long a million keys take to
//! list. Commands run as a user runs them, the server on the same cores beside them.
//!
//! `cargo run --release --example bench_bucket -- FOLDER [ROUNDS]`, FOLDER with a trail in it (`AWSLogs/…`).

#[path = "../../tests/it/s3_server/mod.rs"]
#[expect(dead_code, unused_imports, reason = "tests need more of it")]
mod s3_server;

mod command;

use anyhow::Context as _;
use command::Run;
use s3_server::{BUCKET, S3Server};
use server::{config::Storage, db, postgres};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How many times the time from disk a bucket may take, and how much memory.
const TARGET: f64 = 1.5;
const MEGABYTES: u64 = 400;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().context("usage: bench_bucket FOLDER [ROUNDS]")?).canonicalize()?;
    let rounds = args.next().map_or(Ok(3), |n| n.parse::<usize>()).context("ROUNDS is a number")?.max(1);
    let mut keys = Vec::new();
    walk(&folder, &folder, &mut keys)?;
    let mut sizes: Vec<i64> = keys.iter().map(|(_, bytes)| *bytes).collect();
    sizes.sort_unstable();
    let (sum, median) = (sizes.iter().sum::<i64>(), sizes[sizes.len() / 2]);
    println!("{} objects, {:.0} MB, median {:.1} kB", sizes.len(), sum as f64 / 1e6, median as f64 / 1e3);
    let server = S3Server::over(&folder);
    server.list_only(keys);
    let disk = folder.join("AWSLogs").display().to_string();
    let paths = [disk.as_str(), &format!("s3://{BUCKET}/AWSLogs/")];
    compare("tally", rounds, None, |path| command::run(&server, &["tally", path]), paths)?;
    ingest(&server, rounds, paths)?;
    list_a_million(&server)
}

/// Paired rounds, from disk and from the bucket; the first one warms up and is not counted.
fn compare(
    what: &str,
    rounds: usize,
    target: Option<f64>,
    run: impl Fn(&str) -> anyhow::Result<Run>,
    [disk, bucket]: [&str; 2],
) -> anyhow::Result<()> {
    let mut pairs = Vec::new();
    for round in 0..=rounds {
        let pair = (run(disk)?, run(bucket)?);
        if round > 0 {
            pairs.push(pair);
        }
    }
    let ratio = |(disk, bucket): &(Run, Run)| bucket.time.as_secs_f64() / disk.time.as_secs_f64();
    pairs.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    let middle = pairs[pairs.len() / 2];
    let memory = pairs.iter().map(|(_, bucket)| bucket.memory).max().unwrap_or_default();
    let target = target.map_or(String::new(), |target| said(target, ratio(&middle) <= target));
    let seconds = |time: Duration| time.as_secs_f64();
    println!(
        "{what:<8}from disk {:.2} s, from the bucket {:.2} s: {:.2} ×{target}; the store alone takes {:.2} s of CPU",
        seconds(middle.0.time),
        seconds(middle.1.time),
        ratio(&middle),
        seconds(middle.1.store),
    );
    println!("{what:<8}from the bucket takes {memory} MB{}", said(MEGABYTES, memory <= MEGABYTES));
    Ok(())
}

fn said(target: impl std::fmt::Display, is_met: bool) -> String {
    format!(" (target ≤ {target}: {})", if is_met { "met" } else { "MISSED" })
}

/// Into an empty database, which is there already; emptying it is not part of the time.
fn ingest(server: &S3Server, rounds: usize, paths: [&str; 2]) -> anyhow::Result<()> {
    let home = tempfile::tempdir()?;
    let folder = home.path().to_str().context("a folder that can be named")?;
    let runtime = tokio::runtime::Runtime::new()?;
    let storage = Storage { data_dir: Some(home.path().into()), database_url: None };
    let database = runtime.block_on(postgres::open(&storage))?;
    let ingested = compare(
        "ingest",
        rounds,
        Some(TARGET),
        |path| {
            runtime.block_on(async {
                db::empty(&mut *database.pool.acquire().await?).await?;
                sqlx::raw_sql("checkpoint").execute(&database.pool).await
            })?;
            command::run(server, &["ingest", "--data-dir", folder, path])
        },
        paths,
    );
    runtime.block_on(database.close());
    ingested
}

fn walk(root: &Path, folder: &Path, keys: &mut Vec<(String, i64)>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if path.is_dir() {
            walk(root, &path, keys)?;
        } else {
            keys.push((
                path.strip_prefix(root)?.to_string_lossy().into_owned(),
                i64::try_from(entry.metadata()?.len())?,
            ));
        }
    }
    Ok(())
}

fn list_a_million(server: &S3Server) -> anyhow::Result<()> {
    let folder = "AWSLogs/o-demo0trail/111122223333/CloudTrail/eu-west-1/2026/06/28/";
    let key = |n| format!("{folder}111122223333_CloudTrail_eu-west-1_20260628T0905Z_{n:016}.json.gz");
    server.list_only((0..1_000_000).map(|n| (key(n), 20_000)).collect());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let bucket = server.open("").await;
        let (start, mut after, mut listed) = (Instant::now(), String::new(), 0);
        loop {
            let page = bucket.page(folder, &after).await?;
            listed += page.objects.len();
            match page.objects.last() {
                Some(last) if page.more => after.clone_from(&last.key),
                _ => break,
            }
        }
        let requests = bucket.requests().list;
        println!("listing {listed} keys takes {:.2} s and {requests} requests", start.elapsed().as_secs_f64());
        Ok(())
    })
}
