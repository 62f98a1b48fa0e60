//! How long a bucket takes to read, on a local S3 server, against the same files on disk; and how long a million keys take to
//! list. Commands run as a user runs them, the server on the same cores beside them.
//!
//! `cargo run --release --example bench_bucket -- FOLDER [ROUNDS]`, FOLDER with a trail in it (`AWSLogs/…`).

#[path = "../../tests/it/s3_server/mod.rs"]
#[expect(dead_code, unused_imports, reason = "tests need more of it")]
mod s3_server;

use anyhow::{Context as _, ensure};
use s3_server::{BUCKET, S3Server};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
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
    let address = format!("s3://{BUCKET}/AWSLogs/");
    compare(&server, "tally", rounds, &[&disk], &[&address])?;
    list_a_million(&server)
}

/// Paired rounds; the first one warms up and is not counted.
fn compare(server: &S3Server, command: &str, rounds: usize, disk: &[&str], bucket: &[&str]) -> anyhow::Result<()> {
    let (mut ratios, mut seconds, mut peak) = (Vec::new(), Vec::new(), 0);
    for round in 0..=rounds {
        let (from_disk, _) = run(server, command, disk)?;
        let (from_bucket, memory) = run(server, command, bucket)?;
        if round > 0 {
            ratios.push(from_bucket.as_secs_f64() / from_disk.as_secs_f64());
            seconds.push((from_disk.as_secs_f64(), from_bucket.as_secs_f64()));
            peak = peak.max(memory);
        }
    }
    let middle = ratios.len() / 2;
    ratios.sort_by(f64::total_cmp);
    seconds.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (ratio, (from_disk, from_bucket)) = (ratios[middle], seconds[middle]);
    let met = |is_met| if is_met { "met" } else { "MISSED" };
    println!(
        "{command:<8}from disk {from_disk:.2} s, from the bucket {from_bucket:.2} s: {ratio:.2} × (target ≤ {TARGET}: {})",
        met(ratio <= TARGET)
    );
    println!("{command:<8}from the bucket takes {peak} MB (target ≤ {MEGABYTES}: {})", met(peak <= MEGABYTES));
    Ok(())
}

/// The time and the most memory of a command of ours.
fn run(server: &S3Server, command: &str, args: &[&str]) -> anyhow::Result<(Duration, u64)> {
    let program = std::env::current_exe()?.with_file_name("../tls-sunset");
    let start = Instant::now();
    let mut child = Command::new(program)
        .arg(command)
        .args(args)
        .envs(server.environment())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("build the program first: cargo build --release")?;
    let mut memory = 0;
    let status = loop {
        memory = memory.max(megabytes(child.id()).unwrap_or_default());
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(Duration::from_millis(5));
    };
    // A trail's digests count as skipped when they are read from disk.
    ensure!(status.code().is_some_and(|code| code <= 1), "{command} {args:?}: {status}");
    Ok((start.elapsed(), memory))
}

/// A process's peak of resident memory; Linux only.
fn megabytes(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB");
    Some(kilobytes.parse::<u64>().ok()? / 1024)
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
