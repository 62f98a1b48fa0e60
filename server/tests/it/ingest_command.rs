//! `tls-sunset ingest`, as it is typed.

use crate::{ingest_trail as trail, serve::program};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::PgPool;
use std::{
    fs,
    process::{Command, Output},
    time::Duration,
};
use tempfile::TempDir;

fn ingest(pool: &PgPool, dir: &TempDir) -> Command {
    let url = sqlx::ConnectOptions::to_url_lossy(&*pool.connect_options());
    let mut command = program(dir);
    command.env("DATABASE_URL", url.as_str()).current_dir(dir.path()).arg("ingest");
    command
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().expect("it runs")).await.expect("it ran")
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn it_says_what_became_of_every_file(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let logs = dir.path().join("logs");
    fs::create_dir(&logs).expect("a folder");
    fs::write(logs.join("good.json"), trail::file(0..1200)).expect("a file");
    let cut = trail::file(2000..2300);
    fs::write(logs.join("cut\u{1b}[2J.json"), &cut[..cut.len() - 40]).expect("a file");
    let record = trail::record(5000).to_string().replace("2023-05-01", "the first of May");
    fs::write(logs.join("odd.json"), format!("{{\"Records\":[{record}]}}")).expect("a file");

    let mut command = ingest(&pool, &dir);
    command.args(["logs", "gone.zip"]);
    let output = run(command).await;
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{said}");
    let line = |begin: &str| {
        said.lines().find(|line| line.starts_with(begin)).unwrap_or_else(|| panic!("no {begin} in {said}"))
    };
    assert!(line("logs/good.json: ").contains("1,200 calls counted"), "{said}");
    assert!(line("logs/cut\\u{1b}[2J.json: damaged: ").ends_with("; 299 calls counted"), "{said}");
    assert!(line("gone.zip: failed: ").contains("no such file"), "{said}");
    assert!(line("    record 1 at byte ").contains("no readable eventTime"), "{said}");
    assert!(line("In all, 4 files: ").contains("1,499 calls counted"), "{said}");
    assert_eq!(trail::counted(&pool).await, 1499);
    let noted: Vec<String> = sqlx::query_scalar("select name || ': ' || action || ' ' || about from audit")
        .fetch_all(&pool)
        .await
        .expect("lines");
    assert!(
        matches!(&noted[..], [line] if line.ends_with(", on the command line: upload upload 1: 2 paths")),
        "{noted:?}"
    );
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn ctrl_c_stops_it_and_what_was_counted_stays(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    trail::write(&dir.path().join("logs"), 80, 1000);
    let mut process = ingest(&pool, &dir).arg("logs").spawn().expect("it starts");
    loop {
        let begun: bool = sqlx::query_scalar("select exists (select from upload where calls_counted > 0)")
            .fetch_one(&pool)
            .await
            .expect("an answer");
        if begun {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    kill(Pid::from_raw(process.id() as i32), Signal::SIGINT).expect("a signal");
    let status = tokio::task::spawn_blocking(move || process.wait()).await.expect("waited").expect("it ended");
    let state: String = sqlx::query_scalar("select state from upload").fetch_one(&pool).await.expect("a state");
    // Where it was faster than the signal, everything was read.
    let expected = if state == "done" { Some(0) } else { Some(1) };
    assert_eq!(status.code(), expected, "{state}");
    assert!(state == "cancelled" || state == "done", "{state}");
    assert!(trail::counted(&pool).await > 0);
}

#[test]
fn without_a_path_it_says_how() {
    let dir = tempfile::tempdir().expect("a folder");
    let output = program(&dir).arg("ingest").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let help = program(&dir).args(["ingest", "--help"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&help.stdout).contains("Examples:"));
}
