//! How long reading takes, up to the tally, against inflating alone: paired rounds on the same files and threads.
//!
//! `cargo run --release -p server --example bench_read -- FOLDER [ROUNDS] [THREADS]`, FOLDER with `.json.gz` files.

use app::model::tls::TlsVersion;
use server::{
    source::{self, Input, Options, Progress, Resume},
    tally::Detail,
};
use std::{
    fs,
    io::Read as _,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next().map(PathBuf::from) else {
        eprintln!("usage: bench_read FOLDER [ROUNDS] [THREADS]");
        std::process::exit(2);
    };
    let rounds = args.next().and_then(|n| n.parse().ok()).unwrap_or(9).max(1);
    let threads = args
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let files = gzip_files(&folder);
    let (mut inflated, mut read, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut bytes, mut calls) = (0, 0);
    // The first round warms the page cache up and is not counted.
    for round in 0..=rounds {
        let inflate = inflate_only(&files, threads, &mut bytes);
        let ours = read_to_tally(&folder, threads, &mut calls);
        if round > 0 {
            inflated.push(inflate.as_secs_f64());
            read.push(ours.as_secs_f64());
            ratios.push(ours.as_secs_f64() / inflate.as_secs_f64());
        }
    }
    let gigabytes = bytes as f64 / 1e9;
    println!(
        "{} files, {gigabytes:.3} GB of JSON, {calls} calls, {threads} threads, {rounds} rounds (medians)",
        files.len()
    );
    for (what, times) in [("inflate only", &mut inflated), ("read to tally", &mut read)] {
        let time = median(times);
        println!("{what:<14} {time:.3} s  {:.2} GB/s", gigabytes / time);
    }
    println!("ratio          {:.2}", median(&mut ratios));
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn gzip_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "gz") {
                files.push(path);
            }
        }
    }
    files
}

/// The limit: every file read and inflated by libdeflate into a reused buffer, and nothing else.
fn inflate_only(files: &[PathBuf], threads: usize, bytes: &mut u64) -> Duration {
    let start = Instant::now();
    let (next, total) = (AtomicUsize::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut inflater = libdeflater::Decompressor::new();
                let (mut packed, mut decoded) = (Vec::new(), vec![0; 64 << 20]);
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    packed.clear();
                    let read = fs::File::open(path).and_then(|mut file| file.read_to_end(&mut packed));
                    let n = read.ok().and_then(|_| inflater.gzip_decompress(&packed, &mut decoded).ok());
                    total.fetch_add(n.unwrap_or(0) as u64, Ordering::Relaxed);
                }
            });
        }
    });
    *bytes = total.into_inner();
    start.elapsed()
}

fn read_to_tally(folder: &Path, threads: usize, calls: &mut usize) -> Duration {
    let start = Instant::now();
    let input = Input { name: "bench".to_owned(), path: folder.to_owned() };
    let options = Options { detail: Detail::Below(TlsVersion::Tls12), threads };
    *calls = 0;
    source::read(vec![input], &options, &Progress::default(), &|_| Resume::New, &mut |part| {
        *calls += part.tally.calls.len();
        ControlFlow::Continue(())
    });
    start.elapsed()
}
