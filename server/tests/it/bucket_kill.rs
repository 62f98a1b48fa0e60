//! Buckets read by processes of their own: killed at every step, and several at once.

use crate::{
    bucket_ingest::{BROKEN, fill, nth_key},
    ingest_trail as trail,
    kill::{command, run, text},
    lease::no_lease_is_left,
    left::{nothing_is_left, spooled},
    s3_server::{BUCKET, S3Server},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::ingest::{Uploads, failpoint::Step};
use sqlx::PgPool;
use std::{os::unix::process::ExitStatusExt as _, process::Command, time::Duration};
use tempfile::TempDir;

pub(crate) fn program(pool: &PgPool, dir: &TempDir, s3: &S3Server) -> Command {
    let mut command = command(pool, dir);
    command.envs(s3.environment());
    command
}

fn ingest(pool: &PgPool, dir: &TempDir, s3: &S3Server) -> Command {
    let mut command = program(pool, dir, s3);
    command.arg("ingest").arg(format!("s3://{BUCKET}/AWSLogs/"));
    command
}

fn worker(pool: &PgPool, dir: &TempDir, s3: &S3Server) -> Command {
    let mut command = program(pool, dir, s3);
    command.args(["worker", "--once"]);
    command
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn whatever_step_it_dies_at_each_call_is_counted_once(pool: PgPool) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let mut expected = 0;
    for (n, (_, step)) in (0..).zip(Step::OF_BUCKETS) {
        expected += fill(&s3, n * 12..(n + 1) * 12, 20);
        let mut killed = ingest(&pool, &dir, &s3);
        killed.env("SUNSET_KILL_AT", step);
        let killed = run(killed).await;
        assert_eq!(killed.status.signal(), Some(9), "{step}: {}", text(&killed));
        trail::counted(&pool).await;
        let output = run(worker(&pool, &dir, &s3)).await;
        assert!(output.status.success(), "{step}: {}", text(&output));
        assert_eq!(trail::counted(&pool).await, expected, "{step}: {}", text(&output));
        let left: i64 =
            sqlx::query_scalar("select objects - objects_done from bucket").fetch_one(&pool).await.expect("one");
        assert_eq!(left, 0, "{step}");
        no_lease_is_left(&pool).await;
        assert_eq!(spooled(&dir.path().join("data")), [""; 0], "{step}: the spool is left");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_object_that_ends_the_process_again_and_again_is_given_up_alone(pool: PgPool) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let calls = fill(&s3, 0..12, 20);
    let mut asked = ingest(&pool, &dir, &s3);
    asked.env("SUNSET_KILL_AT", "taken");
    run(asked).await;
    // All of them were beside it twice.
    sqlx::query("update log_file set attempts = 2").execute(&pool).await.expect("set");
    sqlx::query("update log_file set attempts = 3 where id = (select max(id) from log_file)")
        .execute(&pool)
        .await
        .expect("set");
    let output = run(worker(&pool, &dir, &s3)).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, calls - 20);
    let reason: String =
        sqlx::query_scalar("select reason from log_file where state = 'failed'").fetch_one(&pool).await.expect("one");
    assert!(reason.contains("ended the program 3 times"), "{reason}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_is_overwritten_between_its_listing_and_its_reading_is_counted_as_it_is_then(pool: PgPool) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let calls = fill(&s3, 0..12, 20);
    let mut asked = ingest(&pool, &dir, &s3);
    asked.env("SUNSET_KILL_AT", "taken");
    run(asked).await;
    let listed: Vec<String> =
        sqlx::query_scalar("select name from log_file order by name limit 2").fetch_all(&pool).await.expect("names");
    // Larger than what goes into memory, where a small one was listed.
    let mut large = trail::file(9000..9050);
    large.resize(17 << 20, b' ');
    s3.put(&listed[0], large);
    s3.put(&listed[1], trail::file(9050..9051));
    let output = run(worker(&pool, &dir, &s3)).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, calls - 40 + 51);
    let each: Vec<i64> = sqlx::query_scalar("select calls_counted from log_file where name = any($1) order by name")
        .bind(&listed)
        .fetch_all(&pool)
        .await
        .expect("numbers");
    assert_eq!(each, [50, 1]);
    no_lease_is_left(&pool).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn two_workers_share_a_bucket(pool: PgPool) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let calls = fill(&s3, 0..1200, 5);
    let mut asked = ingest(&pool, &dir, &s3);
    asked.env("SUNSET_KILL_AT", "listed");
    run(asked).await;
    let (one, two) = tokio::join!(run(worker(&pool, &dir, &s3)), run(worker(&pool, &dir, &s3)));
    assert!(one.status.success() && two.status.success(), "{}{}", text(&one), text(&two));
    assert_eq!(trail::counted(&pool).await, calls);
    no_lease_is_left(&pool).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn ingest_says_what_became_of_every_object(pool: PgPool) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let calls = fill(&s3, 0..9, 20);
    let output = run(ingest(&pool, &dir, &s3)).await;
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("In all, 9 files: 180 calls counted."), "{said}");
    assert_eq!(said.matches(".json.gz: 20 calls counted").count(), 9, "{said}");
    assert_eq!(trail::counted(&pool).await, calls);

    s3.put("AWSLogs/111122223333/CloudTrail/eu-west-1/2023/05/04/bad.json.gz", BROKEN);
    let output = run(ingest(&pool, &dir, &s3)).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let mut elsewhere = ingest(&pool, &dir, &s3);
    elsewhere.args(["--from", "2022-01-01", "--to", "2022-01-31"]);
    run(elsewhere).await;
    assert_eq!(trail::counted(&pool).await, calls);
    let mut wrong = program(&pool, &dir, &s3);
    wrong.args(["ingest", "s3://No_Bucket/"]);
    let output = run(wrong).await;
    assert!(!output.status.success() && text(&output).contains("no name of a bucket"), "{}", text(&output));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_a_killed_process_kept_of_a_bucket_is_removed_while_others_run(pool: PgPool) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let mut large = trail::file(0..50);
    large.resize(17 << 20, b' ');
    s3.put(&nth_key(0), large);
    let data = dir.path().join("data");
    let beside = Uploads::start(pool.clone(), &data).await.expect("it starts");
    let mut killed = ingest(&pool, &dir, &s3);
    killed.env("SUNSET_KILL_AT", "downloaded");
    let killed = run(killed).await;
    assert_eq!(killed.status.signal(), Some(9), "{}", text(&killed));
    nothing_is_left(&pool, &data).await;
    let output = run(worker(&pool, &dir, &s3)).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, 50);
    drop(beside);
}

/// A worker whose leases last a second.
fn hasty(pool: &PgPool, dir: &TempDir, s3: &S3Server) -> Command {
    let mut worker = worker(pool, dir, s3);
    worker.env("SUNSET_LEASE_SECONDS", "1");
    worker
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_a_worker_took_when_it_was_stopped_is_read_by_another(pool: PgPool) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let calls = fill(&s3, 0..60, 20);
    let mut asked = ingest(&pool, &dir, &s3);
    asked.env("SUNSET_KILL_AT", "noted");
    run(asked).await;
    sqlx::query("delete from lease").execute(&pool).await.expect("the dead one's");
    // It is stopped while a transaction under its lease waits for the table, so that one stays open.
    let mut lock = pool.begin().await.expect("begun");
    sqlx::query("lock table log_file in exclusive mode").execute(&mut *lock).await.expect("locked");
    let mut stopped = hasty(&pool, &dir, &s3).spawn().expect("it starts");
    let waits = "select exists (select from lease) and exists (
                     select from pg_locks where not granted and relation = 'log_file'::regclass)";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&pool).await.expect("an answer") {
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    let pid = Pid::from_raw(stopped.id() as i32);
    kill(pid, Signal::SIGSTOP).expect("stopped");
    lock.rollback().await.expect("unlocked");

    let other = run(hasty(&pool, &dir, &s3));
    let output = tokio::time::timeout(Duration::from_secs(60), other).await;
    kill(pid, Signal::SIGCONT).expect("continued");
    let output = output.expect("nobody keeps the objects from it");
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, calls);
    let status = tokio::task::spawn_blocking(move || stopped.wait()).await.expect("waited").expect("it ended");
    assert_eq!(status.code(), Some(0));
    assert_eq!(trail::counted(&pool).await, calls);
    nothing_is_left(&pool, &dir.path().join("data")).await;
}
