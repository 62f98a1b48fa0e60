//! Killed at every step there is, and gone on with.

use crate::{
    ingest_trail as trail,
    kill::{command, run, serve, text},
    lease::{no_lease_is_left, queue},
    left::spooled,
    serve::Running,
};
use server::ingest::failpoint::Step;
use sqlx::PgPool;
use std::{os::unix::process::ExitStatusExt as _, process::Output, time::Duration};
use tempfile::TempDir;

const FILES: u64 = 4;
const PER_FILE: u64 = 150;

/// The n-th upload's files: two have calls in common.
fn files(n: u64) -> impl Iterator<Item = Vec<u8>> {
    let begin = n * FILES * PER_FILE;
    (0..FILES).map(move |file| {
        let overlap = if file == 1 { 20 } else { 0 };
        trail::file(begin + file * PER_FILE - overlap..begin + (file + 1) * PER_FILE)
    })
}

/// Reads what waits; dies at a step if one is named.
async fn work(pool: &PgPool, dir: &TempDir, kill_at: Option<&str>) -> Output {
    let mut worker = command(pool, dir);
    worker.args(["worker", "--once"]).env("SUNSET_LEASE_SECONDS", "0.5");
    if let Some(step) = kill_at {
        worker.env("SUNSET_KILL_AT", step);
    }
    run(worker).await
}

/// Sends the files to a server that dies at a step.
async fn send(pool: &PgPool, dir: &TempDir, kill_at: &str, files: Vec<Vec<u8>>) {
    let mut server = serve(pool, dir);
    server.env("SUNSET_KILL_AT", kill_at).env("SUNSET_LEASE_SECONDS", "0.5");
    let sent = tokio::task::spawn_blocking(move || {
        let answer = Running::start(&mut server).upload(&files);
        assert_eq!(answer, "", "the server was not killed");
    });
    sent.await.expect("sent");
}

/// State and reason of the newest upload.
pub(crate) async fn newest(pool: &PgPool) -> (i64, String, String) {
    sqlx::query_as("select id, state, reason from upload order by id desc limit 1").fetch_one(pool).await.expect("one")
}

/// Those of processes that are gone, too.
pub(crate) async fn leases_are_over(pool: &PgPool) {
    while sqlx::query_scalar("select exists (select from lease where until > now() and backend is null)")
        .fetch_one(pool)
        .await
        .expect("an answer")
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn whatever_step_it_dies_at_each_call_is_counted_once(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut expected = 0;
    for (n, (step, name)) in (0..).zip(Step::OF_UPLOADS) {
        match step {
            Step::Spooled | Step::Received | Step::Queued => send(&pool, &dir, name, files(n).collect()).await,
            _ => {
                queue(&pool, &dir, files(n)).await;
                let killed = work(&pool, &dir, Some(name)).await;
                assert_eq!(killed.status.signal(), Some(9), "{name}: {}", text(&killed));
            }
        }
        trail::counted(&pool).await;
        leases_are_over(&pool).await;
        let output = work(&pool, &dir, None).await;
        assert!(output.status.success(), "{name}: {}", text(&output));
        let (_, state, reason) = newest(&pool).await;
        if matches!(step, Step::Spooled | Step::Received) {
            assert_eq!(state, "failed", "{name}");
            assert!(reason.contains("send it again"), "{name}: {reason}");
        } else {
            assert_eq!((state.as_str(), reason.as_str()), ("done", ""), "{name}");
            expected += (FILES * PER_FILE) as i64;
        }
        assert_eq!(trail::counted(&pool).await, expected, "{name}");
        assert_eq!(spooled(&dir.path().join("data")), [""; 0], "{name}: the spool is left");
        no_lease_is_left(&pool).await;
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_ends_the_process_again_and_again_is_given_up(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    queue(&pool, &dir, files(0)).await;
    for _ in 0..3 {
        assert_eq!(work(&pool, &dir, Some("begun")).await.status.signal(), Some(9));
    }
    let output = work(&pool, &dir, Some("begun")).await;
    assert!(output.status.success(), "{}", text(&output));
    let (_, state, reason) = newest(&pool).await;
    assert_eq!(state, "failed");
    assert!(reason.contains("ended the program 3 times"), "{reason}");
    assert_eq!(trail::counted(&pool).await, 0);
    no_lease_is_left(&pool).await;
}
