//! Processes that are killed for real, in the middle of it.

use crate::{
    ingest_trail as trail, lease::no_lease_is_left, ledger_hashes::sha256, left::nothing_is_left, serve::program,
};
use app::model::report::{Upload, UploadState};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::{
    config::Storage,
    ingest::{Error, Uploads},
};
use sqlx::PgPool;
use std::{
    process::{Child, Command, Output},
    time::Duration,
};
use tempfile::TempDir;

const FILES: u64 = 60;
const PER_FILE: u64 = 1000;

pub(crate) fn command(pool: &PgPool, dir: &TempDir) -> Command {
    let url = sqlx::ConnectOptions::to_url_lossy(&*pool.connect_options());
    let mut command = program(dir);
    command.env("DATABASE_URL", url.as_str());
    command
}

fn ingest(pool: &PgPool, dir: &TempDir) -> Command {
    let mut command = command(pool, dir);
    command.arg("ingest").arg(dir.path().join("logs"));
    command
}

pub(crate) fn serve(pool: &PgPool, dir: &TempDir) -> Command {
    let mut command = command(pool, dir);
    command.args(["serve", "--addr", "127.0.0.1:0"]);
    command
}

/// Kills a process as soon as an upload stands in one of `states` with at least so many calls; true if it got that far.
async fn kill_when(pool: &PgPool, process: &mut Child, states: &[&str], calls: i64) -> bool {
    let states: Vec<String> = states.iter().map(ToString::to_string).collect();
    loop {
        let reached: bool =
            sqlx::query_scalar("select exists (select from upload where state = any($1) and calls_counted >= $2)")
                .bind(&states)
                .bind(calls)
                .fetch_one(pool)
                .await
                .expect("an answer");
        if reached {
            process.kill().expect("killed");
            process.wait().expect("ended");
            return true;
        }
        if process.try_wait().expect("a state").is_some() {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}

pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(crate) async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().expect("it runs")).await.expect("it ran")
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn ingest_run_again_after_kills_counts_each_call_once(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    trail::write(&dir.path().join("logs"), FILES, PER_FILE);
    for calls in [0, 1, 20_000] {
        let mut process = ingest(&pool, &dir).spawn().expect("it starts");
        assert!(kill_when(&pool, &mut process, &["reading"], calls).await || calls > 0);
        let counted = trail::counted(&pool).await;
        assert!(counted <= (FILES * PER_FILE) as i64);
    }
    let output = run(ingest(&pool, &dir)).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, (FILES * PER_FILE) as i64);

    let output = run(ingest(&pool, &dir)).await;
    assert!(text(&output).contains("0 calls counted"), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, (FILES * PER_FILE) as i64);

    // The next run says what became of those that were killed.
    let reasons: Vec<String> =
        sqlx::query_scalar("select reason from upload where state = 'failed'").fetch_all(&pool).await.expect("reasons");
    assert!(!reasons.is_empty() && reasons.iter().all(|reason| reason.contains("same command again")), "{reasons:?}");
    let open: i64 = sqlx::query_scalar("select count(*) from upload where state not in ('failed', 'done')")
        .fetch_one(&pool)
        .await
        .expect("a number");
    assert_eq!(open, 0);
    no_lease_is_left(&pool).await;
}

/// Sends all files as one upload; answers its id.
async fn send(uploads: &Uploads) -> i64 {
    let mut receiving = uploads.begin("").await.expect("begun");
    for n in 0..FILES {
        let mut file = receiving.file(&format!("{n}.json")).await.expect("a file");
        file.write(&trail::file(n * PER_FILE..(n + 1) * PER_FILE)).await.expect("written");
        file.finish().await.expect("received");
    }
    receiving.finish().await.expect("queued")
}

/// Of all files as they were sent, however often their reading was begun.
async fn has_hashes(pool: &PgPool) {
    let rows: Vec<(String, Option<Vec<u8>>)> =
        sqlx::query_as("select name, sha256 from log_file").fetch_all(pool).await.expect("rows");
    assert_eq!(rows.len() as u64, FILES);
    for (name, hash) in rows {
        let n: u64 = name.trim_end_matches(".json").parse().expect("a number");
        assert_eq!(hash, Some(sha256(&trail::file(n * PER_FILE..(n + 1) * PER_FILE))), "{name}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_server_goes_on_where_a_killed_one_stopped(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let uploads = Uploads::start(pool.clone(), &data).await.expect("it starts");
    let id = send(&uploads).await;
    drop(uploads);
    let mut reached = 0;
    for calls in [0, 1, 10_000, 30_000] {
        let mut process = serve(&pool, &dir).spawn().expect("it starts");
        reached += i32::from(kill_when(&pool, &mut process, &["reading", "done"], calls).await);
        trail::counted(&pool).await;
    }
    assert_eq!(reached, 4, "a server ended by itself");
    let mut process = serve(&pool, &dir).spawn().expect("it starts");
    assert!(
        kill_when(&pool, &mut process, &["done"], 0).await,
        "{}",
        text(&process.wait_with_output().expect("output"))
    );
    let total = (FILES * PER_FILE) as i64;
    assert_eq!(trail::counted(&pool).await, total);
    let uploads = Uploads::start(pool.clone(), &data).await.expect("it starts");
    let report = uploads.report(id).await.expect("a report").upload;
    assert_eq!((report.calls_counted, report.calls_already_counted, report.files_total), (total, 0, FILES as i64));
    has_hashes(&pool).await;
    nothing_is_left(&pool, &data).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_goes_on_when_postgres_is_stopped_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let storage = Storage { data_dir: Some(dir.path().to_owned()), database_url: None };
    let database = server::postgres::open(&storage).await.expect("it starts");
    let uploads = Uploads::start(database.pool.clone(), dir.path()).await.expect("it starts");
    let id = send(&uploads).await;
    for calls in [1, 20_000] {
        upload_when(&uploads, id, |upload| upload.calls_counted >= calls).await;
        // As `pg_ctl restart -m immediate` does.
        let server = database.server_pid().expect("it runs");
        kill(Pid::from_raw(server), Signal::SIGQUIT).expect("stopped");
        while database.server_pid().is_none_or(|pid| pid == server) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let upload = upload_when(&uploads, id, |upload| upload.state.is_final()).await;
    let total = (FILES * PER_FILE) as i64;
    assert_eq!((upload.state, upload.calls_counted, upload.calls_already_counted), (UploadState::Done, total, 0));
    assert_eq!(trail::counted(&database.pool).await, total);
    nothing_is_left(&database.pool, dir.path()).await;
    drop(uploads);
    database.close().await;
}

/// The upload as soon as `wanted`, or at its end.
async fn upload_when(uploads: &Uploads, id: i64, wanted: impl Fn(&Upload) -> bool) -> Upload {
    loop {
        match uploads.report(id).await {
            Ok(report) if wanted(&report.upload) || report.upload.state.is_final() => return report.upload,
            Ok(_) | Err(Error::Database(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("{error}"),
        }
    }
}
