//! Disks without room, for real: what cannot be kept says so and what to do, leaves nothing behind, and everything else goes on.

use crate::{
    bucket_ingest::{ACCOUNTS, fill, hurry, key},
    bucket_kill,
    cramped::Room,
    ingest_trail as trail,
    kill::serve,
    kill_steps::newest,
    left::nothing_is_left_in,
    reader_archives::{gz, zip_of},
    s3_server::S3Server,
    serve::Running,
};
use app::model::source::BucketChoice;
use server::ingest::Buckets;
use sqlx::PgPool;
use std::{path::Path, process::Command, time::Duration};
use zip::CompressionMethod;

/// A log file with blanks behind it, so that it does not fit into little room.
fn large(events: std::ops::Range<u64>, bytes: usize) -> Vec<u8> {
    let mut file = trail::file(events);
    file.resize(bytes, b' ');
    file
}

async fn until(mut what: impl AsyncFnMut() -> bool) {
    for _ in 0..6000 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not come to that");
}

async fn nothing_is_left(pool: &PgPool, room: &Room, server: &Running) {
    nothing_is_left_in(pool, || room.left(server.pid())).await;
}

/// Sends files; answers state and reason of the upload at its end.
async fn ended(pool: &PgPool, server: &Running, files: &[Vec<u8>], status: &str) -> (i64, String, String, String) {
    let answer = server.upload(files);
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    until(async || ["done", "failed"].contains(&newest(pool).await.1.as_str())).await;
    let (id, state, reason) = newest(pool).await;
    (id, state, reason, answer)
}

async fn an_upload_finds_no_room(pool: PgPool, cramped: impl Fn(&Command, &Path) -> (Command, Room)) {
    let dir = tempfile::tempdir().expect("a folder");
    let (mut command, room) = cramped(&serve(&pool, &dir), &dir.path().join("data/spool"));
    let server = Running::start(&mut command);
    let files = [trail::file(0..50), large(50..100, 12 << 20)];
    let (id, state, reason, answer) = ended(&pool, &server, &files, "507").await;
    assert_eq!(state, "failed");
    let page = server.page(&format!("/uploads/{id}"));
    for words in room.words().iter().map(String::as_str).chain(["--data-dir", "send it again"]) {
        assert!(answer.contains(words) && reason.contains(words) && page.contains(words), "{words}: {answer} {reason}");
    }
    assert_eq!(trail::counted(&pool).await, 0);
    nothing_is_left(&pool, &room, &server).await;

    let (_, state, ..) = ended(&pool, &server, &[trail::file(100..150)], "202").await;
    assert_eq!((state.as_str(), trail::counted(&pool).await), ("done", 50));
    room.make(server.pid());
    let (_, state, ..) = ended(&pool, &server, &files, "202").await;
    assert_eq!((state.as_str(), trail::counted(&pool).await), ("done", 150));
    nothing_is_left(&pool, &room, &server).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_upload_that_finds_the_disk_full_says_what_to_do_and_others_go_on(pool: PgPool) {
    an_upload_finds_no_room(pool, Room::little).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_limit_on_the_size_of_files_ends_an_upload_and_not_the_server(pool: PgPool) {
    an_upload_finds_no_room(pool, Room::limited).await;
}

/// Where an archive can only be read from its end, it is put aside first.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_archive_that_is_unpacked_without_room_says_what_to_do(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("aside");
    let mut command = serve(&pool, &dir);
    command.env("TMPDIR", &folder);
    let (mut command, room) = Room::little(&command, &folder);
    let server = Running::start(&mut command);
    // Once it is out of its outer archive.
    let padding = vec![0; 33 << 20];
    let members: [(&str, &[u8]); 2] = [("a.json", &trail::file(0..50)), ("a/CloudTrail-Digest/padding", &padding)];
    let files = [gz(&zip_of(&members, CompressionMethod::Stored)), trail::file(50..100)];
    let (id, state, ..) = ended(&pool, &server, &files, "202").await;
    assert_eq!((state.as_str(), trail::counted(&pool).await), ("done", 50));
    let reason: String =
        sqlx::query_scalar("select reason from log_file where state = 'failed'").fetch_one(&pool).await.expect("one");
    let page = server.page(&format!("/uploads/{id}"));
    for words in room.words().iter().map(String::as_str).chain(["TMPDIR", "read it again"]) {
        assert!(reason.contains(words) && page.contains(words), "{words}: {reason}");
    }

    room.make(server.pid());
    let (_, state, ..) = ended(&pool, &server, &files, "202").await;
    assert_eq!((state.as_str(), trail::counted(&pool).await), ("done", 100));
    nothing_is_left(&pool, &room, &server).await;
}

/// A bucket's large objects lie in the spool folder until they are read. `helped`: pauses are cut short.
async fn a_bucket_waits_for_room(pool: PgPool, helped: bool) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let (small, delivered) = (fill(&s3, 0..30, 20), "2023-07-01T00:00:00Z".parse().expect("a time"));
    // Newer than all others, so that they come first.
    for n in 0..3 {
        s3.put(&key(ACCOUNTS[0], delivered, 900 + n), large(9000 + n * 50..9050 + n * 50, 17 << 20));
    }
    let buckets = Buckets::at_rest(pool.clone(), &dir.path().join("elsewhere"), s3.access().await).await.expect("open");
    let id = buckets.connect(&s3.place("")).await.expect("connected");
    buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");

    let mut command = bucket_kill::program(&pool, &dir, &s3);
    command.args(["serve", "--addr", "127.0.0.1:0"]);
    let (mut command, room) = Room::little(&command, &dir.path().join("data/spool"));
    let server = Running::start(&mut command);
    let is_in_trouble = async || !buckets.get(id).await.expect("a bucket").trouble.is_empty();
    until(is_in_trouble).await;
    let page = server.page(&format!("/sources/{id}"));
    let trouble = buckets.get(id).await.expect("a bucket").trouble;
    for words in room.words().iter().map(String::as_str).chain(["large log files", "--data-dir"]) {
        assert!(trouble.contains(words) && page.contains(words), "{words}: {trouble} {page}");
    }
    assert_eq!(room.left(server.pid()), [""; 0], "what it could not keep is left");
    // Small ones need no room, and are not kept from being read.
    if helped {
        sqlx::query("update bucket set retry_at = null").execute(&pool).await.expect("set");
    }
    until(async || trail::counted(&pool).await == small).await;
    until(is_in_trouble).await;

    room.make(server.pid());
    if helped {
        hurry(&pool).await;
    }
    until(async || buckets.get(id).await.expect("a bucket").progress.waiting == 0).await;
    let bucket = buckets.get(id).await.expect("a bucket");
    assert_eq!((bucket.trouble.as_str(), bucket.progress.failed, bucket.calls_counted), ("", 0, small + 150));
    assert_eq!(trail::counted(&pool).await, small + 150);
    nothing_is_left(&pool, &room, &server).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_bucket_without_room_says_so_and_goes_on_once_there_is(pool: PgPool) {
    a_bucket_waits_for_room(pool, true).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
#[ignore = "it waits for pauses of half a minute and more: make chaos"]
async fn a_bucket_without_room_goes_on_by_itself(pool: PgPool) {
    a_bucket_waits_for_room(pool, false).await;
}
