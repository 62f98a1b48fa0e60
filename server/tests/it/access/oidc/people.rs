//! Who somebody from the provider is here.

use super::{count, is_in, is_out, lines, provider::Provider, web, web_by};
use crate::access::{Browser, PASSWORD, refusal};
use app::model::provider::Refusal;
use axum::http::StatusCode;
use serde_json::json;
use sqlx::PgPool;

const ADMINS: &str = "CN=admins,OU=it";

async fn number(pool: &PgPool, name: &str) -> String {
    let id: i64 =
        sqlx::query_scalar("select id from person where name = $1").bind(name).fetch_one(pool).await.expect("a person");
    id.to_string()
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_local_account_is_never_taken_over(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    let ann = Browser::set_up(&web, "Ann").await;
    provider.wishes().claims = json!({"sub": "evil", "name": "ANN", "preferred_username": "Ann", "email": "ann", "email_verified": true, "groups": ["lookers"]});
    let mut eve = Browser::new(&web);
    is_in(&eve.sign_in_there("/").await, "/");
    let page = eve.get("/").await.text();
    assert!(page.contains("data-name=\"ANN (Example &amp; Co)\"") && page.contains("data-role=\"viewer\""), "{page}");
    provider.wishes().claims["sub"] = json!("another");
    let mut third = Browser::new(&web);
    is_in(&third.sign_in_there("/").await, "/");
    assert!(third.get("/").await.text().contains("data-name=\"ANN (Example &amp; Co 2)\""));
    assert_eq!(ann.get("/people").await.status, StatusCode::OK);
    assert_eq!(count(&pool, "select count(*) from person").await, 3);
    // And not the other way round.
    assert!(refusal(&Browser::new(&web).sign_in("ANN (Example & Co)", "").await).contains("is wrong"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn whoever_is_known_stays_the_same_whatever_they_are_called(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    provider.knows("00u<b>' or 1=1 --", "<script>alert(1)</script>", &[ADMINS]);
    let mut browser = Browser::new(&web);
    is_in(&browser.sign_in_there("/").await, "/");
    let page = browser.get("/people").await.text();
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>alert"), "{page}");
    provider.knows("00u<b>' or 1=1 --", "Ann", &[ADMINS]);
    is_in(&browser.sign_in_there("/").await, "/");
    assert_eq!(count(&pool, "select count(*) from person").await, 1);
    provider.knows("00u<B>' OR 1=1 --", "Ann", &["lookers"]);
    is_in(&Browser::new(&web).sign_in_there("/").await, "/");
    assert_eq!(count(&pool, "select count(*) from person").await, 2, "subjects are compared as they are");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn two_first_sign_ins_at_once_are_one_person(pool: PgPool) {
    let provider = Provider::start().await;
    provider.knows("1", "Ann", &[ADMINS]);
    let web = web(&pool, &provider).await;
    let (mut one, mut two) = (Browser::new(&web), Browser::new(&web));
    let (first, second) = (one.leave_and_return("/").await, two.leave_and_return("/").await);
    let (first, second) = tokio::join!(one.follow(&first), two.follow(&second));
    is_in(&first, "/");
    is_in(&second, "/");
    assert_eq!(count(&pool, "select count(*) from person").await, 1);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn groups_decide_at_each_sign_in(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    Browser::set_up(&web, "Ann").await;
    provider.knows("1", "Bob", &["lookers"]);
    let mut bob = Browser::new(&web);
    is_in(&bob.sign_in_there("/").await, "/");
    provider.knows("1", "Bob", &[ADMINS]);
    assert_eq!(bob.get("/people").await.status, StatusCode::FORBIDDEN, "not before");
    is_in(&bob.sign_in_there("/people").await, "/people");
    assert_eq!(bob.get("/people").await.status, StatusCode::OK);
    provider.knows("1", "Bob", &["doers"]);
    is_in(&bob.sign_in_there("/").await, "/");
    assert_eq!(bob.get("/people").await.status, StatusCode::FORBIDDEN);
    bob.post("/fn/add_token", &[("name", "x"), ("role", "viewer"), ("days", "7")]).await;

    // No group any more: what was open before is closed.
    let phone = Browser { cookie: bob.cookie.clone(), ..Browser::new(&web) };
    for groups in [json!(["others"]), json!([]), json!({"lookers": true})] {
        provider.wishes().claims["groups"] = groups;
        provider.wishes().userinfo = Some(json!({"sub": "1"}));
        let answer = Browser::new(&web).sign_in_there("/").await;
        is_out(&answer, Refusal::NoRole);
        let page = bob.get(answer.header("location")).await.text();
        assert!(page.contains("none of your groups") && page.contains("Ask an administrator of TLS Sunset"), "{page}");
    }
    assert_eq!(phone.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(count(&pool, "select count(*) from token").await, 0);
    provider.knows("2", "Somebody new", &["others"]);
    is_out(&Browser::new(&web).sign_in_there("/").await, Refusal::NoRole);
    let lines = lines(&pool).await;
    let bobs: Vec<&str> = lines.iter().filter(|line| line.contains("role")).map(String::as_str).collect();
    assert_eq!(
        bobs,
        [
            "Bob change_role Bob: administrator, by the groups of Example & Co",
            "Bob change_role Bob: analyst, by the groups of Example & Co",
            " sign_in_refused Bob, by Example & Co: no role",
            " sign_in_refused Bob, by Example & Co: no role",
            " sign_in_refused Bob, by Example & Co: no role",
            " sign_in_refused by Example & Co: somebody new, no group with a role",
        ]
    );
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn whoever_is_disabled_stays_out(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    provider.knows("1", "Bob", &["doers"]);
    let mut bob = Browser::new(&web);
    is_in(&bob.sign_in_there("/").await, "/");
    let bobs = number(&pool, "Bob").await;
    ann.post("/fn/disable_person", &[("id", &bobs), ("disable", "true")]).await;
    assert_eq!(bob.get("/").await.status, StatusCode::SEE_OTHER);
    let answer = bob.sign_in_there("/").await;
    is_out(&answer, Refusal::Disabled);
    assert!(bob.get(answer.header("location")).await.text().contains("Your account is disabled"));
    ann.post("/fn/disable_person", &[("id", &bobs), ("disable", "false")]).await;
    is_in(&bob.sign_in_there("/").await, "/");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_groups_decide_is_not_decided_here(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    provider.knows("1", "Bob", &["lookers"]);
    let mut bob = Browser::new(&web);
    is_in(&bob.sign_in_there("/").await, "/");
    let bobs = number(&pool, "Bob").await;
    let refused = ann.post("/fn/change_role", &[("id", &bobs), ("role", "administrator")]).await;
    assert!(refusal(&refused).contains("follows from their groups"));
    let refused = ann.post("/fn/invite_person", &[("id", &bobs)]).await;
    assert!(refusal(&refused).contains("has no password here"));
    let refused = bob.post("/fn/change_password", &[("old", ""), ("new", PASSWORD)]).await;
    assert!(refusal(&refused).contains("where your password is changed"));
    let account = bob.get("/account").await.text();
    assert!(!account.contains("/fn/change_password") && account.contains("Example &amp; Co"), "{account}");
    assert!(account.contains("/fn/add_token") && account.contains("this one"));

    let page = ann.get("/people").await.text();
    let rows: Vec<&str> = page.split("<tr>").filter_map(|row| row.split("</tr>").next()).collect();
    let row = rows.iter().find(|row| row.contains("title=\"Bob\"")).expect("a row");
    assert!(row.contains("signs in with Example &amp; Co") && row.contains("by groups"), "{row}");
    assert!(!row.contains("/fn/invite_person") && !row.contains("/fn/change_role"), "{row}");
    assert!(row.contains("/fn/disable_person"), "{row}");
    let anns = rows.iter().find(|row| row.contains("title=\"Ann\"")).expect("a row");
    assert!(anns.contains("/fn/change_role") && anns.contains("can sign in"), "{anns}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_administrator_from_there_counts_while_there_is_a_way_in(pool: PgPool) {
    let provider = Provider::start().await;
    let web = web(&pool, &provider).await;
    let mut ann = Browser::set_up(&web, "Ann").await;
    let anns = number(&pool, "Ann").await;
    let demote = [("id", anns.as_str()), ("role", "viewer")];
    assert!(refusal(&ann.post("/fn/change_role", &demote).await).contains("somebody else an administrator"));
    provider.knows("1", "Bob", &[ADMINS]);
    let mut bob = Browser::new(&web);
    is_in(&bob.sign_in_there("/").await, "/");
    // Where no group gives that role (any more), nobody of the provider's will be an administrator.
    let mut config = super::config(&provider);
    config.oidc_roles = Some("lookers=viewer".parse().expect("roles"));
    let without = web_by(&pool, &config).await;
    let mut there = Browser { cookie: ann.cookie.clone(), ..Browser::new(&without) };
    assert!(refusal(&there.post("/fn/change_role", &demote).await).contains("somebody else an administrator"));
    assert_eq!(ann.post("/fn/change_role", &demote).await.header("location"), "/people");
    let bobs = number(&pool, "Bob").await;
    let out = [("id", bobs.as_str()), ("disable", "true")];
    assert!(refusal(&bob.post("/fn/disable_person", &out).await).contains("somebody else an administrator"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn people_of_a_provider_that_was_given_up_are_out(pool: PgPool) {
    let provider = Provider::start().await;
    provider.knows("1", "Bob", &[ADMINS]);
    let there = web(&pool, &provider).await;
    let mut bob = Browser::new(&there);
    is_in(&bob.sign_in_there("/").await, "/");
    bob.post("/fn/add_token", &[("name", "x"), ("role", "viewer"), ("days", "7")]).await;
    let page = bob.get("/account").await.text();
    let token = page.split("sunset_pat_").nth(1).and_then(|rest| rest.get(..64)).expect("a token").to_owned();
    let by_token = async |web: &crate::web::Web| {
        let asked = crate::web::request(axum::http::Method::GET, "/api/v1/uploads");
        let asked = asked.header("authorization", format!("Bearer sunset_pat_{token}"));
        web.send(asked.body(axum::body::Body::empty()).expect("a request")).await.status
    };
    assert_eq!(by_token(&there).await, StatusCode::OK);

    let local = crate::access::web(&pool).await;
    let here = Browser { cookie: bob.cookie.clone(), ..Browser::new(&local) };
    assert_eq!(here.get("/").await.header("location"), "/setup", "nobody is left who could sign in");
    assert_eq!(by_token(&local).await, StatusCode::UNAUTHORIZED);
    let ann = Browser::set_up(&local, "Bob (2)").await;
    assert!(ann.get("/people").await.text().contains("of another provider"));

    // The same subject at another provider is somebody else.
    let other = Provider::start().await;
    other.knows("1", "Bob", &["lookers"]);
    let elsewhere = web(&pool, &other).await;
    let mut eve = Browser::new(&elsewhere);
    is_in(&eve.sign_in_there("/").await, "/");
    let page = eve.get("/").await.text();
    assert!(page.contains("data-name=\"Bob (Example &amp; Co)\"") && page.contains("data-role=\"viewer\""), "{page}");
}
