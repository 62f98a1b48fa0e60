//! Adding people, their roles, and their ways in.

use super::{Browser, PASSWORD, refusal, web};
use app::model::person::Role;
use axum::http::StatusCode;
use sqlx::PgPool;

/// The link that the page shows, once.
async fn link(browser: &Browser<'_>) -> String {
    let page = browser.get("/people").await.text();
    let link = page.split("http://localhost:3000/invitation?code=").nth(1).and_then(|rest| rest.get(..64));
    let code = link.expect("a link");
    assert!(!browser.get("/people").await.text().contains("/invitation?code="), "it is shown once");
    format!("/invitation?code={code}")
}

async fn number(pool: &PgPool, name: &str) -> String {
    let id: i64 =
        sqlx::query_scalar("select id from person where name = $1").bind(name).fetch_one(pool).await.expect("a person");
    id.to_string()
}

async fn accept<'a>(browser: &mut Browser<'a>, link: &str, password: &str) -> crate::web::Answer {
    let code = link.split("code=").nth(1).expect("a code");
    browser.post("/fn/accept_invitation", &[("code", code), ("password", password)]).await
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn somebody_who_is_added_sets_their_own_password_once(pool: PgPool) {
    let web = web(&pool).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    let answer = ann.post("/fn/add_person", &[("name", "Bob"), ("role", "analyst")]).await;
    assert_eq!(answer.header("location"), "/people");
    let link = link(&ann).await;
    assert!(ann.get("/people").await.text().contains("invited, link ends in"));
    let again = ann.post("/fn/add_person", &[("name", "BOB"), ("role", "viewer")]).await;
    assert!(refusal(&again).contains("somebody named “BOB”"));
    let kept: String =
        sqlx::query_scalar("select invitation::text from invitation").fetch_one(&pool).await.expect("one");
    assert!(!kept.contains(link.split("code=").nth(1).expect("a code")), "only the digest is kept");

    let mut bob = Browser::new(&web);
    assert!(refusal(&bob.sign_in("bob", "").await).contains("is wrong"));
    assert!(bob.get(&link).await.text().contains("value=\"Bob\""), "it says who is meant");
    assert!(refusal(&accept(&mut bob, &link, "bob bob bob bob").await).contains("easy to guess"));
    assert_eq!(accept(&mut bob, &link, PASSWORD).await.header("location"), "/");
    assert!(bob.get("/").await.text().contains("data-role=\"analyst\""));
    assert!(refusal(&accept(&mut Browser::new(&web), &link, PASSWORD).await).contains("was used"));
    assert!(Browser::new(&web).get(&link).await.text().contains("was used"));
    assert_eq!(Browser::new(&web).sign_in("bob", PASSWORD).await.header("location"), "/callers");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_forgotten_password_is_replaced_by_a_new_link(pool: PgPool) {
    let web = web(&pool).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    ann.post("/fn/add_person", &[("name", "Bob"), ("role", "viewer")]).await;
    let first = link(&ann).await;
    let bobs = number(&pool, "Bob").await;
    ann.post("/fn/invite_person", &[("id", &bobs)]).await;
    let second = link(&ann).await;
    let mut bob = Browser::new(&web);
    assert!(refusal(&accept(&mut bob, &first, PASSWORD).await).contains("replaced"));
    accept(&mut bob, &second, PASSWORD).await;

    ann.post("/fn/invite_person", &[("id", &bobs)]).await;
    let third = link(&ann).await;
    assert_eq!(bob.get("/").await.status, StatusCode::OK, "a link alone changes nothing");
    sqlx::query("update invitation set expires = now()").execute(&pool).await.expect("changed");
    assert!(refusal(&accept(&mut Browser::new(&web), &third, "another good password").await).contains("expired"));
    ann.post("/fn/invite_person", &[("id", &bobs)]).await;
    let fourth = link(&ann).await;
    accept(&mut Browser::new(&web), &fourth, "another good password").await;
    assert_eq!(bob.get("/").await.status, StatusCode::SEE_OTHER, "sessions from before have ended");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn somebody_can_always_decide_about_people(pool: PgPool) {
    let web = web(&pool).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    let anns = number(&pool, "Ann").await;
    // An invited administrator who never came does not count.
    ann.post("/fn/add_person", &[("name", "Bob"), ("role", "administrator")]).await;
    let link = link(&ann).await;
    for (action, field) in [("/fn/change_role", ("role", "viewer")), ("/fn/disable_person", ("disable", "true"))] {
        let refused = ann.post(action, &[("id", &anns), field]).await;
        assert!(refusal(&refused).contains("somebody else an administrator first"), "{action}");
    }
    accept(&mut Browser::new(&web), &link, PASSWORD).await;
    let answer = ann.post("/fn/change_role", &[("id", &anns), ("role", "viewer")]).await;
    assert_eq!(answer.header("location"), "/people");
    assert_eq!(ann.get("/people").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ann.post("/fn/change_role", &[("id", &anns), ("role", "administrator")]).await.status, 403);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn somebody_who_is_disabled_is_out_at_once(pool: PgPool) {
    let web = web(&pool).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    ann.post("/fn/add_person", &[("name", "Bob"), ("role", "viewer")]).await;
    let mut bob = Browser::new(&web);
    accept(&mut bob, &link(&ann).await, PASSWORD).await;
    bob.post("/fn/add_token", &[("name", "x"), ("role", "viewer"), ("days", "7")]).await;
    let bobs = number(&pool, "Bob").await;
    ann.post("/fn/disable_person", &[("id", &bobs), ("disable", "true")]).await;
    assert!(ann.get("/people").await.text().contains(">disabled<"));
    assert_eq!(bob.get("/").await.status, StatusCode::SEE_OTHER);
    assert!(refusal(&bob.sign_in("bob", PASSWORD).await).contains("is wrong"));
    let left: i64 =
        sqlx::query_scalar("select (select count(*) from token) + (select count(*) from session where person_id = $1)")
            .bind(bobs.parse::<i64>().expect("a number"))
            .fetch_one(&pool)
            .await
            .expect("a count");
    assert_eq!(left, 0);
    ann.post("/fn/disable_person", &[("id", &bobs), ("disable", "false")]).await;
    sqlx::query("delete from guess").execute(&pool).await.expect("forgotten");
    assert_eq!(bob.sign_in("bob", PASSWORD).await.header("location"), "/callers", "and back again");
    assert!(refusal(&ann.post("/fn/invite_person", &[("id", "999")]).await).contains("no person number 999"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn only_administrators_see_people(pool: PgPool) {
    let web = web(&pool).await;
    let analyst = Browser::of(&web, &pool, Role::Analyst).await;
    assert!(!analyst.get("/").await.text().contains("href=\"/people\""));
    assert_eq!(analyst.get("/people").await.status, StatusCode::FORBIDDEN);
    let administrator = Browser::of(&web, &pool, Role::Administrator).await;
    assert!(administrator.get("/").await.text().contains("href=\"/people\""));
}
