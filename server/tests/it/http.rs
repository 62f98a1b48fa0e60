//! What every request passes, and static files.

use crate::web::{Web, multipart, request};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use sqlx::PgPool;

fn post(path: &str) -> axum::http::request::Builder {
    request(Method::POST, path)
}

fn empty(builder: axum::http::request::Builder) -> axum::http::Request<Body> {
    builder.body(Body::empty()).expect("a request")
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_policy_has_a_fresh_nonce_and_the_page_uses_it(pool: PgPool) {
    let web = Web::new(pool).await;
    let (one, two) = (web.get("/").await, web.get("/").await);
    assert_eq!(one.status, StatusCode::OK);
    let policy = one.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr \
             'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'; report-uri /csp-report"
        )
    );
    assert!(nonce.len() >= 22, "128 bits: {nonce}");
    assert_ne!(policy, two.header("content-security-policy"));
    let page = one.text();
    for script in page.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "a script without this answer's nonce: {tag}");
    }
    assert!(page.contains("/pkg/app.1.js") && page.contains("/pkg/app.1.css"), "{page}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn every_answer_carries_the_same_headers(pool: PgPool) {
    let web = Web::new(pool).await;
    for path in ["/", "/api/v1/uploads", "/nowhere", "/pkg/app.1.js", "/healthz", "/api/v1/trend?grain=year"] {
        let answer = web.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert!(answer.header("cache-control").contains(if path.starts_with("/pkg") {
            "immutable"
        } else {
            "no-cache"
        }));
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn only_own_host_names_are_answered(pool: PgPool) {
    let web = Web::new(pool).await;
    for (host, status) in [
        ("localhost:3000", 200),
        ("127.0.0.1:3000", 200),
        ("[::1]:3000", 200),
        ("sunset.example", 200),
        ("evil.example:3000", 421),
        ("127.0.0.1.evil.example", 421),
    ] {
        let asked = axum::http::Request::get("/healthz").header("host", host);
        assert_eq!(web.send(empty(asked)).await.status, status, "{host}");
    }
    let rebound = axum::http::Request::get("/api/v1/callers").header("host", "evil.example:3000");
    assert!(web.send(empty(rebound)).await.problem(421).contains("host name"));
    let nameless = axum::http::Request::get("/healthz");
    web.send(empty(nameless)).await.problem(421);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn other_web_sites_change_nothing(pool: PgPool) {
    let web = Web::new(pool.clone()).await;
    let mut foreign = multipart(&[("a.json", b"{}")]);
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().expect("a value"));
    web.send(foreign).await.problem(403);

    let mut old_browser = multipart(&[("a.json", b"{}")]);
    old_browser.headers_mut().insert("origin", "http://evil.example".parse().expect("a value"));
    web.send(old_browser).await.problem(403);

    for path in ["/api/v1/uploads/1/cancel", "/nowhere"] {
        web.send(empty(post(path).header("sec-fetch-site", "same-site"))).await.problem(403);
    }
    let uploads: i64 = sqlx::query_scalar("select count(*) from upload").fetch_one(&pool).await.expect("a count");
    assert_eq!(uploads, 0);

    let mut own = multipart(&[("a.json", b"{}")]);
    own.headers_mut().insert("sec-fetch-site", "same-origin".parse().expect("a value"));
    assert_eq!(web.send(own).await.status, 202);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn built_files_stay_in_the_browser(pool: PgPool) {
    let web = Web::new(pool).await;
    let script = web.get("/pkg/app.1.js").await;
    assert_eq!((script.status, script.text().as_str()), (StatusCode::OK, "plain"));
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(web.get("/pkg/app.1.wasm").await.header("content-type"), "application/wasm");
    assert_eq!(web.get("/favicon.svg").await.header("cache-control"), "public, max-age=3600");
    for (accepted, encoding, body) in
        [("br, gzip", "br", "brotli"), ("gzip", "gzip", "gzip"), ("identity", "", "plain")]
    {
        let asked = request(Method::GET, "/pkg/app.1.js").header("accept-encoding", accepted);
        let answer = web.send(empty(asked)).await;
        assert_eq!((answer.header("content-encoding"), answer.text().as_str()), (encoding, body));
    }
    for outside in
        ["/pkg/../manifest.json/..", "/pkg/../../spool/home", "/pkg/%2e%2e/%2e%2e/spool/home", "/pkg/app.2.js"]
    {
        assert_eq!(web.get(outside).await.status, StatusCode::NOT_FOUND, "{outside}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_address_that_leads_nowhere_says_so(pool: PgPool) {
    let web = Web::new(pool).await;
    let page = web.get("/no/such/page").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.header("content-type").starts_with("text/html") && page.text().contains("TLS Sunset"));
    assert!(web.get("/api/v1/nothing").await.problem(404).contains("/api/openapi.json"));
    let answer = web.send(empty(request(Method::PATCH, "/api/v1/uploads"))).await;
    answer.problem(405);
    let allowed = answer.header("allow");
    assert!(["GET", "HEAD", "POST"].iter().all(|method| allowed.contains(method)), "{allowed}");
    web.send(empty(post("/nowhere"))).await.problem(404);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn people_get_problems_as_a_page(pool: PgPool) {
    let web = Web::new(pool).await;
    let asked = request(Method::GET, "/api/v1/trend?grain=%3Cb%3E").header("accept", "text/html,*/*;q=0.8");
    let answer = web.send(empty(asked)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.text().contains("“&lt;b&gt;” is not a grain"), "{}", answer.text());
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn reports_of_the_policy_are_taken_up_to_a_size(pool: PgPool) {
    let web = Web::new(pool).await;
    let report = r#"{"csp-report":{"effective-directive":"script-src","blocked-uri":"inline"}}"#;
    let sent =
        |body: String| post("/csp-report").header("content-type", "application/csp-report").body(Body::from(body));
    assert_eq!(web.send(sent(report.into()).expect("a request")).await.status, 204);
    assert_eq!(web.send(sent("not json".into()).expect("a request")).await.status, 400);
    assert_eq!(web.send(sent("x".repeat(20_000)).expect("a request")).await.status, 413);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn probes_tell_alive_from_ready(pool: PgPool) {
    let web = Web::new(pool.clone()).await;
    assert_eq!(web.get("/readyz").await.text(), "ok\n");
    pool.close().await;
    assert_eq!(web.get("/healthz").await.text(), "ok\n");
    web.get("/readyz").await.problem(503);
    assert!(web.get("/api/v1/uploads").await.problem(503).contains("database"));
}
