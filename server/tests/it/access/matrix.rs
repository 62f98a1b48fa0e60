//! Every route with every role.

use super::{Browser, web};
use crate::web::request;
use app::model::person::Role;
use axum::{body::Body, http::Method};
use sqlx::PgPool;

/// Whether somebody was let through, whatever came of it then.
async fn is_let_through(browser: &Browser<'_>, method: &Method, path: &str) -> bool {
    let path = path.replace("{id}", "999").replace("{service}", "s3");
    let answer = browser.send(method.clone(), &path).await;
    let led_away = answer.header("location").starts_with("/sign-in") && path != "/fn/sign_out";
    !(led_away || answer.status == 401 || answer.status == 403)
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn every_route_lets_exactly_its_roles_through(pool: PgPool) {
    let web = web(&pool).await;
    let administrator = Browser::of(&web, &pool, Role::Administrator).await;
    assert!(is_let_through(&administrator, &Method::GET, "/").await);
    let mut refused = 0;
    for (method, path, needed) in server::http::rules() {
        for role in [None, Some(Role::Viewer), Some(Role::Analyst), Some(Role::Administrator)] {
            let may = needed.is_none() || role >= needed;
            if may && path == "/fn/load_demo" {
                continue; // A year of made-up logs is not read here.
            }
            let browser = match role {
                Some(role) => Browser::of(&web, &pool, role).await,
                None => Browser::new(&web),
            };
            assert_eq!(is_let_through(&browser, &method, &path).await, may, "{role:?} {method} {path}");
            refused += usize::from(!may);
        }
    }
    assert!(refused > 60, "{refused}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_piece_of_a_page_has_the_rule_of_its_page(pool: PgPool) {
    let web = web(&pool).await;
    Browser::of(&web, &pool, Role::Administrator).await;
    for (piece, needed) in [
        ("overview", Some(Role::Viewer)),
        ("audit", Some(Role::Administrator)),
        ("source_check", Some(Role::Analyst)),
        ("people", Some(Role::Administrator)),
        ("account", Some(Role::Viewer)),
        ("sign_in", None),
        ("set_up", None),
        ("invitation", None),
    ] {
        for role in [None, Some(Role::Viewer), Some(Role::Analyst), Some(Role::Administrator)] {
            let browser = match role {
                Some(role) => Browser::of(&web, &pool, role).await,
                None => Browser::new(&web),
            };
            let asked = request(Method::GET, &format!("/fn/fragment?piece={piece}&about=999&query="));
            let asked = asked.header("cookie", format!("__Host-sunset={}", browser.cookie)).body(Body::empty());
            let answer = web.send(asked.expect("a request")).await.text();
            let refused = answer.contains("SignedOut") || answer.contains("Forbidden");
            assert_eq!(refused, needed.is_some_and(|needed| role < Some(needed)), "{role:?} {piece}: {answer}");
        }
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn no_form_of_another_web_site_changes_anything(pool: PgPool) {
    let web = web(&pool).await;
    let browser = Browser::of(&web, &pool, Role::Administrator).await;
    let mut changing = 0;
    for (method, path, _) in server::http::rules() {
        if method == Method::GET {
            continue;
        }
        changing += 1;
        for (header, value) in
            [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
        {
            let mut request = browser.form(&path.replace("{id}", "1"), &[("id", "1")]);
            *request.method_mut() = method.clone();
            request.headers_mut().remove("sec-fetch-site");
            request.headers_mut().insert(header, value.parse().expect("a value"));
            let answer = web.send(request).await;
            assert_eq!(answer.status, 403, "{method} {path} {value}");
            assert!(answer.text().contains("Another web site caused this request"), "{}", answer.text());
        }
    }
    assert!(changing > 15, "{changing}");
    let sessions: i64 = sqlx::query_scalar("select count(*) from session").fetch_one(&pool).await.expect("a count");
    assert_eq!(sessions, 1, "not even signed out");
}
