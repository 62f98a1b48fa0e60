//! Commands of ours, run as a user runs them: how long they take, how much memory, and what the store beside them takes.

use crate::s3_server::S3Server;
use anyhow::{Context as _, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What a command took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) time: Duration,
    /// Of the store's threads, on the same cores.
    pub(crate) store: Duration,
    /// Most memory, in MB.
    pub(crate) memory: u64,
}

/// Runs `tls-sunset` with these arguments.
pub(crate) fn run(server: &S3Server, args: &[&str]) -> anyhow::Result<Run> {
    let program = std::env::current_exe()?.with_file_name("../tls-sunset");
    let (start, before) = (Instant::now(), own_cpu()?);
    let mut child = Command::new(program)
        .args(args)
        .envs(server.environment())
        .env_remove("DATABASE_URL")
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
    ensure!(status.code().is_some_and(|code| code <= 1), "{args:?}: {status}");
    Ok(Run { time: start.elapsed(), store: own_cpu()?.saturating_sub(before), memory })
}

/// CPU time of this process, in which the store is.
fn own_cpu() -> anyhow::Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let time = |value: nix::sys::time::TimeVal| {
        Duration::from_micros((value.tv_sec() * 1_000_000 + value.tv_usec()).unsigned_abs())
    };
    Ok(time(usage.user_time()) + time(usage.system_time()))
}

/// A process's peak of resident memory; Linux only.
fn megabytes(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB");
    Some(kilobytes.parse::<u64>().ok()? / 1024)
}
