//! A token is a secret: it opens its share and nothing else, and is written down nowhere.

use super::{Office, TABLES};
use crate::{
    access::guess::{later, more},
    web::{Answer, request},
};
use axum::{
    body::Body,
    http::{Method, header},
};
use sqlx::PgPool;
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{fmt, layer::SubscriberExt as _};

/// Every answer about a share, whatever it is, keeps its address to itself.
#[track_caller]
pub(super) fn is_kept_secret(answer: &Answer) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow, noarchive"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(answer.headers.get_all(name).iter().collect::<Vec<_>>(), [value], "{name}");
    }
    assert!(!answer.header("content-security-policy").contains("script-src"), "{:?}", answer.headers);
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn every_answer_keeps_the_address_to_itself(pool: PgPool) {
    let office = Office::new(pool).await;
    let (_, path) = office.share(&[]).await;
    is_kept_secret(&office.web.get(&path).await);
    for table in TABLES {
        is_kept_secret(&office.web.get(&format!("{path}/{table}.csv")).await);
    }
    for method in [Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
        let asked = request(method, &path).body(Body::empty()).expect("a request");
        is_kept_secret(&office.web.send(asked).await);
    }
    let foreign =
        request(Method::POST, &path).header("sec-fetch-site", "cross-site").body(Body::empty()).expect("a request");
    is_kept_secret(&office.web.send(foreign).await);
    let elsewhere =
        axum::http::Request::get(&path).header("host", "evil.example").body(Body::empty()).expect("a request");
    let elsewhere = office.web.send(elsewhere).await;
    assert_eq!(elsewhere.status, 421);
    is_kept_secret(&elsewhere);
    let much = office.post(&path, format!("password={}", "x".repeat(100_000))).await;
    assert_eq!(much.status, 413);
    is_kept_secret(&much);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_token_is_kept_as_its_hash_only(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    let (_, path) = office.share(&[]).await;
    let token = path.trim_start_matches("/s/");
    assert!(token.starts_with("sunset_share_") && token.len() == 56, "{path}");
    let tables: Vec<String> =
        sqlx::query_scalar("select table_name::text from information_schema.tables where table_schema = 'public'")
            .fetch_all(&pool)
            .await
            .expect("tables");
    assert!(tables.contains(&"share_token".to_owned()));
    let secret = &token["sunset_share_".len()..];
    for table in tables {
        let text =
            sqlx::AssertSqlSafe(format!("select coalesce(string_agg(to_jsonb(t)::text, ''), '') from \"{table}\" t"));
        let text: String = sqlx::query_scalar(text).fetch_one(&pool).await.expect("rows");
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!text.contains(secret) && !text.contains(&hex), "{table} holds the token");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_token_opens_nothing_else(pool: PgPool) {
    let office = Office::new(pool).await;
    let (id, path) = office.share(&[]).await;
    let (_, other) = office.share(&[("password", "hunter2hunter2")]).await;
    let token = path.trim_start_matches("/s/");
    for place in
        ["overview.csv", "uploads.csv", "statement", "callers", "callers.json", "..", "%2e%2e", "callers.csv.csv"]
    {
        let answer = office.web.get(&format!("{path}/{place}")).await;
        assert_eq!(answer.status, 404, "{place}: {}", answer.text());
    }
    for place in [format!("/shares/{token}"), format!("/api/v1/shares/{token}"), format!("/services/{token}")] {
        assert_eq!(office.web.get(&place).await.status, 404, "{place}");
    }
    assert!(office.post(&other, format!("key={token}&password={token}")).await.text().contains("not the password"));
    for change in ["pause", "revoke"] {
        let answer = office.post(&path, format!("id={id}&change={change}")).await;
        assert_eq!(answer.status, 200, "it is looked at, nothing more");
    }
    office.page(&path).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn guessing_a_link_is_stopped(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    let (_, path) = office.share(&[]).await;
    for _ in 0..30 {
        assert_eq!(office.web.get("/s/guess").await.status, 404);
    }
    // Forty in all: seventeen minutes, of which nobody waits more than ten.
    more(&pool, 10, 30).await;
    let stopped = office.web.get("/s/guess").await;
    assert_eq!(stopped.status, 429);
    assert!(!stopped.header("retry-after").is_empty());
    is_kept_secret(&stopped);
    assert_eq!(office.web.get(&path).await.status, 429, "also when it hits");
    later(&pool, 601).await;
    office.page(&path).await;
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("lines").extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All that is logged, in every detail, while a link is made, used, mistyped, reported, replaced and revoked.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn no_log_line_holds_a_token(pool: PgPool) {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::registry()
        .with(tracing_subscriber::filter::LevelFilter::TRACE)
        .with(fmt::layer().with_span_events(fmt::format::FmtSpan::FULL).with_writer(move || writer.clone()));
    let _guard = tracing::subscriber::set_default(subscriber);
    let office = Office::new(pool).await;
    let (id, path) = office.share(&[("narrow", "yes")]).await;
    let token = path.trim_start_matches("/s/").to_owned();
    let typed = [
        path.clone(),
        format!("{path}?service=s3&token={token}"),
        format!("{path}/callers.csv"),
        format!("{path}/nothing"),
        format!("/nowhere/{token}"),
        format!("//s/{token}"),
        format!("/S/{token}/"),
        format!("/s/{token}%20"),
        format!("/api/v1/uploads/{token}"),
        format!("/uploads/{token}"),
        format!("/pkg/{token}"),
        format!("/fn/{token}"),
    ];
    for path in &typed {
        office.web.get(path).await;
        office.post(path, format!("key={token}")).await;
    }
    let asked = request(Method::GET, "/").header(header::REFERER, format!("http://localhost:3000{path}"));
    office.web.send(asked.body(Body::empty()).expect("a request")).await;
    let report = format!(
        r#"{{"csp-report":{{"effective-directive":"img-src","document-uri":"http://localhost:3000{path}","blocked-uri":"http://localhost:3000{path}/x","source-file":"http://localhost:3000{path}"}}}}"#
    );
    let sent =
        request(Method::POST, "/csp-report").header("content-type", "application/csp-report").body(Body::from(report));
    assert_eq!(office.web.send(sent.expect("a request")).await.status, 204);
    office.change(id, "rotate").await;
    let new = office.link(id).await.expect("a link");
    office.page(&new).await;
    office.change(id, "revoke").await;
    office.web.get(&new).await;

    let text = String::from_utf8_lossy(&lines.0.lock().expect("lines")).into_owned();
    assert!(text.contains("/s/sunset_share_…") && text.contains("content security policy stopped"), "{text}");
    for token in [token.as_str(), new.trim_start_matches("/s/")] {
        let secret = &token["sunset_share_".len()..];
        let found = text.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "a token is in the log");
    }
}
