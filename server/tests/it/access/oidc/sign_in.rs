//! People come in.

use super::{count, is_in, is_out, lines, provider::Provider, sent_back, web};
use crate::access::{Browser, PASSWORD};
use app::model::provider::Refusal;
use axum::http::StatusCode;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn groups_give_a_role_and_the_highest_counts(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    Browser::set_up(&web, "Ann").await;
    for (subject, groups, role) in [
        ("1", vec!["lookers"], "viewer"),
        ("2", vec!["others", "doers", "lookers"], "analyst"),
        ("3", vec!["lookers", "CN=admins,OU=it"], "administrator"),
    ] {
        provider.knows(subject, &format!("Person {subject}"), &groups);
        let mut browser = Browser::new(&web);
        is_in(&browser.sign_in_there("/callers?q=a%20b").await, "/callers?q=a%20b");
        let page = browser.get("/").await.text();
        assert!(page.contains(&format!("data-name=\"Person {subject}\"")), "{page}");
        assert!(page.contains(&format!("data-role=\"{role}\"")), "{page}");
    }
    let kept = "select count(*) from person where issuer like 'http://127.0.0.1:%/realms/a' and password is null";
    assert_eq!(count(&pool, kept).await, 3);
    assert_eq!(count(&pool, "select count(*) from journey").await, 0, "none is left");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_page_has_a_button_that_leads_there_and_keeps_the_way(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    let page = browser.get("/setup").await.text();
    assert!(page.contains("href=\"/sign-in/provider\"") && page.contains("Sign in with Example &amp; Co"), "{page}");
    Browser::set_up(&web, "Ann").await;
    let page = browser.get("/sign-in?next=%2Fcallers%3Fq%3Da").await.text();
    assert!(page.contains("href=\"/sign-in/provider?next=/callers%3Fq%3Da\""), "{page}");
    assert!(page.contains("rel=\"external\""), "{page}");
    let answer = browser.follow("/sign-in/provider?next=%2Fcallers").await;
    let way = answer.header("set-cookie");
    assert!(way.starts_with("__Host-sunset-way="), "{way}");
    assert!(way.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"), "{way}");
    assert_eq!(browser.way.len(), 64, "256 bits");
    let address = answer.header("location");
    for part in ["response_type=code", "code_challenge_method=S256", "scope=openid+profile", "nonce=", "state="] {
        assert!(address.contains(part), "{part} in {address}");
    }
    assert!(!address.contains(&browser.way), "the secret itself goes nowhere");
    let kept: Vec<u8> = sqlx::query_scalar("select digest from journey").fetch_one(&pool).await.expect("one");
    assert_eq!(kept, blake3::hash(browser.way.as_bytes()).as_bytes());
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_first_one_is_an_administrator_or_nobody(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    provider.knows("1", "Vic", &["lookers"]);
    is_out(&browser.sign_in_there("/").await, Refusal::NotSetUp);
    assert_eq!(browser.get("/").await.header("location"), "/setup", "it can still be begun");
    assert!(browser.get("/sign-in?why=not_set_up").await.text().contains("that takes an administrator"));

    provider.knows("2", "Ann", &["CN=admins,OU=it"]);
    is_in(&browser.sign_in_there("/").await, "/");
    assert_eq!(browser.get("/people").await.status, StatusCode::OK);
    let mut other = Browser::new(&web);
    let late = other.post("/fn/set_up", &[("name", "Eve"), ("password", PASSWORD)]).await;
    assert!(crate::access::refusal(&late).contains("has an account already"));
    provider.knows("1", "Vic", &["lookers"]);
    is_in(&other.sign_in_there("/").await, "/");
    let expected = [
        " sign_in_refused by Example & Co: a viewer before any administrator",
        "Ann set_up by Example & Co",
        "Ann sign_in by Example & Co",
        "Vic add_person Vic: viewer, by Example & Co",
        "Vic sign_in by Example & Co",
    ];
    assert_eq!(lines(&pool).await, expected);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_new_session_begins_and_the_old_one_ends(pool: PgPool) {
    let provider = Provider::start().await;
    provider.knows("1", "Ann", &["CN=admins,OU=it"]);
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    browser.cookie = "planted".into();
    browser.sign_in_there("/").await;
    assert_ne!(browser.cookie, "planted");
    assert_eq!(browser.cookie.len(), 64);
    assert_eq!(browser.way, "", "the other cookie is gone");
    let known = Browser { cookie: browser.cookie.clone(), ..Browser::new(&web) };
    assert_eq!(known.get("/").await.status, StatusCode::OK);
    browser.sign_in_there("/").await;
    assert_eq!(known.get("/").await.status, StatusCode::SEE_OTHER, "a session that others know ends");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    let stolen = Browser { cookie: browser.cookie.clone(), ..Browser::new(&web) };
    browser.post("/fn/sign_out", &[]).await;
    assert_eq!(stolen.get("/").await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn nobody_is_led_elsewhere_afterwards(pool: PgPool) {
    let provider = Provider::start().await;
    provider.knows("1", "Ann", &["CN=admins,OU=it"]);
    let web = web(&pool, &provider).await;
    let long = format!("/{}", "a".repeat(9000));
    for elsewhere in
        ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\r\nx: y", &long]
    {
        let mut browser = Browser::new(&web);
        is_in(&browser.sign_in_there(elsewhere).await, "/");
    }
    let mut browser = Browser::new(&web);
    provider.wishes().error = Some("access_denied");
    let answer = browser.sign_in_there("//evil.example").await;
    assert_eq!(answer.header("location"), "/sign-in?why=declined");
    let answer = browser.sign_in_there("/callers?a=b").await;
    assert_eq!(answer.header("location"), "/sign-in?why=declined&next=%2Fcallers%3Fa%3Db");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn each_name_of_the_server_has_its_own_way_back(pool: PgPool) {
    let provider = Provider::start().await;
    provider.knows("1", "Ann", &["CN=admins,OU=it"]);
    let web = web(&pool, &provider).await;
    let asked = axum::http::Request::get("/sign-in/provider").header("host", "sunset.example");
    let answer = web.send(asked.body(axum::body::Body::empty()).expect("a request")).await;
    let address = answer.header("location").to_owned();
    assert!(address.contains("redirect_uri=https%3A%2F%2Fsunset.example%2Fsign-in%2Fcallback"), "{address}");
    let mut browser = Browser::new(&web);
    let way = answer.header("set-cookie").split(['=', ';']).nth(1).expect("a value");
    browser.way = way.to_owned();
    is_in(&browser.follow(&sent_back(&address).await).await, "/");
    let asked = axum::http::Request::get("/sign-in/provider").header("host", "evil.example");
    web.send(asked.body(axum::body::Body::empty()).expect("a request")).await.problem(421);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_the_token_leaves_out_is_asked_for(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    provider.wishes().claims = json!({"sub": "1"});
    provider.wishes().userinfo = Some(json!({"sub": "1", "preferred_username": "ann", "groups": "CN=admins,OU=it"}));
    let mut browser = Browser::new(&web);
    is_in(&browser.sign_in_there("/").await, "/");
    assert!(browser.get("/").await.text().contains("data-name=\"ann\""));

    provider.wishes().userinfo = Some(json!({"sub": "2", "groups": ["CN=admins,OU=it"]}));
    is_out(&Browser::new(&web).sign_in_there("/").await, Refusal::Unproven);
    provider.wishes().userinfo = None;
    is_out(&Browser::new(&web).sign_in_there("/").await, Refusal::Away);
    provider.wishes().answer = json!({"access_token": "with a\nline"});
    provider.wishes().claims = json!({"sub": "1", "at_hash": null});
    is_out(&Browser::new(&web).sign_in_there("/").await, Refusal::Away);
    // What the token says is not asked for again.
    provider.wishes().answer = json!({});
    provider.knows("1", "ann", &["CN=admins,OU=it"]);
    let before = provider.wishes().calls["userinfo"];
    is_in(&Browser::new(&web).sign_in_there("/").await, "/");
    assert_eq!(provider.wishes().calls["userinfo"], before);
}
