//! What a killed keeper, or a killed server, left running on a data directory.

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    fs,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

/// A shutdown checkpoint may take its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Stops every process that works in `data` and waits for it; removes a lock of Postgres that names a stranger. Only for
/// who holds the keeper's lock.
pub(super) fn stop(data: &Path) {
    let since = Instant::now();
    let mut asked = false;
    loop {
        let running = processes(data);
        if running.is_empty() {
            break;
        }
        let signal = if since.elapsed() > PATIENCE { Signal::SIGKILL } else { Signal::SIGINT };
        if !asked || signal == Signal::SIGKILL {
            tracing::info!(processes = running.len(), "stopping a Postgres that was left running");
            for pid in running {
                let _ = kill(pid, signal);
            }
            asked = true;
        }
        sleep(Duration::from_millis(50));
    }
    // After a restart of a container a stranger may have the number; Postgres would then refuse to start.
    if postmaster(data).is_some_and(|pid| kill(pid, None).is_ok()) {
        let _ = fs::remove_file(data.join("postmaster.pid"));
    }
}

/// The server that the data directory's own lock file names, running or not.
fn postmaster(data: &Path) -> Option<Pid> {
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid: i32 = text.lines().next()?.trim().parse().ok()?;
    (pid > 1).then(|| Pid::from_raw(pid))
}

/// Every process of a Postgres server has the data directory as its working directory.
#[cfg(target_os = "linux")]
fn processes(data: &Path) -> Vec<Pid> {
    use std::os::unix::fs::MetadataExt as _;

    let Ok(wanted) = fs::metadata(data) else { return Vec::new() };
    let works_there = |entry: &fs::DirEntry| {
        let is_postgres = fs::read_to_string(entry.path().join("comm")).is_ok_and(|name| name.starts_with("postgres"));
        is_postgres
            && fs::metadata(entry.path().join("cwd"))
                .is_ok_and(|cwd| (cwd.dev(), cwd.ino()) == (wanted.dev(), wanted.ino()))
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbered = entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry)));
    numbered.filter(|(_, entry)| works_there(entry)).map(|(pid, _)| Pid::from_raw(pid)).collect()
}

/// Where there is no `/proc`: the one server that the lock file names, if that number is a Postgres.
#[cfg(not(target_os = "linux"))]
fn processes(data: &Path) -> Vec<Pid> {
    let is_postgres = |pid: &Pid| {
        let output = std::process::Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("postgres"))
    };
    postmaster(data).filter(is_postgres).into_iter().collect()
}
