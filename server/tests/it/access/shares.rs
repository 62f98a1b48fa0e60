//! Links belong to whoever made them.

use super::{Browser, refusal, web};
use crate::{trail, web::Web};
use app::model::person::Role;
use axum::http::StatusCode;
use sqlx::PgPool;

async fn name(pool: &PgPool, browser: &Browser<'_>) -> String {
    sqlx::query_scalar("select p.name from session s join person p on p.id = s.person_id where s.digest = $1")
        .bind(blake3::hash(browser.cookie.as_bytes()).as_bytes().as_slice())
        .fetch_one(pool)
        .await
        .expect("a person")
}

/// Somebody's share, by its number.
async fn share(browser: &mut Browser<'_>) -> String {
    let answer = browser.post("/fn/create_share", &[("form[title]", "For the auditors")]).await;
    answer.header("location").strip_prefix("/shares/").expect("a share").to_owned()
}

async fn counted(web: &Web, pool: &PgPool) {
    let admin = Browser::of(web, pool, Role::Administrator).await;
    let mut sent = crate::web::multipart(&[("week.json", &trail::week())]);
    sent.headers_mut().insert("cookie", format!("__Host-sunset={}", admin.cookie).parse().expect("a value"));
    assert_eq!(web.send(sent).await.status, StatusCode::ACCEPTED);
    for _ in 0..600 {
        if admin.get("/api/v1/uploads/1").await.text().contains("\"done\"") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it is never counted");
}

async fn state(pool: &PgPool, id: &str) -> (bool, bool) {
    sqlx::query_as("select paused, revoked from share where id = $1::bigint")
        .bind(id.parse::<i64>().expect("a number"))
        .fetch_one(pool)
        .await
        .expect("a share")
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn only_administrators_touch_those_of_others(pool: PgPool) {
    let web = web(&pool).await;
    counted(&web, &pool).await;
    let mut ann = Browser::of(&web, &pool, Role::Analyst).await;
    let mut bob = Browser::of(&web, &pool, Role::Analyst).await;
    let mut viewer = Browser::of(&web, &pool, Role::Viewer).await;
    let mut admin = Browser::of(&web, &pool, Role::Administrator).await;
    let anns = name(&pool, &ann).await;
    let id = share(&mut ann).await;
    for change in ["pause", "revoke", "rotate", "resume"] {
        let refused = bob.post("/fn/change_share", &[("id", &id), ("change", change)]).await;
        assert!(refusal(&refused).contains("administrator"), "{change}");
        let refused = viewer.post("/fn/change_share", &[("id", &id), ("change", change)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{change}");
    }
    assert!(refusal(&bob.post("/fn/revoke_shares", &[("creator", &anns)]).await).contains("administrator"));
    assert_eq!(state(&pool, &id).await, (false, false));
    assert!(!bob.get(&format!("/shares/{id}")).await.text().contains("value=\"revoke\""), "no button that is refused");

    ann.post("/fn/change_share", &[("id", &id), ("change", "pause")]).await;
    assert_eq!(state(&pool, &id).await, (true, false));
    admin.post("/fn/change_share", &[("id", &id), ("change", "resume")]).await;
    assert_eq!(state(&pool, &id).await, (false, false));
    admin.post("/fn/revoke_shares", &[("creator", &anns)]).await;
    assert_eq!(state(&pool, &id).await, (false, true));

    let lines: Vec<String> =
        sqlx::query_scalar("select action || ' ' || about from audit where action like '%share%' order by id")
            .fetch_all(&pool)
            .await
            .expect("lines");
    let expected = [
        "create_share share 1: For the auditors".to_owned(),
        "change_share share 1: For the auditors, Pause".to_owned(),
        "change_share share 1: For the auditors, Resume".to_owned(),
        format!("revoke_shares {anns}"),
    ];
    assert_eq!(lines, expected);
}
