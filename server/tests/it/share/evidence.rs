//! The evidence of a share, from its page to the command that checks it.

use super::{ADDRESS, AGENT, Office, PRINCIPAL};
use crate::trail;
use server::evidence::{check, sha256};
use sqlx::PgPool;
use std::{
    fs,
    io::{Cursor, Read as _},
    path::Path,
    process::Command,
};
use zip::ZipArchive;

/// All texts of a ZIP.
fn texts(zip: &[u8]) -> String {
    let mut zip = ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let mut all = String::new();
    for n in 0..zip.len() {
        zip.by_index(n).expect("a file").read_to_string(&mut all).expect("a text");
    }
    all
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_page_names_the_hash_of_what_it_offers(pool: PgPool) {
    let office = Office::new(pool).await;
    let (_, path) = office.share(&[("narrow", "yes")]).await;
    let answer = office.web.get(&format!("{path}/evidence.zip")).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/zip"));
    let page = office.page(&format!("{path}?service=s3")).await;
    assert!(page.contains(&sha256(&answer.body)), "{page}");
    let checked = check(Cursor::new(&answer.body)).expect("evidence");
    assert!(checked.damages.is_empty(), "{checked:?}");
    assert_eq!((checked.manifest.title.as_str(), checked.manifest.creator.as_str()), ("For the auditors", "local"));
    let texts = texts(&answer.body);
    assert!(texts.contains("\nkms,") || texts.contains(",kms,"), "all that is shared: {texts}");
    for secret in [PRINCIPAL, ADDRESS, AGENT, "alice"] {
        assert!(!texts.contains(secret), "{secret}: {texts}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn of_a_frozen_share_it_is_made_once(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    let (id, path) = office.share(&[]).await;
    let zip = format!("{path}/evidence.zip");
    let before = office.web.get(&zip).await.body;
    // Whatever a later version would make of it: what was handed out stays.
    sqlx::query("update share set title = 'Another'").execute(&pool).await.expect("renamed");
    assert_eq!(office.web.get(&zip).await.body, before);
    assert!(office.page(&path).await.contains(&sha256(&before)));

    // One from before evidence was kept.
    sqlx::query("delete from share_evidence").execute(&pool).await.expect("gone");
    office.page(&path).await;
    let made = office.web.get(&zip).await.body;
    assert_eq!(check(Cursor::new(&made)).expect("evidence").manifest.title, "Another");
    sqlx::query("update share set title = 'A third'").execute(&pool).await.expect("renamed");
    assert_eq!(office.web.get(&zip).await.body, made);
    assert!(office.page(&path).await.contains(&sha256(&made)));

    office.change(id, "revoke").await;
    let kept: i64 = sqlx::query_scalar("select count(*) from share_evidence").fetch_one(&pool).await.expect("a number");
    assert_eq!(kept, 0, "what it showed goes with it");
    let (_, live) = office.share(&[("kind", "live")]).await;
    assert!(!office.page(&live).await.contains("Its SHA-256 is"), "it says something else each time");
    assert_eq!(office.web.get(&format!("{live}/evidence.zip")).await.status, 200);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_part_of_the_page_offers_all_of_it_and_says_so(pool: PgPool) {
    let office = Office::new(pool).await;
    let (_, path) = office.share(&[("narrow", "yes")]).await;
    let words = "It holds all that is shared, not only the part";
    assert!(!office.page(&path).await.contains(words));
    assert!(office.page(&format!("{path}?service=s3")).await.contains(words));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn behind_a_password_it_is_no_more_open_than_the_page(pool: PgPool) {
    let office = Office::new(pool).await;
    let (_, path) = office.share(&[("password", "correct+horse+battery")]).await;
    let zip = format!("{path}/evidence.zip");
    assert!(office.page(&zip).await.contains("asks for a password"));
    let answer = office.post(&zip, "password=correct+horse+battery").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/zip"));
}

/// Exit code and words of `tls-sunset verify`.
fn verify(dir: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tls-sunset"));
    let output = command.current_dir(dir).arg("verify").args(args).output().expect("started");
    let words = [output.stdout, output.stderr].concat();
    (output.status.code().expect("an end"), String::from_utf8_lossy(&words).into_owned())
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn log_files_are_counted_anew(pool: PgPool) {
    let office = Office::on(pool).await;
    let id = office.web.upload(&[("week.json", &trail::week())]).await;
    assert_eq!(office.web.ended(id).await["state"], "done");
    let (_, path) = office.share(&[]).await;
    let zip = office.web.get(&format!("{path}/evidence.zip")).await.body;

    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).expect("written");
    write("evidence.zip", &zip);
    write("week.json", &trail::week());
    write("other.json", &trail::trail(100, &["TLSv1.1"]));
    let (code, words) = verify(dir.path(), &["evidence.zip"]);
    assert!(code == 0 && words.contains("nothing was changed") && words.contains(&sha256(&zip)), "{code} {words}");
    let (code, words) = verify(dir.path(), &["evidence.zip", "week.json", "week.json"]);
    assert!(code == 0 && words.contains("14 of 14 numbers the same; 14 calls stated, 14 in"), "{code} {words}");
    let (code, words) = verify(dir.path(), &["evidence.zip", "week.json", "other.json"]);
    assert!(code == 1 && words.contains("2023-06-01T00:00:00Z s3 1.1: 1 stated, 2 counted"), "{code} {words}");
    let (code, words) = verify(dir.path(), &["evidence.zip", "other.json"]);
    assert!(code == 1 && words.contains("14 calls stated, 1 in these log files"), "{code} {words}");

    write("cut.zip", &zip[..zip.len() / 2]);
    let (code, words) = verify(dir.path(), &["cut.zip"]);
    assert!(code == 1 && words.contains("cut.zip cannot be checked"), "{code} {words}");
    assert_eq!(verify(dir.path(), &[]).0, 2);
}
