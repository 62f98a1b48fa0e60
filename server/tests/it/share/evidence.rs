//! The evidence of a share, from its page to the command that checks it.

use super::{ACCOUNT, ADDRESS, AGENT, Office, PRINCIPAL};
use crate::{
    paper::{Read, squeezed},
    reader_archives::zip_of,
    trail,
};
use server::evidence::{Hashes, MOST_FILES, PAPER, check, sha256};
use sqlx::PgPool;
use std::{
    fs,
    io::{Cursor, Read as _},
    path::Path,
    process::Command,
};
use zip::ZipArchive;

/// The name and the bytes of each file of a ZIP.
fn members(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let mut all = Vec::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).expect("a file");
        let (name, mut bytes) = (file.name().expect("a name").into_owned(), Vec::new());
        file.read_to_end(&mut bytes).expect("bytes");
        all.push((name, bytes));
    }
    all
}

/// The name and the text of each; of the paper whatever can be found in it, without blanks.
pub(super) fn texts_of(zip: &[u8]) -> Vec<(String, String)> {
    let text = |(name, bytes): (String, Vec<u8>)| {
        let is_paper = name == PAPER;
        let text = if is_paper { Read::new(&bytes).everything() } else { String::from_utf8(bytes).expect("a text") };
        (name, text)
    };
    members(zip).into_iter().map(text).collect()
}

fn texts(zip: &[u8]) -> String {
    texts_of(zip).into_iter().map(|(_, text)| text).collect()
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
    assert!(checked.manifest.members.iter().any(|member| member.name == PAPER), "{checked:?}");
    let paper = members(&answer.body).into_iter().find(|(name, _)| name == PAPER).expect("paper").1;
    let paper = Read::new(&paper);
    assert_eq!((paper.info("Title").as_str(), paper.structure("Figure")), ("For the auditors", 1));
    for words in ["2 services still receive TLS 1.0 calls", "s3", "kms", "page 1 of"] {
        assert!(paper.text().contains(&squeezed(words)), "{words}: {}", paper.text());
    }
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

const NAME: &str = "AWSLogs/111122223333/of alice@example.com/10.20.30.40.json.gz";

/// Where accounts are masked, the hash is all that is told of a log file.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn log_files_are_named_as_far_as_they_may_be(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    sqlx::query("update log_file set name = $1, sha256 = sha256('x')").bind(NAME).execute(&pool).await.expect("set");
    let hash = sha256(b"x");
    let of_all = sha256(format!("{hash}\n").as_bytes());
    for kind in ["frozen", "live"] {
        let shown = [("principals", "shown"), ("addresses", "shown"), ("kind", kind)];
        let texts_of = async |more: &[(&str, &str)]| {
            let (_, path) = office.share(&[&shown, more].concat()).await;
            texts(&office.web.get(&format!("{path}/evidence.zip")).await.body)
        };
        let all = texts_of(&[]).await;
        assert!(all.contains(&format!("{NAME},4200,{hash},320,done")) && all.contains(&of_all), "{all}");
        for mask in ["pseudonym", "left_out"] {
            let all = texts_of(&[("accounts", mask)]).await;
            assert!(all.contains(&format!(",,4200,{hash},320,done")) && all.contains(&of_all), "{all}");
            assert!(!all.contains("alice@example.com/10") && !all.contains(ACCOUNT), "{all}");
        }
        let (_, path) = office.share(&[("kind", kind)]).await;
        let all = texts(&office.web.get(&format!("{path}/evidence.zip")).await.body);
        assert!(all.contains("AWSLogs/111122223333/of principal-") && all.contains(".json.gz,4200,"), "{all}");
        assert!(!all.contains("alice") && !all.contains(ADDRESS), "{all}");
    }
}

/// A source with more log files than a table may have says how many, and hashes them all the same.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn log_files_may_be_too_many_to_be_named(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    let add = "insert into log_file (upload_id, name, state, calls_counted, sha256)
               select id, n || '.json', 'done', 1, sha256(n::text::bytea) from upload, generate_series(1, $1) n";
    sqlx::query(add).bind(MOST_FILES as i32).execute(&pool).await.expect("log files");
    let of_all = "select encode(sha256(string_agg(encode(hash, 'hex') || chr(10), '' order by hash)::bytea), 'hex')
                  from (select sha256(n::text::bytea) as hash from generate_series(1, $1) n) h";
    let of_all: String = sqlx::query_scalar(of_all).bind(MOST_FILES as i32).fetch_one(&pool).await.expect("a hash");
    let (_, path) = office.share(&[]).await;
    let zip = office.web.get(&format!("{path}/evidence.zip")).await.body;
    let checked = check(Cursor::new(&zip)).expect("evidence");
    let hashes = Hashes { known: MOST_FILES as i64, unknown: 1, sha256: of_all, are_named: false };
    assert_eq!(checked.manifest.counted[0].hashes, Some(hashes));
    assert_eq!(checked.log_files.expect("a table").split(|byte| *byte == b'\n').count(), 2, "columns only");
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
    assert!(words.contains("log files: 1 of 1 named log file here with the same bytes"), "{words}");
    let (code, words) = verify(dir.path(), &["evidence.zip", "week.json", "other.json"]);
    assert!(code == 1 && words.contains("2023-06-01T00:00:00Z s3 1.1: 1 stated, 2 counted"), "{code} {words}");
    let (code, words) = verify(dir.path(), &["evidence.zip", "other.json"]);
    assert!(code == 1 && words.contains("14 calls stated, 1 in these log files"), "{code} {words}");
    assert!(words.contains("0 of 1 named log file here") && words.contains("  missing: week.json"), "{words}");
    let here = "1 file here that the evidence does not name (no calls were counted from them):\n  other.json";
    assert!(words.contains(here), "{words}");

    // The same calls in other bytes: the numbers are the same, the file is not.
    fs::create_dir(dir.path().join("again")).expect("a folder");
    write("again/week.json", &[trail::week(), b"\n".to_vec()].concat());
    let (code, words) = verify(dir.path(), &["evidence.zip", "again"]);
    assert!(code == 1 && words.contains("14 of 14 numbers the same"), "{code} {words}");
    let changed = "  changed: week.json (a file of that name is here, with other bytes)";
    assert!(words.contains(changed), "{words}");
    // The same bytes by another name, within an archive, are the same file.
    write("moved.zip", &zip_of(&[("a/w.json", &trail::week())], zip::CompressionMethod::Deflated));
    let (code, words) = verify(dir.path(), &["evidence.zip", "moved.zip"]);
    assert!(code == 0 && words.contains("log files: 1 of 1"), "{code} {words}");

    // Where nobody can tell which calls belong to it, the files can still be compared.
    let (_, path) = office.share(&[("accounts", "left_out"), ("view", "account=111122223333")]).await;
    write("masked.zip", &office.web.get(&format!("{path}/evidence.zip")).await.body);
    let (code, words) = verify(dir.path(), &["masked.zip", "week.json"]);
    assert!(code == 1 && words.contains("cannot be counted anew"), "{code} {words}");
    assert!(words.contains("log files: 1 of 1 named log file here"), "{words}");
    let (_, words) = verify(dir.path(), &["masked.zip", "other.json"]);
    assert!(words.contains(&format!("  missing: {}\n", sha256(&trail::week()))), "by its hash: {words}");

    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/evidence");
    let (code, words) = verify(&fixtures, &["form1.zip", "week.json"]);
    assert!(code == 0 && words.contains("14 of 14 numbers the same") && !words.contains("log files:"), "{words}");

    write("cut.zip", &zip[..zip.len() / 2]);
    let (code, words) = verify(dir.path(), &["cut.zip"]);
    assert!(code == 1 && words.contains("cut.zip cannot be checked"), "{code} {words}");
    assert_eq!(verify(dir.path(), &[]).0, 2);
}
