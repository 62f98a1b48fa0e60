//! Processes that start beside one that does not come to an end of starting: they say so, and do not wait for ever.

use crate::{
    kill::{command, run, text},
    serve::program,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::PgPool;
use std::{
    fs,
    process::{Child, Command, Output},
    time::Duration,
};
use tempfile::TempDir;

/// A process that is killed at the latest when the test ends.
struct Process(Child);

impl Process {
    fn start(mut command: Command) -> Self {
        Self(command.spawn().expect("it starts"))
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.0.id() as i32), signal).expect("a signal");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asserts that it ended by itself, and said who it had waited for: while it waited, and at the end in one sentence.
fn names(output: &Output, process: &Process, about: &str) {
    let said = text(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let other = format!("{} on ", process.0.id());
    let (errors, log): (Vec<&str>, Vec<&str>) = said.lines().partition(|line| line.starts_with("error: "));
    assert_eq!(errors.len(), 1, "{said}");
    for part in [&*other, about, "let it go on or end it"] {
        assert!(errors[0].contains(part), "{part}: {said}");
    }
    assert!(errors[0].ends_with('.'), "{said}");
    assert!(log.iter().any(|line| line.contains("WARN") && line.contains(&other) && line.contains("waits")), "{said}");
}

async fn until(pool: &PgPool, question: &'static str) {
    while !sqlx::query_scalar::<_, bool>(question).fetch_one(pool).await.expect("an answer") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn worker(pool: &PgPool, dir: &TempDir) -> Command {
    let mut worker = command(pool, dir);
    worker.args(["worker", "--once"]).env("SUNSET_START_SECONDS", "1");
    worker
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn behind_one_that_hangs_with_the_spool_folder(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut lock = pool.begin().await.expect("begun");
    sqlx::query("lock table lease in exclusive mode").execute(&mut *lock).await.expect("locked");
    let first = Process::start(worker(&pool, &dir));
    until(&pool, "select exists (select from pg_locks where not granted and relation = 'lease'::regclass)").await;
    first.signal(Signal::SIGSTOP);
    names(&run(worker(&pool, &dir)).await, &first, "spool");

    first.signal(Signal::SIGCONT);
    lock.rollback().await.expect("unlocked");
    let output = run(worker(&pool, &dir)).await;
    assert!(output.status.success(), "{}", text(&output));
    let home = fs::read_to_string(dir.path().join("data/spool/home")).expect("a lock file");
    assert_eq!(home.len(), 32, "{home}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn behind_one_that_hangs_with_the_schema(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut lock = pool.begin().await.expect("begun");
    sqlx::query("lock table _sqlx_migrations in access exclusive mode").execute(&mut *lock).await.expect("locked");
    let first = Process::start(worker(&pool, &dir));
    until(&pool, "select exists (select from pg_locks where not granted and relation = '_sqlx_migrations'::regclass)")
        .await;
    first.signal(Signal::SIGSTOP);
    names(&run(worker(&pool, &dir)).await, &first, "tables up to date");

    first.signal(Signal::SIGCONT);
    lock.rollback().await.expect("unlocked");
    let output = run(worker(&pool, &dir)).await;
    assert!(output.status.success(), "{}", text(&output));
}

#[tokio::test]
async fn behind_one_that_hangs_with_the_embedded_database() {
    let dir = tempfile::tempdir().expect("a folder");
    let worker = || {
        let mut worker = program(&dir);
        worker.args(["worker", "--once"]);
        worker
    };
    let mut first = Process::start(worker());
    // Setting up a new database takes longer than seeing this.
    let path = dir.path().join("data/postgres.lock");
    let lock = loop {
        match fs::read_to_string(&path) {
            Ok(lock) if !lock.is_empty() => break lock,
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    first.signal(Signal::SIGSTOP);
    assert!(lock.starts_with("kept by "), "it has started already: {lock}");
    let mut second = worker();
    second.env("SUNSET_START_SECONDS", "1");
    names(&run(second).await, &first, "has not started");

    first.signal(Signal::SIGCONT);
    let ended = loop {
        match first.0.try_wait().expect("a state") {
            Some(ended) => break ended,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert!(ended.success(), "{ended}");
    let output = run(worker()).await;
    assert!(output.status.success(), "{}", text(&output));
}
