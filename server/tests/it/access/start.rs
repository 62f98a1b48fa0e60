//! The first administrator.

use super::{Browser, LIMITS, PASSWORD, refusal, web};
use crate::web::Web;
use axum::http::StatusCode;
use server::{access::Accounts, http::Door};
use sqlx::PgPool;

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn every_page_leads_to_the_first_administrator(pool: PgPool) {
    let web = web(&pool).await;
    let mut browser = Browser::new(&web);
    for page in ["/", "/callers?q=x", "/uploads/1"] {
        let answer = browser.get(page).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/setup"), "{page}");
    }
    web.get("/api/v1/callers").await.problem(401);
    let page = browser.get("/setup").await.text();
    assert!(page.contains("action=\"/fn/set_up\"") && !page.contains("One-time code"), "{page}");

    let weak = browser.post("/fn/set_up", &[("name", "Ann"), ("password", "short")]).await;
    assert!(refusal(&weak).contains("at least 12"));
    let answer = browser.post("/fn/set_up", &[("name", "  Ann  Example "), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, "/"), "{}", answer.text());
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-sunset=") && cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"));
    assert!(browser.cookie.len() >= 64, "256 bits");

    let page = browser.get("/").await;
    assert_eq!(page.header("cache-control"), "private, no-store");
    let page = page.text();
    assert!(page.contains("data-name=\"Ann Example\"") && page.contains("data-role=\"administrator\""), "{page}");
    assert!(page.contains("Sign out") && page.contains("Callers"), "{page}");
    let kept: (String, Vec<u8>) = sqlx::query_as("select password, digest from person, session")
        .fetch_one(&pool)
        .await
        .expect("one person with one session");
    assert!(kept.0.starts_with("$argon2id$"));
    assert_eq!(kept.1, blake3::hash(browser.cookie.as_bytes()).as_bytes(), "the cookie itself is nowhere");

    assert!(browser.get("/setup").await.text().contains("has an account already"));
    let second = Browser::new(&web).post("/fn/set_up", &[("name", "Eve"), ("password", PASSWORD)]).await;
    assert!(refusal(&second).contains("has an account already"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn where_others_could_be_faster_a_code_is_needed(pool: PgPool) {
    let (accounts, code) = Accounts::open(pool.clone(), LIMITS, None, true).await.expect("a database");
    let code = code.expect("a code for the log");
    let web = Web::behind(pool.clone(), Door::with_accounts(accounts, Vec::new())).await;
    let mut browser = Browser::new(&web);
    assert!(browser.get("/setup").await.text().contains("One-time code"));
    for wrong in [vec![], vec![("code", "")], vec![("code", &code[1..])]] {
        let fields = [vec![("name", "Eve"), ("password", PASSWORD)], wrong].concat();
        assert!(refusal(&browser.post("/fn/set_up", &fields).await).contains("code of this start"));
    }
    let fields = [("name", "Ann"), ("password", PASSWORD), ("code", code.as_str())];
    assert_eq!(browser.post("/fn/set_up", &fields).await.header("location"), "/");

    let (_, code) = Accounts::open(pool, LIMITS, None, true).await.expect("a database");
    assert_eq!(code, None, "there is an administrator");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn two_at_once_make_one_administrator(pool: PgPool) {
    let web = web(&pool).await;
    let browser = Browser::new(&web);
    let form = |name| web.send(browser.form("/fn/set_up", &[("name", name), ("password", PASSWORD)]));
    let (one, two, three) = tokio::join!(form("a"), form("b"), form("c"));
    let led_in = [&one, &two, &three].iter().filter(|answer| answer.header("location") == "/").count();
    let people: i64 = sqlx::query_scalar("select count(*) from person").fetch_one(&pool).await.expect("a count");
    assert_eq!((led_in, people), (1, 1));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn without_accounts_nobody_signs_in(pool: PgPool) {
    let web = Web::new(pool).await;
    let mut browser = Browser::new(&web);
    let page = browser.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("data-role=\"administrator\"") && !page.text().contains("Sign out"));
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::NOT_FOUND);
    assert!(refusal(&browser.sign_in("ann", PASSWORD).await).contains("SUNSET_AUTH=none"));
}
