//! Uploads from the first byte to the report, on a real database.

use crate::ingest_trail as trail;
use app::model::report::{FileState, Removal, Upload, UploadReport, UploadState};
use chrono::NaiveDate;
use server::{
    demo::Options,
    ingest::{Error, Receiving, Uploads},
};
use sqlx::PgPool;
use std::{path::Path, time::Duration};

async fn start(pool: &PgPool, dir: &Path) -> Uploads {
    Uploads::start(pool.clone(), dir).await.expect("uploads start")
}

async fn send(receiving: &mut Receiving, name: &str, bytes: &[u8]) {
    let mut file = receiving.file(name).await.expect("a file");
    for chunk in bytes.chunks(10_000) {
        file.write(chunk).await.expect("written");
    }
    file.finish().await.expect("received");
}

async fn upload(uploads: &Uploads, files: &[(&str, Vec<u8>)]) -> UploadReport {
    let mut receiving = uploads.begin("").await.expect("begun");
    for (name, bytes) in files {
        send(&mut receiving, name, bytes).await;
    }
    let id = receiving.finish().await.expect("queued");
    ended(uploads, id).await
}

/// Waits until nothing more happens to the upload.
async fn ended(uploads: &Uploads, id: i64) -> UploadReport {
    loop {
        let report = uploads.report(id).await.expect("a report");
        if report.upload.state.is_final() {
            return report;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn spooled(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("spool")).expect("the spool folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "home");
    names
}

/// Waits until the spool folder is empty.
async fn is_cleared(dir: &Path) {
    while !spooled(dir).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn calls(upload: &Upload) -> (i64, i64) {
    (upload.calls_counted, upload.calls_already_counted)
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_upload_is_counted_once_and_can_be_taken_out_again(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let archive = [
        ("a.json", trail::file(0..300)),
        ("b.json", trail::file(200..500)),
        ("logo.png", b"\x89PNG\r\n\x1a\n0000".to_vec()),
    ];
    let first = upload(&uploads, &archive).await;
    assert_eq!((first.upload.state, first.upload.name.as_str()), (UploadState::Done, "3 files"));
    assert_eq!(calls(&first.upload), (500, 100));
    assert_eq!(
        (first.upload.files_total, first.upload.bytes, first.upload.bytes_read),
        (3, first.upload.bytes, first.upload.bytes)
    );
    let png = first.files.iter().find(|file| file.name == "logo.png").expect("reported");
    assert_ne!(png.state, FileState::Done);
    assert!(!png.reason.is_empty());

    let again = upload(&uploads, &archive[..2]).await;
    assert_eq!(calls(&again.upload), (0, 600), "uploading the same twice changes nothing");
    assert_eq!(trail::counted(&pool).await, 500);

    let id = first.upload.id;
    assert_eq!(uploads.removal(id).await.expect("a preview"), Removal { calls: 500, also_in_others: 500 });
    uploads.remove(id).await.expect("removed");
    assert_eq!(trail::counted(&pool).await, 0);
    assert!(matches!(uploads.report(id).await, Err(Error::NotFound(_))));

    let third = upload(&uploads, &archive[1..2]).await;
    assert_eq!(calls(&third.upload), (300, 0), "they are counted again when uploaded again");
    assert_eq!(third.upload.name, "b.json");
    is_cleared(dir.path()).await;
    assert_eq!(
        uploads.list().await.expect("a list").iter().map(|upload| upload.id).collect::<Vec<_>>(),
        [third.upload.id, again.upload.id]
    );
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn names_only_tell_files_apart(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let names = ["../../etc/passwd", "x.json", "x.json", "/x\0.json", ""];
    let files: Vec<_> = (0..5).map(|n| (names[n as usize], trail::file(n * 10..n * 10 + 10))).collect();
    let report = upload(&uploads, &files).await;
    assert_eq!(calls(&report.upload), (50, 0));
    let mut found: Vec<_> = report.files.iter().map(|file| file.name.as_str()).collect();
    found.dedup();
    assert_eq!(found.len(), 5, "{found:?}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_breaks_off_leaves_nothing_behind(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let mut receiving = uploads.begin("half.zip").await.expect("begun");
    let id = receiving.id();
    receiving.file("half.zip").await.expect("a file").write(b"PK").await.expect("written");
    let live = uploads.report(id).await.expect("a report").upload;
    assert_eq!((live.state, live.bytes, live.name.as_str()), (UploadState::Receiving, 2, "half.zip"));
    assert!(matches!(uploads.remove(id).await, Err(Error::Conflict(_))), "a running upload is cancelled first");
    drop(receiving);
    let report = ended(&uploads, id).await.upload;
    assert_eq!(report.state, UploadState::Failed);
    assert!(report.reason.contains("send it again"), "{}", report.reason);
    is_cleared(dir.path()).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_upload_can_be_cancelled_while_it_comes_in(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let mut receiving = uploads.begin("").await.expect("begun");
    let id = receiving.id();
    let mut file = receiving.file("a.json").await.expect("a file");
    uploads.cancel(id).await.expect("cancelled");
    assert!(matches!(file.write(b"{}").await, Err(Error::Conflict(_))));
    drop(file);
    drop(receiving);
    assert_eq!(ended(&uploads, id).await.upload.state, UploadState::Cancelled);
    assert!(matches!(uploads.cancel(id).await, Err(Error::Conflict(_))), "it has ended");
    assert!(matches!(uploads.cancel(id + 1).await, Err(Error::NotFound(_))));
    is_cleared(dir.path()).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn reading_can_be_cancelled_and_what_was_counted_stays(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let mut receiving = uploads.begin("").await.expect("begun");
    for n in 0..40 {
        send(&mut receiving, &format!("{n}.json"), &trail::file(n * 1000..n * 1000 + 1000)).await;
    }
    let id = receiving.finish().await.expect("queued");
    match uploads.cancel(id).await {
        Ok(()) => {}
        Err(Error::Conflict(_)) => return, // Faster than we are.
        Err(error) => panic!("{error}"),
    }
    let report = ended(&uploads, id).await.upload;
    assert!(matches!(report.state, UploadState::Cancelled | UploadState::Done), "{report:?}");
    assert_eq!(trail::counted(&pool).await, report.calls_counted);
    is_cleared(dir.path()).await;
    uploads.remove(id).await.expect("removed");
    assert_eq!(trail::counted(&pool).await, 0);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_next_start_takes_up_what_was_left(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let mut receiving = uploads.begin("").await.expect("begun");
    send(&mut receiving, "a.json", &trail::file(0..2000)).await;
    let whole = receiving.finish().await.expect("queued");
    drop(start(&pool, dir.path()).await);
    drop(uploads);
    let lock = std::fs::File::open(dir.path().join("spool/home")).expect("a file");
    while lock.try_lock().is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(lock);

    // What a kill leaves: an upload half received, and a folder that nobody needs.
    let home = std::fs::read_to_string(dir.path().join("spool/home")).expect("an id");
    let half: i64 = sqlx::query_scalar(
        "insert into upload (kind, name, state, home) values ('upload', 'b.json', 'receiving', $1) returning id",
    )
    .bind(home)
    .fetch_one(&pool)
    .await
    .expect("inserted");
    for id in [half, 999_999] {
        std::fs::create_dir_all(dir.path().join(format!("spool/{id}"))).expect("a folder");
    }
    let uploads = start(&pool, dir.path()).await;
    assert_eq!(uploads.report(half).await.expect("a report").upload.state, UploadState::Failed);
    let report = ended(&uploads, whole).await;
    assert_eq!((report.upload.state, calls(&report.upload)), (UploadState::Done, (2000, 0)));
    assert_eq!(trail::counted(&pool).await, 2000);
    is_cleared(dir.path()).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn reading_goes_on_after_the_database_was_lost(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let mut receiving = uploads.begin("").await.expect("begun");
    for n in 0..30 {
        send(&mut receiving, &format!("{n}.json"), &trail::file(n * 900..n * 900 + 1000)).await;
    }
    let id = receiving.finish().await.expect("queued");
    for _ in 0..6 {
        // What the end of the server does to every connection.
        sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
            .execute(&pool)
            .await
            .ok();
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let report = loop {
        match uploads.report(id).await {
            Ok(report) if report.upload.state.is_final() => break report.upload,
            Ok(_) | Err(Error::Database(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!((report.state, calls(&report)), (UploadState::Done, (27_100, 2900)));
    assert_eq!(trail::counted(&pool).await, 27_100);
    is_cleared(dir.path()).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_demo_comes_and_goes(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let last_day = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let options = Options { days: 20, ..Options::ending(last_day) };
    let id = uploads.load_trail(options).await.expect("begun");
    assert!(matches!(uploads.load_demo().await, Err(Error::Conflict(_))), "one demo at a time");
    let report = ended(&uploads, id).await.upload;
    assert_eq!((report.state, report.files_failed), (UploadState::Done, 0), "{report:?}");
    assert!(report.calls_counted > 5000 && report.calls_unknown > 0, "{report:?}");
    assert_eq!(trail::counted(&pool).await, report.calls_counted);
    assert_eq!(demo_deadlines(&pool).await, 1);
    is_cleared(dir.path()).await;
    uploads.remove(id).await.expect("removed");
    assert_eq!((trail::counted(&pool).await, demo_deadlines(&pool).await), (0, 0));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_demo_that_did_not_end_well_is_replaced(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = start(&pool, dir.path()).await;
    let last_day = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let options = Options { days: 20, ..Options::ending(last_day) };
    for state in [UploadState::Cancelled, UploadState::Failed] {
        let id = uploads.load_trail(options.clone()).await.expect("begun");
        uploads.cancel(id).await.expect("cancelled");
        assert_eq!(ended(&uploads, id).await.upload.state, UploadState::Cancelled);
        let change = sqlx::query("update upload set state = $1").bind(state.as_str());
        change.execute(&pool).await.expect("changed");
    }
    let whole = uploads.load_trail(options).await.expect("begun again");
    let report = ended(&uploads, whole).await.upload;
    assert_eq!((report.state, trail::counted(&pool).await), (UploadState::Done, report.calls_counted));
    assert_eq!(uploads.list().await.expect("a list").len(), 1);
    assert_eq!(demo_deadlines(&pool).await, 1);
    is_cleared(dir.path()).await;
}

async fn demo_deadlines(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from deadline where origin = 'demo'").fetch_one(pool).await.expect("a number")
}
