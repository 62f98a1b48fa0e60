//! Who may count: leases that compete, are lost, and outlive their holders.

use crate::{
    ingest_trail as trail,
    kill::{command, run, text},
    left::nothing_is_left,
};
use app::model::report::{SourceKind, UploadState};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::{
    db,
    ingest::{self, Claim, Error, Run, Uploads},
    source::Input,
};
use sqlx::PgPool;
use std::{
    path::Path,
    process::{Child, Command},
    time::Duration,
};
use tempfile::TempDir;

const FILES: u64 = 60;
const PER_FILE: u64 = 1000;
const TOTAL: i64 = (FILES * PER_FILE) as i64;

const FOLDER: db::upload::New<'_> =
    db::upload::New { kind: SourceKind::Folder, name: "logs", state: UploadState::Reading, home: "", bytes: 1 };

fn inputs(dir: &Path) -> Vec<Input> {
    vec![Input::path("logs", dir.join("logs"))]
}

async fn number(pool: &PgPool, question: &'static str) -> i64 {
    sqlx::query_scalar(question).fetch_one(pool).await.expect("a number")
}

/// Nobody holds anything.
pub(crate) async fn no_lease_is_left(pool: &PgPool) {
    assert_eq!(number(pool, "select count(*) from lease").await, 0, "leases are left");
    assert_eq!(number(pool, "select count(*) from upload where lease is not null").await, 0);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn of_two_claims_one_wins_and_a_lost_one_counts_nothing(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    trail::write(&dir.path().join("logs"), 3, 100);
    let mut first = Claim::insert(&pool, &FOLDER).await.expect("claimed");
    let id = first.id();
    assert!(Claim::take(&pool, id, false).await.expect("an answer").is_none(), "one at a time");

    sqlx::query("update lease set until = now() - interval '1 second', backend = null")
        .execute(&pool)
        .await
        .expect("late");
    let mut second = Claim::take(&pool, id, false).await.expect("an answer").expect("it is over");
    let lost = ingest::read(&mut first, inputs(dir.path()), &Run::default(), 0).await;
    assert!(matches!(lost, Err(Error::LeaseLost)), "{lost:?}");
    assert_eq!(trail::counted(&pool).await, 0);

    let state = ingest::read(&mut second, inputs(dir.path()), &Run::default(), 0).await.expect("read");
    assert_eq!((state, trail::counted(&pool).await), (UploadState::Done, 300));
    first.release().await;
    second.release().await;
    no_lease_is_left(&pool).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_lease_lost_in_the_middle_stops_the_reading(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    trail::write(&dir.path().join("logs"), FILES, PER_FILE);
    let mut claim = Claim::insert(&pool, &FOLDER).await.expect("claimed");
    let id = claim.id();
    for statement in [
        "create function lose() returns trigger language plpgsql as $$ begin delete from lease; return null; end $$",
        "create trigger lose after update on upload for each row when (new.calls_counted > 0) execute function lose()",
    ] {
        sqlx::query(statement).execute(&pool).await.expect("made");
    }
    let lost = ingest::read(&mut claim, inputs(dir.path()), &Run::default(), 1).await;
    assert!(matches!(lost, Err(Error::LeaseLost)), "{lost:?}");
    let counted = trail::counted(&pool).await;
    assert!(counted > 0 && counted <= TOTAL, "{counted}");

    sqlx::query("drop trigger lose on upload").execute(&pool).await.expect("dropped");
    let mut claim = Claim::take(&pool, id, false).await.expect("an answer").expect("free");
    ingest::read(&mut claim, inputs(dir.path()), &Run::default(), 0).await.expect("read");
    assert_eq!(trail::counted(&pool).await, TOTAL);
    claim.release().await;
    no_lease_is_left(&pool).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_connection_that_ends_ends_its_lease(pool: PgPool) {
    let claim = Claim::insert(&pool, &FOLDER).await.expect("claimed");
    sqlx::query("select pg_terminate_backend(backend) from lease").execute(&pool).await.expect("ended");
    let taken = loop {
        match Claim::take(&pool, claim.id(), false).await.expect("an answer") {
            Some(taken) => break taken,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    claim.release().await;
    taken.release().await;
    no_lease_is_left(&pool).await;
}

/// A worker whose leases last a second.
fn worker(pool: &PgPool, dir: &TempDir) -> Command {
    let mut command = command(pool, dir);
    command.arg("worker").env("SUNSET_LEASE_SECONDS", "1");
    command
}

/// Sends all files as one upload, for others to read; answers its id.
pub(crate) async fn queue(pool: &PgPool, dir: &TempDir, files: impl IntoIterator<Item = Vec<u8>>) -> i64 {
    let uploads = Uploads::start(pool.clone(), &dir.path().join("data")).await.expect("it starts");
    let mut receiving = uploads.begin("").await.expect("begun");
    for (n, bytes) in files.into_iter().enumerate() {
        let mut file = receiving.file(&format!("{n}.json")).await.expect("a file");
        file.write(&bytes).await.expect("written");
        file.finish().await.expect("received");
    }
    receiving.finish().await.expect("queued")
}

fn signal(process: &Child, signal: Signal) {
    kill(Pid::from_raw(process.id() as i32), signal).expect("a signal");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_worker_that_was_stopped_past_its_lease_counts_nothing_twice(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let files = (0..FILES).map(|n| trail::file(n * PER_FILE..(n + 1) * PER_FILE));
    queue(&pool, &dir, files).await;
    let mut stopped = worker(&pool, &dir).spawn().expect("it starts");
    // It may be quicker than this looks.
    let begun = "select count(*) from upload where calls_counted > 0 and state in ('reading', 'done')";
    while number(&pool, begun).await == 0 {
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    signal(&stopped, Signal::SIGSTOP);
    let mut other = worker(&pool, &dir);
    other.arg("--once");
    let output = run(other).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, TOTAL);
    let counted = number(&pool, "select calls_counted - calls_already_counted from upload").await;
    assert_eq!(counted, TOTAL, "{}", text(&output));

    signal(&stopped, Signal::SIGCONT);
    // It has gone on when it looks for work again.
    tokio::time::sleep(Duration::from_millis(300)).await;
    signal(&stopped, Signal::SIGTERM);
    let status = tokio::task::spawn_blocking(move || stopped.wait()).await.expect("waited").expect("it ended");
    assert_eq!(status.code(), Some(0));
    assert_eq!(trail::counted(&pool).await, TOTAL);
    nothing_is_left(&pool, &dir.path().join("data")).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn who_was_stopped_in_the_middle_of_counting_keeps_nobody_waiting(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    trail::write(&dir.path().join("logs"), 1, 300);
    queue(&pool, &dir, [trail::file(300..600)]).await;
    let ingest = || {
        let mut ingest = command(&pool, &dir);
        ingest.arg("ingest").arg(dir.path().join("logs")).env("SUNSET_LEASE_SECONDS", "1");
        ingest
    };
    // It counts while the table is locked, and is stopped when it holds what whoever counts needs.
    let mut lock = pool.begin().await.expect("begun");
    sqlx::query("lock table log_file in exclusive mode").execute(&mut *lock).await.expect("locked");
    let stopped = ingest().spawn().expect("it starts");
    let waits = "select count(*) from pg_locks where not granted and relation = 'log_file'::regclass";
    while number(&pool, waits).await == 0 {
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    signal(&stopped, Signal::SIGSTOP);
    lock.rollback().await.expect("unlocked");
    let mut other = worker(&pool, &dir);
    other.arg("--once");
    let output = tokio::time::timeout(Duration::from_secs(60), run(other)).await;
    signal(&stopped, Signal::SIGCONT);
    let output = output.expect("it does not wait for the one that was stopped");
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, 300);
    let late = tokio::task::spawn_blocking(|| stopped.wait_with_output()).await.expect("waited").expect("it ended");
    assert_eq!(late.status.code(), Some(1), "{}", text(&late));
    assert!(text(&late).contains("took it for dead") && text(&late).contains("same command again"), "{}", text(&late));
    let output = run(ingest()).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, 600);
    nothing_is_left(&pool, &dir.path().join("data")).await;
}
