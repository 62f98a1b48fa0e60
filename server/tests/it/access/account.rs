//! One's own password, sessions and tokens.

use super::{Browser, PASSWORD, refusal, web};
use crate::web::{Answer, Web, request};
use app::model::person::Role;
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use sqlx::PgPool;

async fn with_token(web: &Web, method: Method, path: &str, token: &str) -> Answer {
    let asked = request(method, path).header("authorization", format!("Bearer {token}"));
    web.send(asked.body(Body::empty()).expect("a request")).await
}

/// Makes a token, and reads it on the page that shows it once.
async fn token(browser: &mut Browser<'_>, role: &str) -> String {
    let fields = [("name", "nightly <export>"), ("role", role), ("days", "30")];
    let answer = browser.post("/fn/add_token", &fields).await;
    assert_eq!(answer.header("location"), "/account", "{}", answer.text());
    let page = browser.get("/account").await.text();
    let token = page.split("sunset_pat_").nth(1).and_then(|rest| rest.get(..64)).expect("a token");
    assert!(page.contains("nightly &lt;export&gt;"));
    assert!(!browser.get("/account").await.text().contains("sunset_pat_"), "it is shown once");
    format!("sunset_pat_{token}")
}

async fn number(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a number")
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn another_password_ends_every_other_session(pool: PgPool) {
    let web = web(&pool).await;
    let mut browser = Browser::set_up(&web, "Ann").await;
    let mut other = Browser::new(&web);
    other.sign_in("ann", PASSWORD).await;
    let before = Browser { cookie: browser.cookie.clone(), ..Browser::new(&web) };

    let change = async |browser: &mut Browser<'_>, old, new| {
        browser.post("/fn/change_password", &[("old", old), ("new", new)]).await
    };
    assert!(refusal(&change(&mut browser, "wrong", "another good password").await).contains("old password is wrong"));
    assert!(refusal(&change(&mut browser, PASSWORD, "short").await).contains("at least 12"));
    assert_eq!(other.get("/").await.status, StatusCode::OK);

    assert_eq!(change(&mut browser, PASSWORD, "another good password").await.header("location"), "/account");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    for ended in [&other, &before] {
        assert_eq!(ended.get("/").await.header("location"), "/sign-in");
    }
    assert!(refusal(&Browser::new(&web).sign_in("ann", PASSWORD).await).contains("is wrong"));
    assert_eq!(other.sign_in("ann", "another good password").await.header("location"), "/callers");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn guessing_the_old_password_is_slow_too(pool: PgPool) {
    let web = web(&pool).await;
    let mut browser = Browser::set_up(&web, "Ann").await;
    for _ in 0..5 {
        browser.post("/fn/change_password", &[("old", "wrong"), ("new", "another good password")]).await;
    }
    sqlx::query("update guess set failures = failures + 5 where failures = 5").execute(&pool).await.expect("changed");
    let said =
        refusal(&browser.post("/fn/change_password", &[("old", PASSWORD), ("new", "another good password")]).await);
    assert!(said.contains("Try again in"), "{said}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn sessions_are_listed_and_ended_by_their_owner_only(pool: PgPool) {
    let web = web(&pool).await;
    let mut browser = Browser::set_up(&web, "Ann").await;
    let mut phone = Browser::new(&web);
    phone.address = "198.51.100.7";
    phone.sign_in("ann", PASSWORD).await;
    let page = browser.get("/account").await.text();
    assert!(page.contains("198.51.100.7") && page.contains("this one") && page.contains("Sign out everywhere else"));

    let phones = number(&pool, "select max(id) from session").await.to_string();
    let mut eve = Browser::of(&web, &pool, Role::Administrator).await;
    assert!(!eve.get("/account").await.text().contains("198.51.100.7"), "not even an administrator sees others'");
    assert!(refusal(&eve.post("/fn/end_session", &[("id", &phones)]).await).contains("ended already"));
    assert_eq!(phone.get("/").await.status, StatusCode::OK);

    assert_eq!(browser.post("/fn/end_session", &[("id", &phones)]).await.header("location"), "/account");
    assert_eq!(phone.get("/").await.status, StatusCode::SEE_OTHER);
    phone.sign_in("ann", PASSWORD).await;
    browser.post("/fn/end_other_sessions", &[]).await;
    assert_eq!(phone.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    assert_eq!(eve.get("/").await.status, StatusCode::OK, "others stay signed in");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_token_may_what_it_and_its_owner_may(pool: PgPool) {
    let web = web(&pool).await;
    let mut browser = Browser::of(&web, &pool, Role::Analyst).await;
    let (viewer, analyst) = (token(&mut browser, "viewer").await, token(&mut browser, "analyst").await);
    let refused = browser.post("/fn/add_token", &[("name", "x"), ("role", "administrator"), ("days", "30")]).await;
    assert!(refusal(&refused).contains("role “administrator”"));
    for days in ["0", "366"] {
        let refused = browser.post("/fn/add_token", &[("name", "x"), ("role", "viewer"), ("days", days)]).await;
        assert!(refusal(&refused).contains("1 to 365 days"));
    }

    let status = async |method, path, token: &str| with_token(&web, method, path, token).await.status.as_u16();
    assert_eq!(status(Method::GET, "/api/v1/uploads", &viewer).await, 200);
    assert_eq!(status(Method::DELETE, "/api/v1/uploads/999", &viewer).await, 403);
    assert_eq!(status(Method::DELETE, "/api/v1/uploads/999", &analyst).await, 404);
    assert_eq!(status(Method::GET, "/", &analyst).await, 401, "pages are for people");
    assert_eq!(status(Method::GET, "/fn/fragment?piece=account&about=&query=", &analyst).await, 500);
    with_token(&web, Method::GET, "/api/v1/uploads", &format!("{}0", &viewer[..viewer.len() - 1])).await.problem(401);
    let kept: String =
        sqlx::query_scalar("select string_agg(token::text, ' ') from token").fetch_one(&pool).await.expect("rows");
    assert!(!kept.contains(&viewer[11..]), "only digests are kept");
    assert!(browser.get("/account").await.text().contains("under a minute ago"), "it was used");

    sqlx::query("update person set role = 'viewer'").execute(&pool).await.expect("changed");
    assert_eq!(status(Method::DELETE, "/api/v1/uploads/999", &analyst).await, 403, "its owner may not any more");
    sqlx::query("update token set expires = now()").execute(&pool).await.expect("changed");
    assert_eq!(status(Method::GET, "/api/v1/uploads", &viewer).await, 401, "it has expired");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn tokens_are_removed_by_their_owner_only(pool: PgPool) {
    let web = web(&pool).await;
    let mut browser = Browser::of(&web, &pool, Role::Viewer).await;
    let token = token(&mut browser, "viewer").await;
    let id = number(&pool, "select id from token").await.to_string();
    let mut eve = Browser::of(&web, &pool, Role::Administrator).await;
    assert!(refusal(&eve.post("/fn/remove_token", &[("id", &id)]).await).contains("removed already"));
    assert_eq!(with_token(&web, Method::GET, "/api/v1/uploads", &token).await.status, 200);
    browser.post("/fn/remove_token", &[("id", &id)]).await;
    with_token(&web, Method::GET, "/api/v1/uploads", &token).await.problem(401);
}
