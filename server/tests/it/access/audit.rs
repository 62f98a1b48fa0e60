//! The audit log.

use super::{Browser, PASSWORD, web};
use crate::{trail::trail, web::multipart};
use app::model::person::Role;
use axum::http::{Method, StatusCode};
use sqlx::PgPool;

/// Who did what to what, oldest first.
async fn lines(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("select name || ' ' || action || ' ' || about from audit order by id")
        .fetch_all(pool)
        .await
        .expect("lines")
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_people_do_is_written_down(pool: PgPool) {
    let web = web(&pool).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    ann.sign_in("ann", "wrong horse battery").await;
    ann.sign_in(PASSWORD, "").await;
    ann.sign_in("ann", PASSWORD).await;
    ann.post("/fn/add_person", &[("name", "Bob"), ("role", "viewer")]).await;
    let bob =
        sqlx::query_scalar::<_, i64>("select id from person where name = 'Bob'").fetch_one(&pool).await.expect("Bob");
    let bob = bob.to_string();
    ann.post("/fn/change_role", &[("id", &bob), ("role", "analyst")]).await;
    ann.post("/fn/invite_person", &[("id", &bob)]).await;
    ann.post("/fn/disable_person", &[("id", &bob), ("disable", "true")]).await;
    ann.post("/fn/add_token", &[("name", "nightly"), ("role", "viewer"), ("days", "7")]).await;
    ann.post("/fn/remove_token", &[("id", "1")]).await;
    ann.post("/fn/end_other_sessions", &[]).await;
    ann.post("/fn/save_deadline", &[("form[name]", "Ours"), ("form[date]", "2027-01-31"), ("form[minimum]", "1.2")])
        .await;
    ann.get("/api/v1/deadlines.csv?x=1").await;
    ann.get("/api/v1/deadlines").await;
    ann.post("/fn/sign_out", &[]).await;
    let expected = [
        "Ann set_up ",
        "Ann sign_in_refused Ann",
        "Ann sign_in_refused a name that nobody has",
        "Ann sign_in ",
        "Ann add_person Bob: viewer",
        "Ann change_role Bob: analyst",
        "Ann invite Bob",
        "Ann disable_person Bob",
        "Ann add_token nightly: viewer, 7 days",
        "Ann remove_token nightly",
        "Ann end_session all others",
        "Ann save_deadline deadline 7: Ours, 2027-01-31, at least TLS 1.2",
        "Ann export /api/v1/deadlines.csv?x=1",
        "Ann sign_out ",
    ];
    assert_eq!(lines(&pool).await, expected);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn uploads_and_their_removal_are_written_down(pool: PgPool) {
    let web = web(&pool).await;
    let browser = Browser::of(&web, &pool, Role::Analyst).await;
    let mut sent = multipart(&[("a.json", &trail(0, &["TLSv1.2"]))]);
    sent.headers_mut().insert("cookie", format!("__Host-sunset={}", browser.cookie).parse().expect("a value"));
    assert_eq!(web.send(sent).await.status, 202);
    let removed = async || browser.send(Method::DELETE, "/api/v1/uploads/1").await.status;
    for _ in 0..600 {
        if removed().await == StatusCode::NO_CONTENT {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let lines = lines(&pool).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains(" upload upload 1") && lines[1].contains(" remove_upload upload 1: a.json"), "{lines:?}");
    let refused = multipart(&[("a.json", b"{}")]);
    web.send(refused).await.problem(401);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn nobody_changes_or_empties_it(pool: PgPool) {
    let web = web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    for change in [
        "update audit set name = 'Eve'",
        "delete from audit",
        "truncate audit",
        "truncate audit cascade",
        "set session_replication_role = replica; delete from audit",
        "delete from person",
    ] {
        let refused = sqlx::raw_sql(change).execute(&pool).await.map(|_| ()).map_err(|error| error.to_string());
        if change.contains("audit") {
            assert!(refused.is_err_and(|error| error.contains("only added to")), "{change}");
        }
    }
    assert_eq!(lines(&pool).await, ["Ann set_up "]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn administrators_read_filter_and_export_it(pool: PgPool) {
    let web = web(&pool).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    ann.post("/fn/add_person", &[("name", "=Bob <b>"), ("role", "viewer")]).await;
    let page = ann.get("/audit").await.text();
    assert!(page.contains("set up") && page.contains("=Bob &lt;b&gt;: viewer") && page.contains("192.0.2.1"), "{page}");
    let page = ann.get("/audit?action=set_up&name=ANN").await.text();
    assert!(!page.contains("=Bob") && page.contains("/api/v1/audit.csv?name=ANN&amp;action=set_up"), "{page}");
    assert_eq!(ann.get("/audit?action=dance").await.status, StatusCode::BAD_REQUEST);
    assert!(ann.get("/audit?to=2020-01-01").await.text().contains("Nothing of that was done"));

    let csv = ann.get("/api/v1/audit.csv").await.text();
    assert!(csv.starts_with("id,time,name,address,action,about\n"), "{csv}");
    assert!(csv.contains(",Ann,192.0.2.1,add_person,'=Bob <b>: viewer\n"), "{csv}");
    assert!(ann.get("/api/v1/audit.csv").await.text().contains(",export,/api/v1/audit.csv\n"));
    let analyst = Browser::of(&web, &pool, Role::Analyst).await;
    for path in ["/audit", "/api/v1/audit", "/api/v1/audit.csv"] {
        assert_eq!(analyst.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}
