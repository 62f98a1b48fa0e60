//! Killed again and again while it reads the same file: that costs the file, and nothing else.

use crate::{
    ingest_trail as trail,
    kill::{command, run, text},
    lease::no_lease_is_left,
    reader_archives::{gz, tar, zip_of},
    web::{Web, request},
};
use axum::{body::Body, http::Method};
use server::ingest::Uploads;
use sqlx::PgPool;
use std::os::unix::process::ExitStatusExt as _;
use tempfile::TempDir;
use zip::CompressionMethod;

const PER_FILE: u64 = 50;
const REASON: &str = "reading it ended the program 3 times, so it was given up; look for the cause in the system's log (often too little memory)";

/// The n-th log file; no two have a call in common.
fn log(n: u64) -> Vec<u8> {
    trail::file(n * PER_FILE..(n + 1) * PER_FILE)
}

/// Sends files as one upload, for others to read; answers its id.
async fn queue(pool: &PgPool, dir: &TempDir, files: &[(&str, Vec<u8>)]) -> i64 {
    let uploads = Uploads::start(pool.clone(), &dir.path().join("data")).await.expect("it starts");
    let mut receiving = uploads.begin("").await.expect("begun");
    for (name, bytes) in files {
        let mut file = receiving.file(name).await.expect("a file");
        file.write(bytes).await.expect("written");
        file.finish().await.expect("received");
    }
    receiving.finish().await.expect("queued")
}

/// Starts a process again for as long as it dies at `poison`; answers how often it died.
async fn read(pool: &PgPool, dir: &TempDir, poison: &str) -> usize {
    for deaths in 0..10 {
        let mut worker = command(pool, dir);
        worker.args(["worker", "--once"]).env("SUNSET_LEASE_SECONDS", "0.5").env("SUNSET_KILL_READING", poison);
        let output = run(worker).await;
        if output.status.signal().is_none() {
            assert!(output.status.success(), "{}", text(&output));
            return deaths;
        }
        trail::counted(pool).await;
    }
    panic!("{poison} is never given up");
}

/// Log files that ended in this state, with their reasons and counted calls.
async fn files(pool: &PgPool, id: i64, state: &str) -> Vec<(String, String, i64)> {
    sqlx::query_as("select name, reason, calls_counted from log_file where upload_id = $1 and state = $2 order by name")
        .bind(id)
        .bind(state)
        .fetch_all(pool)
        .await
        .expect("rows")
}

/// Sends the files, of which `poison` ends every process that reads it, and asserts that all others are counted.
async fn costs_only_itself(pool: &PgPool, given: &[(&str, Vec<u8>)], poison: &str, others: u64) {
    let dir = tempfile::tempdir().expect("a folder");
    let before = trail::counted(pool).await;
    let id = queue(pool, &dir, given).await;
    assert_eq!(read(pool, &dir, poison).await, 3, "{poison}");
    let (state, reason): (String, String) =
        sqlx::query_as("select state, reason from upload where id = $1").bind(id).fetch_one(pool).await.expect("one");
    assert_eq!((state.as_str(), reason.as_str()), ("done", ""), "{poison}");
    assert_eq!(files(pool, id, "failed").await, [(poison.to_owned(), REASON.to_owned(), 0)]);
    let done = files(pool, id, "done").await;
    assert_eq!(done.len() as u64, others, "{done:?}");
    assert!(done.iter().all(|(_, _, calls)| *calls == PER_FILE as i64), "{done:?}");
    assert_eq!(trail::counted(pool).await - before, (others * PER_FILE) as i64, "{poison}");
    let rows: i64 = sqlx::query_scalar("select count(*) from log_file where upload_id = $1")
        .bind(id)
        .fetch_one(pool)
        .await
        .expect("n");
    assert_eq!(rows as u64, others + 1, "suspects that were none are left in the ledger");
    assert!(!dir.path().join(format!("data/spool/{id}")).exists(), "the spool is left");
    no_lease_is_left(pool).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_poison_file_is_given_up_alone(pool: PgPool) {
    let given: Vec<(String, Vec<u8>)> = (0..9).map(|n| (format!("{n}.json.gz"), gz(&log(n)))).collect();
    let given: Vec<(&str, Vec<u8>)> = given.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    costs_only_itself(&pool, &given, "4.json.gz", 8).await;

    let web = Web::new(pool).await;
    let asked = request(Method::GET, "/uploads/1").header("accept", "text/html").body(Body::empty());
    let page = web.send(asked.expect("a request")).await.text();
    for words in ["4.json.gz", "reading it ended the program 3 times", "1 of 9 files could not be read in full"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_poison_member_is_given_up_without_its_archive(pool: PgPool) {
    let logs: Vec<Vec<u8>> = (0..20).map(log).collect();
    let names: Vec<String> = (0..20).map(|n| format!("{n}.json")).collect();
    let members = |of: std::ops::Range<usize>| -> Vec<(&str, &[u8])> {
        of.map(|n| (names[n].as_str(), logs[n].as_slice())).collect()
    };
    let given = [
        ("a.zip", zip_of(&members(0..6), CompressionMethod::Deflated)),
        ("b.tar.gz", gz(&tar(&members(6..12)))),
        ("c.json", logs[12].clone()),
    ];
    costs_only_itself(&pool, &given, "a.zip!3.json", 12).await;
    let nested = zip_of(&[("in.tar", &tar(&members(13..17))), ("17.json", &logs[17])], CompressionMethod::Stored);
    costs_only_itself(&pool, &[("d.zip", nested), ("18.json", logs[18].clone())], "d.zip!in.tar!15.json", 5).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_archive_that_cannot_be_opened_is_given_up_as_a_whole(pool: PgPool) {
    let (one, two) = (log(0), log(1));
    let archive = tar(&[("0.json", &one), ("1.json", &two)]);
    costs_only_itself(&pool, &[("a.tar", archive), ("2.json", log(2)), ("3.json", log(3))], "a.tar", 2).await;
}

/// What a process was at that was killed by somebody else is read, once, after the others.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn one_death_makes_nobody_guilty(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let id = queue(&pool, &dir, &[("0.json", log(0)), ("1.json", log(1)), ("2.json", log(2))]).await;
    for poison in ["0.json", "1.json", "2.json"] {
        let mut worker = command(&pool, &dir);
        worker.args(["worker", "--once"]).env("SUNSET_KILL_READING", poison);
        assert_eq!(run(worker).await.status.signal(), Some(9), "{poison}");
    }
    assert_eq!(read(&pool, &dir, "none").await, 0);
    assert_eq!(files(&pool, id, "done").await.len(), 3);
    assert_eq!(trail::counted(&pool).await, 3 * PER_FILE as i64);
}
