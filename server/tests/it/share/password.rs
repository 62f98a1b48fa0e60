//! A password on top of the link.

use super::Office;
use crate::access::guess::{later, more};
use chrono::TimeDelta;
use sqlx::PgPool;

const RIGHT: &str = "password=correct+horse+battery";

fn key(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"key\" value=\"").expect("a key");
    rest.split('"').next().unwrap_or_default().to_owned()
}

async fn locked(pool: PgPool) -> (Office, i64, String) {
    let office = Office::new(pool).await;
    let (id, path) = office.share(&[("password", "correct+horse+battery"), ("narrow", "yes")]).await;
    (office, id, path)
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn nothing_is_said_without_it(pool: PgPool) {
    let (office, id, path) = locked(pool.clone()).await;
    for table in ["", "/callers.csv", "/trend.csv", "?key=1.x", "?password=correct+horse+battery"] {
        let page = office.page(&format!("{path}{table}")).await;
        assert!(page.contains("This page asks for a password"), "{table}: {page}");
        assert!(
            !page.contains("auditors") && !page.contains("TLS 1.0") && !page.contains("principal-"),
            "{table}: {page}"
        );
    }
    let wrong = office.post(&path, "password=correct+horse+batterx").await;
    assert_eq!(wrong.status, 403);
    assert!(
        wrong.text().contains("That is not the password") && !wrong.text().contains("auditors"),
        "{}",
        wrong.text()
    );
    let hash: String = sqlx::query_scalar("select password from share").fetch_one(&pool).await.expect("a hash");
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert!(office.page(&format!("/shares/{id}")).await.contains("<dt>Views</dt><dd>0</dd>"), "nobody has seen it");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn it_opens_the_page_for_a_while(pool: PgPool) {
    let (office, _, path) = locked(pool).await;
    let answer = office.post(&path, RIGHT).await;
    let page = answer.text();
    assert_eq!(answer.status, 200);
    assert!(page.contains("2 services still receive") && page.contains("method=\"post\""), "{page}");
    let key = key(&page);
    assert!(!page.contains(&format!("?key={key}")), "no address holds the key");
    let narrowed = office.post(&path, format!("key={key}&service=s3")).await.text();
    assert!(narrowed.contains("Only a part of what is shared"), "{narrowed}");
    let csv = office.post(&format!("{path}/callers.csv"), format!("key={key}&service=s3")).await;
    assert!(csv.header("content-type").starts_with("text/csv") && csv.text().lines().count() == 2, "{}", csv.text());
    assert!(
        office.page(&format!("{path}?key={key}")).await.contains("asks for a password"),
        "it is posted, never linked"
    );
    office.wait(TimeDelta::minutes(30));
    let later = office.post(&path, format!("key={key}")).await;
    assert!(later.text().contains("asks for a password"), "{}", later.text());
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_key_opens_its_own_share_only(pool: PgPool) {
    let (office, id, path) = locked(pool).await;
    let (_, other) = office.share(&[("password", "correct+horse+battery")]).await;
    let key = key(&office.post(&path, RIGHT).await.text());
    assert!(office.post(&other, format!("key={key}")).await.text().contains("asks for a password"));
    office.change(id, "rotate").await;
    let new = office.link(id).await.expect("a link");
    assert!(
        office.post(&new, format!("key={key}")).await.text().contains("asks for a password"),
        "a new link, a new door"
    );
    assert_eq!(office.post(&new, RIGHT).await.status, 200);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn guessing_a_password_is_stopped(pool: PgPool) {
    let (office, _, path) = locked(pool.clone()).await;
    let (_, other) = office.share(&[("password", "correct+horse+battery")]).await;
    for _ in 0..5 {
        assert_eq!(office.post(&path, "password=guessed+wrong").await.status, 403);
    }
    // Ten in all: 32 seconds.
    more(&pool, 5, 5).await;
    let closed = office.post(&path, RIGHT).await;
    let seconds: u32 = closed.header("retry-after").parse().expect("seconds");
    assert_eq!(closed.status, 429);
    assert!((1..=32).contains(&seconds), "{seconds}");
    assert!(
        closed.text().contains("Too many passwords were wrong") && !closed.text().contains("auditors"),
        "{}",
        closed.text()
    );
    super::secret::is_kept_secret(&closed);
    assert_eq!(office.post(&other, RIGHT).await.status, 200, "no other share is closed by it");
    later(&pool, 35).await;
    assert_eq!(office.post(&path, "password=guessed+wrong").await.status, 403);
    later(&pool, 35).await;
    assert_eq!(office.post(&path, RIGHT).await.status, 429, "twice as long");
    later(&pool, 65).await;
    assert_eq!(office.post(&path, RIGHT).await.status, 200);
    for _ in 0..5 {
        assert_eq!(office.post(&path, "password=guessed+wrong").await.status, 403, "a right one begins anew");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn guessing_at_the_same_time_is_no_way_around(pool: PgPool) {
    let (office, _, path) = locked(pool).await;
    let guesses = (0..20).map(|n| office.post(&path, format!("password=guess+number+{n}")));
    let answers = futures::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 403).count();
    assert!((5..8).contains(&looked_at), "five, and one for each second that it takes: {looked_at}");
}
