//! What is masked is in no byte of any answer, and not in the row.

use super::{ACCOUNT, ADDRESS, AGENT, Office, PRINCIPAL, SOURCE, TABLES, evidence};
use sqlx::PgPool;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// Parts of a secret are secret too.
const PRINCIPALS: [&str; 5] = [PRINCIPAL, "alice", "example.com", "DeployNightly", "assumed-role"];

/// Everything that somebody can get by the link, and what the creator saw before.
async fn all_answers(office: &Office, path: &str, query: &str) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let tables = TABLES.map(|table| format!("{path}/{table}.csv"));
    let evidence = office.web.get(&format!("{path}/evidence.zip")).await;
    all.push(("evidence".to_owned(), unpacked(&evidence.body)));
    let more = [
        format!("{path}/nothing.csv"),
        format!("{path}/preview.png"),
        format!("{path}?service=s3&from=2026-04-01"),
        format!("/share?{query}"),
    ];
    for path in tables.into_iter().chain(more).chain([path.to_owned()]) {
        let answer = office.web.get(&path).await;
        let headers = format!("{:?}", answer.headers).into_bytes();
        // The creator's page holds the form, whose address may name what is filtered by.
        all.push((path, [headers, answer.body.to_vec()].concat()));
    }
    let zip = office.web.get(&format!("{path}/evidence.zip")).await.body;
    all.push(("the ZIP's own bytes".into(), zip.to_vec()));
    all.extend(evidence::texts_of(&zip).into_iter().map(|(name, text)| (name, text.into_bytes())));
    assert!(all.iter().any(|(name, _)| name == server::evidence::PAPER), "a PDF");
    all
}

fn unpacked(zip: &[u8]) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let mut all = Vec::new();
    for n in 0..zip.len() {
        zip.by_index(n).expect("a file").read_to_end(&mut all).expect("bytes");
    }
    all
}

fn contains(bytes: &[u8], secret: &str) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let secret = secret.to_lowercase();
    let escaped = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let encoded = secret.replace(':', "%3a").replace('/', "%2f").replace('@', "%40");
    [secret.clone(), escaped, encoded, secret.replace('/', "\\/")].iter().any(|form| text.contains(form.as_str()))
}

async fn lacks(office: &Office, fields: &[(&str, &str)], secrets: &[&str]) {
    let mut fields = fields.to_vec();
    fields.push(("narrow", "yes"));
    let query: Vec<String> = fields.iter().filter(|(key, _)| *key != "view").map(|(k, v)| format!("{k}={v}")).collect();
    let (id, path) = office.share(&fields).await;
    let answers = all_answers(office, &path, &query.join("&")).await;
    for (from, bytes) in &answers {
        for secret in secrets {
            assert!(!contains(bytes, secret), "{secret} is in {from}: {}", String::from_utf8_lossy(bytes));
        }
    }
    let row: String = sqlx::query_scalar("select (to_jsonb(s) - 'statement')::text from share s where id = $1")
        .bind(id)
        .fetch_one(&office.pool)
        .await
        .expect("a row");
    let packed: Vec<u8> = sqlx::query_scalar("select statement from share where id = $1")
        .bind(id)
        .fetch_one(&office.pool)
        .await
        .expect("a statement");
    let statement = zstd::stream::decode_all(packed.as_slice()).expect("a statement");
    // What is written into the picture, before it becomes pixels, and the chart in it.
    let drawn = super::picture::drawn(&serde_json::from_slice(&statement).expect("a statement")).await;
    assert!(drawn.contains("still receive"), "{drawn}");
    for secret in secrets {
        assert!(!contains(drawn.as_bytes(), secret), "{secret} is in {drawn}");
        assert!(!contains(row.as_bytes(), secret), "{secret} is in {row}");
        assert!(!contains(&statement, secret), "{secret} is in {}", String::from_utf8_lossy(&statement));
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn people_and_addresses_are_masked_by_themselves(pool: PgPool) {
    let office = Office::new(pool).await;
    let mut secrets = PRINCIPALS.to_vec();
    secrets.push(ADDRESS);
    lacks(&office, &[], &secrets).await;
    // A search by a part of a name tells the name.
    lacks(&office, &[("view", "q=alice&account=111122223333")], &secrets).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn each_kind_can_be_masked_in_both_ways(pool: PgPool) {
    let office = Office::new(pool).await;
    for mask in ["pseudonym", "left_out"] {
        let shown = [("principals", "shown"), ("addresses", "shown")];
        lacks(&office, &[("principals", mask), ("addresses", "shown")], &PRINCIPALS).await;
        lacks(&office, &[("principals", "shown"), ("addresses", mask)], &[ADDRESS]).await;
        lacks(&office, &[shown[0], shown[1], ("accounts", mask)], &[ACCOUNT]).await;
        lacks(&office, &[shown[0], shown[1], ("accounts", mask), ("view", "account=111122223333")], &[ACCOUNT]).await;
        lacks(&office, &[shown[0], shown[1], ("user_agents", mask)], &[AGENT, "Boto/2.49"]).await;
        let all = [("principals", mask), ("addresses", mask), ("accounts", mask), ("user_agents", mask)];
        let mut secrets = PRINCIPALS.to_vec();
        secrets.extend([ADDRESS, ACCOUNT, AGENT, "Boto/2.49"]);
        lacks(&office, &all, &secrets).await;
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_is_shown_is_there(pool: PgPool) {
    let office = Office::new(pool).await;
    let all = [("principals", "shown"), ("addresses", "shown"), ("accounts", "shown"), ("user_agents", "shown")];
    let (_, path) = office.share(&all).await;
    let answers = all_answers(&office, &path, "").await;
    for secret in [PRINCIPAL, ADDRESS, ACCOUNT, AGENT, SOURCE] {
        assert!(
            answers.iter().any(|(_, bytes)| contains(bytes, secret)),
            "{secret} is nowhere: the search would not find it"
        );
    }
    let page = office.page(&path).await;
    assert!(page.contains("s3://trail-111122223333/AWSLogs/&lt;b&gt;/") && !page.contains("<b>/"), "{page}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn two_shares_have_nothing_in_common(pool: PgPool) {
    let office = Office::new(pool).await;
    let names = |csv: String| -> Vec<String> {
        let mut names: Vec<_> =
            csv.split(['\n', ',']).filter(|cell| cell.starts_with("principal-")).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    };
    let (_, one) = office.share(&[]).await;
    let (_, two) = office.share(&[]).await;
    let one = names(office.web.csv(&format!("{one}/callers.csv")).await);
    let two = names(office.web.csv(&format!("{two}/callers.csv")).await);
    assert_eq!((one.len(), two.len()), (1, 1), "the same caller of both services");
    assert_ne!(one, two);
}
