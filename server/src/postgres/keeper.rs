//! Starts the embedded server, starts it again if it dies, and stops it.
//!
//! A thread of its own does this, because the kernel ties the child's life to the thread that started it.

use super::{
    Error,
    cluster::{self, Cluster},
    connect, leftover,
};
use crate::wait::{self, TICK, Wait, myself};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, Uid},
};
use sqlx::PgPool;
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{Seek as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::Child,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{JoinHandle, sleep},
    time::{Duration, Instant},
};

/// How long a start of its own may take; after a crash the server replays its log first.
const START_TIMEOUT: Duration = Duration::from_secs(180);

/// What the lock file says of who holds it; behind it, who that is.
const KEPT_BY: &str = "kept by ";

/// Failed starts in a row before a first start is given up. Leftovers of a crash may need a moment to go.
const ATTEMPTS: u32 = 5;

/// A server that ran for this long had started well.
const STEADY: Duration = Duration::from_secs(10);

/// Keeps the embedded server of one data folder, or waits as a guest for its turn.
#[derive(Debug)]
pub(super) struct Keeper {
    home: PathBuf,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    stop: bool,
    /// Somebody has connected: from now on a dead server is started again, however often.
    was_up: bool,
}

#[derive(Debug, Default)]
enum Phase {
    #[default]
    Starting,
    /// Another process keeps the server.
    Guest,
    Serving(Pid),
    Failed(Option<Error>),
}

impl Keeper {
    /// Begins to keep the server in `home`; [`Self::connect`] waits for it.
    pub(super) fn start(home: PathBuf) -> Result<Self, Error> {
        // Root's child is another user and must pass.
        let mode = if Uid::effective().is_root() { 0o711 } else { 0o700 };
        DirBuilder::new().recursive(true).mode(mode).create(&home).map_err(Error::not_writable(&home))?;
        let home = home.canonicalize().map_err(Error::not_writable(&home))?;
        let path = lock_path(&home);
        let mut options = OpenOptions::new();
        let lock = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let lock = lock.map_err(Error::not_writable(&path))?;
        let shared = Arc::<Shared>::default();
        let thread = std::thread::Builder::new().name("postgres".into()).spawn({
            let (home, shared) = (home.clone(), Arc::clone(&shared));
            move || keep(&home, lock, &shared)
        });
        let thread = thread.map_err(|e| Error::Start { why: e.to_string(), log: home.join("postgres.log") })?;
        Ok(Self { home, shared, thread: Some(thread) })
    }

    /// Waits until the server answers, whoever keeps it.
    pub(super) async fn connect(&mut self) -> Result<PgPool, Error> {
        let socket_dir = cluster::socket_dir(&self.home);
        let mut wait = Wait::begin();
        let mut why = "it takes too long".to_owned();
        loop {
            if let Phase::Failed(error) = &mut self.shared.lock().phase
                && let Some(error) = error.take()
            {
                return Err(error);
            }
            if self.is_started() {
                match connect::to_socket(&socket_dir).await {
                    Ok(pool) => {
                        self.shared.lock().was_up = true;
                        return Ok(pool);
                    }
                    Err(error) => why = error.to_string(),
                }
            }
            match self.other_keeper() {
                Some(keeper) if wait.is_over() => {
                    return Err(Error::Kept { keeper, dir: self.home.clone(), seconds: wait::LIMIT.as_secs(), why });
                }
                Some(keeper) if wait.is_long() => {
                    wait.say(&format!("process {keeper} has not started the database of {} yet", self.home.display()));
                }
                None if wait.lasts(START_TIMEOUT) => {
                    return Err(Error::Start { why, log: self.home.join("postgres.log") });
                }
                _ => {}
            }
            tokio::time::sleep(TICK).await;
        }
    }

    /// Whose guest this process is.
    fn other_keeper(&self) -> Option<String> {
        if !matches!(self.shared.lock().phase, Phase::Guest) {
            return None;
        }
        let lock = fs::read_to_string(lock_path(&self.home)).unwrap_or_default();
        Some(lock.lines().find_map(|line| line.strip_prefix(KEPT_BY)).unwrap_or("of an unknown number").to_owned())
    }

    /// The process id of the server, if this process keeps it.
    pub(super) fn server(&self) -> Option<i32> {
        match self.shared.lock().phase {
            Phase::Serving(pid) => Some(pid.as_raw()),
            _ => None,
        }
    }

    /// Stops the server if this process keeps it, and waits until it is down.
    pub(super) async fn stop(self) {
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    /// Whether the present keeper, be it another process, has a server of its own running: before, what answers may be a
    /// leftover that is about to be stopped.
    fn is_started(&self) -> bool {
        match self.shared.lock().phase {
            Phase::Serving(_) => true,
            Phase::Guest => fs::read_to_string(lock_path(&self.home)).is_ok_and(|lock| names_server(&lock)),
            _ => false,
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        self.lock().phase = phase;
    }

    fn stopping(&self) -> bool {
        self.lock().stop
    }

    /// Sleeps, but not through a request to stop.
    fn pause(&self, time: Duration) {
        let since = Instant::now();
        while since.elapsed() < time && !self.stopping() {
            sleep(TICK);
        }
    }
}

/// The thread: waits for its turn, then serves until told to stop.
fn keep(home: &Path, mut lock: File, shared: &Shared) {
    let served = match wait_for_turn(home, &lock, shared) {
        Ok(true) => {
            note(&mut lock, None);
            Cluster::prepare(home).and_then(|cluster| serve(&cluster, &mut lock, shared))
        }
        Ok(false) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = served {
        tracing::error!("{error}");
        shared.enter(Phase::Failed(Some(error)));
    }
}

/// Takes the lock when nobody else has it; false if told to stop before.
fn wait_for_turn(home: &Path, lock: &File, shared: &Shared) -> Result<bool, Error> {
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => shared.enter(Phase::Guest),
            Err(TryLockError::Error(error)) => return Err(Error::not_writable(home)(error)),
        }
        shared.pause(Duration::from_millis(300));
        if shared.stopping() {
            return Ok(false);
        }
    }
}

fn serve(cluster: &Cluster, lock: &mut File, shared: &Shared) -> Result<(), Error> {
    let failure = |why: String| Error::Start { why, log: cluster.log().to_owned() };
    let mut failures = 0;
    while !shared.stopping() {
        let since = Instant::now();
        let mut child = cluster.command()?.spawn().map_err(|error| failure(error.to_string()))?;
        let pid = Pid::from_raw(child.id().cast_signed());
        note(lock, Some(pid));
        shared.enter(Phase::Serving(pid));
        if watch(&mut child, pid, shared) {
            break;
        }
        shared.enter(Phase::Starting);
        failures = if since.elapsed() > STEADY { 1 } else { failures + 1 };
        if failures >= ATTEMPTS && !shared.lock().was_up {
            return Err(failure(cluster.last_complaint().unwrap_or_else(|| "it gives no reason".into())));
        }
        tracing::warn!(failures, "the embedded Postgres ended on its own; starting it again");
        shared.pause(Duration::from_millis(100) * failures.min(100) * failures.min(10));
        leftover::stop(cluster.data());
    }
    let _ = lock.set_len(0);
    Ok(())
}

fn lock_path(home: &Path) -> PathBuf {
    home.join("postgres.lock")
}

/// Writes into the lock file who holds it, and before that which server it has started.
fn note(lock: &mut File, server: Option<Pid>) {
    let server = server.map_or_else(String::new, |pid| format!("{pid}\n"));
    let text = format!("{server}{KEPT_BY}{}\n", myself());
    // For others to read; the lock itself does not depend on it.
    let _ = lock.set_len(0).and_then(|()| lock.rewind()).and_then(|()| lock.write_all(text.as_bytes()));
}

fn names_server(lock: &str) -> bool {
    lock.lines().next().is_some_and(|line| line.parse::<i32>().is_ok())
}

/// Until the server ends: true if it was told to.
fn watch(child: &mut Child, pid: Pid, shared: &Shared) -> bool {
    let mut told = false;
    loop {
        match child.try_wait() {
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => return told,
        }
        if !told && shared.stopping() {
            // Fast shutdown. It is our child and not yet waited for, so the number is still its own.
            told = kill(pid, Signal::SIGINT).is_ok();
        }
        sleep(TICK);
    }
}
