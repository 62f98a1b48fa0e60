//! Signing in and out, and how long that holds.

use super::{Browser, PASSWORD, refusal, web};
use app::model::person::Role;
use axum::http::{Method, StatusCode};
use sqlx::PgPool;

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn signing_in_leads_to_what_was_asked_for(pool: PgPool) {
    let web = web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    let mut browser = Browser::new(&web);
    let asked = browser.get("/callers?account=1&q=a%20b").await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let door = asked.header("location");
    assert_eq!(door, "/sign-in?next=%2Fcallers%3Faccount%3D1%26q%3Da%2520b");
    let page = browser.get(door).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("name=\"next\" value=\"/callers?account=1&amp;q=a%20b\""), "{}", page.text());
    assert!(!page.text().contains("href=\"/uploads\""), "nothing leads where one may not go");

    let answer = browser.sign_in("ANN", PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, "/callers"));
    assert_eq!(browser.get("/callers").await.status, StatusCode::OK);

    let elsewhere = [("name", "ann"), ("password", PASSWORD), ("next", "//evil.example")];
    assert_eq!(Browser::new(&web).post("/fn/sign_in", &elsewhere).await.header("location"), "/");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_wrong_name_and_a_wrong_password_answer_alike(pool: PgPool) {
    let web = web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    sqlx::query("insert into person (name, role) values ('invited', 'viewer')").execute(&pool).await.expect("a person");
    sqlx::query("insert into person (name, role, password, disabled) select 'gone', 'viewer', password, true from person where name = 'Ann'")
        .execute(&pool)
        .await
        .expect("a person");
    let mut answers = Vec::new();
    for (name, password) in
        [("Ann", "wrong horse battery"), ("nobody", PASSWORD), ("invited", ""), ("gone", PASSWORD), ("", "")]
    {
        let answer = Browser::new(&web).sign_in(name, password).await;
        let mut headers: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        answers.push((refusal(&answer), answer.header("location").to_owned(), headers));
    }
    assert_eq!(answers[0].0, "The name or the password is wrong.");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_session_that_others_know_is_not_taken_over(pool: PgPool) {
    let web = web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    // Planted in the browser before: it means nothing, and is not what she gets.
    let mut browser = Browser::new(&web);
    browser.cookie = "planted".into();
    browser.sign_in("ann", PASSWORD).await;
    assert_ne!(browser.cookie, "planted");
    let planted = Browser { cookie: "planted".into(), ..Browser::new(&web) };
    assert_eq!(planted.get("/").await.status, StatusCode::SEE_OTHER);

    // A session of her own that somebody else knows ends when she signs in again.
    let known = Browser { cookie: browser.cookie.clone(), ..Browser::new(&web) };
    assert_eq!(known.get("/").await.status, StatusCode::OK);
    browser.sign_in("ann", PASSWORD).await;
    assert_ne!(browser.cookie, known.cookie);
    assert_eq!(known.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn signing_out_ends_the_session_on_the_server(pool: PgPool) {
    let web = web(&pool).await;
    let mut browser = Browser::set_up(&web, "Ann").await;
    let stolen = Browser { cookie: browser.cookie.clone(), ..Browser::new(&web) };
    let answer = browser.post("/fn/sign_out", &[]).await;
    assert_eq!(answer.header("location"), "/sign-in");
    assert_eq!(answer.header("set-cookie"), "__Host-sunset=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    assert_eq!(stolen.get("/").await.header("location"), "/sign-in");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn sessions_end_by_themselves(pool: PgPool) {
    let web = web(&pool).await;
    let status = async |change: &str| {
        let browser = Browser::of(&web, &pool, Role::Viewer).await;
        sqlx::query(sqlx::AssertSqlSafe(format!("update session set {change}"))).execute(&pool).await.expect("changed");
        browser.get("/").await.status
    };
    assert_eq!(status("last_used = now() - interval '59 minutes'").await, StatusCode::OK);
    assert_eq!(status("last_used = now() - interval '61 minutes'").await, StatusCode::SEE_OTHER, "idle");
    let begun = |hours| format!("last_used = now(), created = now() - interval '{hours} hours'");
    assert_eq!(status(&begun(9)).await, StatusCode::OK);
    assert_eq!(status(&begun(11)).await, StatusCode::SEE_OTHER, "in any case");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn use_prolongs_a_session(pool: PgPool) {
    let web = web(&pool).await;
    let browser = Browser::of(&web, &pool, Role::Viewer).await;
    sqlx::query("update session set last_used = now() - interval '50 minutes'").execute(&pool).await.expect("changed");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    let fresh: bool = sqlx::query_scalar("select last_used > now() - interval '1 minute' from session")
        .fetch_one(&pool)
        .await
        .expect("a session");
    assert!(fresh);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn another_role_holds_from_the_next_request_on(pool: PgPool) {
    let web = web(&pool).await;
    let browser = Browser::of(&web, &pool, Role::Analyst).await;
    let allowed = || async { browser.send(Method::DELETE, "/api/v1/uploads/999").await.status };
    assert_eq!(allowed().await, StatusCode::NOT_FOUND);
    sqlx::query("update person set role = 'viewer'").execute(&pool).await.expect("changed");
    assert_eq!(allowed().await, StatusCode::FORBIDDEN);
    sqlx::query("update person set disabled = true").execute(&pool).await.expect("changed");
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
}
