//! The hashes of log files in the ledger.

use crate::{
    ingest_trail as trail,
    reader_archives::{gz, tar, zip_of},
    web::Web,
};
use sha2::{Digest as _, Sha256};
use sqlx::{PgPool, migrate::Migrator};
use zip::CompressionMethod;

/// Of every log file of an upload, by name.
async fn ledger(pool: &PgPool, upload: i64) -> Vec<(String, String, Option<Vec<u8>>)> {
    sqlx::query_as("select name, state, sha256 from log_file where upload_id = $1 order by name")
        .bind(upload)
        .fetch_all(pool)
        .await
        .expect("rows")
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn row(name: &str, state: &str, bytes: Option<&[u8]>) -> (String, String, Option<Vec<u8>>) {
    (name.to_owned(), state.to_owned(), bytes.map(sha256))
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn it_keeps_what_each_file_was(pool: PgPool) {
    let web = Web::new(pool.clone()).await;
    let (a, b) = (trail::file(0..50), gz(&trail::file(50..100)));
    let (c, cut) = (trail::file(100..150), &trail::file(150..200)[..2000]);
    let members: [(&str, &[u8]); 2] = [("b.json.gz", &b), ("c.json", &c)];
    let files = [
        ("a.json", a.clone()),
        ("cut.json", cut.to_vec()),
        ("m.tar.gz", gz(&tar(&members))),
        ("n.zip", zip_of(&members, CompressionMethod::Deflated)),
        ("page.html", b"<html>".to_vec()),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let wanted = [
        row("a.json", "done", Some(&a)),
        row("cut.json", "damaged", None),
        row("m.tar.gz!b.json.gz", "done", Some(&b)),
        row("m.tar.gz!c.json", "done", Some(&c)),
        row("n.zip!b.json.gz", "done", Some(&b)),
        row("n.zip!c.json", "done", Some(&c)),
        row("page.html", "skipped", None),
    ];
    for _ in 0..2 {
        let files: Vec<(&str, &[u8])> = files.clone();
        let id = web.upload(&files).await;
        web.ended(id).await;
        assert_eq!(ledger(&pool, id).await, wanted, "one row for each file, whatever was read before");
    }
}

/// A program that is newer than its data.
#[sqlx::test(migrations = false)]
async fn what_was_read_before_hashes_were_kept_has_none(pool: PgPool) {
    let old = server::db::MIGRATOR.iter().filter(|migration| migration.version < 10).cloned().collect();
    Migrator::with_migrations(old).run(&pool).await.expect("the old schema");
    let id: i64 =
        sqlx::query_scalar("insert into upload (kind, name, state) values ('upload', 'x', 'done') returning id")
            .fetch_one(&pool)
            .await
            .expect("an upload");
    sqlx::query(
        "insert into log_file (upload_id, name, state, bytes, calls_counted) values ($1, 'a.json', 'done', 9, 3)",
    )
    .bind(id)
    .execute(&pool)
    .await
    .expect("a row");
    server::db::MIGRATOR.run(&pool).await.expect("the new schema");
    assert_eq!(ledger(&pool, id).await, [row("a.json", "done", None)]);
    let short = sqlx::query("update log_file set sha256 = 'abc'").execute(&pool).await;
    assert!(short.is_err(), "that is no SHA-256");
}
