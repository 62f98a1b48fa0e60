//! A bucket through the pages alone: connected, looked into, read, followed, reported and removed, on a real S3 server.

use crate::{
    bucket_ingest::{ACCOUNTS, fill, key},
    s3_server::{BUCKET, S3Server},
    web::{Answer, Web, request},
};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

/// Posts a form as a browser without scripts does.
async fn post(web: &Web, action: &str, form: &str) -> Answer {
    let asked = request(Method::POST, &format!("/fn/{action}"))
        .header(header::ACCEPT, "text/html")
        .header(header::REFERER, "http://localhost:3000/sources")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    web.send(asked.body(Body::from(form.to_owned())).expect("a request")).await
}

#[track_caller]
fn leads_to(answer: &Answer, address: &str) {
    assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, address), "{}", answer.text());
}

async fn page(web: &Web, path: &str) -> String {
    let asked = request(Method::GET, path).header(header::ACCEPT, "text/html");
    let answer = web.send(asked.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.text()
}

fn connect(s3: &S3Server, prefix: &str) -> String {
    let endpoint = s3.endpoint().replace(':', "%3A").replace('/', "%2F");
    format!(
        "form[name]=s3%3A%2F%2F{BUCKET}%2F{prefix}&form[prefix]=&form[region]=&form[role_arn]=&form[external_id]=\
         &form[endpoint]={endpoint}"
    )
}

/// The source once it stands still.
async fn read(web: &Web, id: i64) -> Value {
    for _ in 0..600 {
        let source = web.json(&format!("/api/v1/sources/{id}")).await;
        if source["state"] == "done" {
            return source;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("source {id} does not end");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_bucket_is_connected_checked_read_and_removed_by_plain_forms(pool: PgPool) {
    let s3 = S3Server::start();
    let calls = fill(&s3, 0..9, 4);
    let at: DateTime<Utc> = "2023-05-04T12:00:00Z".parse().expect("a time");
    s3.put(&key(ACCOUNTS[0], at, 999), b"\x1f\x8b\x08\0broken");
    s3.put("AWSLogs/o-abc/111122223333/CloudTrail-Digest/eu-west-1/2023/05/03/digest.json.gz", b"{}");
    let web = Web::beside(pool, &s3).await;
    assert!(page(&web, "/sources").await.contains("No bucket is connected yet"));

    leads_to(&post(&web, "connect_bucket", &connect(&s3, "AWSLogs%2F")).await, "/sources/1/check");
    let check = page(&web, "/sources/1/check?from=").await;
    assert!(check.contains("has logs of 3 accounts in 1 region"), "{check}");
    assert!(check.contains("action=\"/fn/read_bucket\"") && check.contains(ACCOUNTS[2]), "{check}");
    assert_eq!(s3.requests().1, 0, "nothing is read before the user says so");
    let source = web.json("/api/v1/sources/1").await;
    assert_eq!((&source["state"], &source["progress"]["listed"]), (&json!("queued"), &json!(0)), "{source}");

    leads_to(&post(&web, "read_bucket", "id=1&from=&to=").await, "/sources/1");
    let source = read(&web, 1).await;
    assert_eq!((&source["calls_counted"], &source["progress"]["failed"]), (&json!(calls), &json!(1)), "{source}");
    let report = page(&web, "/sources/1").await;
    for words in ["What made trouble", "How fresh the logs are", "What is not read", "Try failed ones again"] {
        assert!(report.contains(words), "{words} is missing in {report}");
    }
    let document = web.json("/api/openapi.json").await;
    for (path, name) in [("/api/v1/sources", "Sources"), ("/api/v1/sources/1", "SourceReport")] {
        let schema = &document["components"]["schemas"][name];
        crate::api::check(&document, schema, &web.json(path).await).unwrap_or_else(|why| panic!("{path}: {why}"));
    }
    assert!(!page(&web, "/uploads").await.contains(BUCKET), "a bucket is no upload");
    let overview = page(&web, "/?range=all").await;
    assert!(overview.contains(&format!("from bucket s3://{BUCKET}/AWSLogs/")), "{overview}");

    s3.put(&key(ACCOUNTS[0], at, 999), crate::ingest_trail::file(1000..1002));
    leads_to(&post(&web, "retry_bucket", "id=1").await, "/sources/1");
    let source = read(&web, 1).await;
    assert_eq!((&source["calls_counted"], &source["progress"]["failed"]), (&json!(calls + 2), &json!(0)), "{source}");

    let refused = post(&web, "listen_to_queue", "form[id]=1&form[queue]=some+where").await;
    let back = refused.header("location").strip_suffix("#queue").expect("back to the form").to_owned();
    let shown = request(Method::GET, &back).header(header::ACCEPT, "text/html");
    let shown = web.send(shown.body(Body::empty()).expect("a request")).await.text();
    // A script of the page repeats it, with other brackets.
    assert_eq!(shown.matches("111122223333/logs.<").count(), 1, "{shown}");
    assert!(shown.contains("value=\"some where\""), "what was typed comes back: {shown}");
    let queue = "form[queue]=https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F111122223333%2Ftold";
    leads_to(&post(&web, "listen_to_queue", &format!("form[id]=1&{queue}")).await, "/sources/1");
    let source = web.json("/api/v1/sources/1").await;
    assert_eq!(source["queue"]["url"], "https://sqs.eu-west-1.amazonaws.com/111122223333/told");
    crate::api::check(&document, &document["components"]["schemas"]["SourceReport"], &source).expect("as described");
    assert!(page(&web, "/sources/1/check").await.contains("arn:aws:sqs:eu-west-1:111122223333:told"));
    leads_to(&post(&web, "listen_to_queue", "form[id]=1&form[queue]=").await, "/sources/1");
    assert_eq!(web.json("/api/v1/sources/1").await["queue"], json!(null));

    leads_to(&post(&web, "follow_bucket", "id=1&follow=true").await, "/sources/1");
    assert!(page(&web, "/sources/1").await.contains("Stop following"));
    leads_to(&post(&web, "pause_bucket", "id=1&pause=true").await, "/sources/1");
    assert!(page(&web, "/sources").await.contains(">paused<"));

    leads_to(&post(&web, "remove_bucket", "id=1").await, "/sources");
    assert_eq!(web.json("/api/v1/sources").await, json!([]));
    assert_eq!(web.json("/api/v1/trend?range=all").await["points"], json!([]));
    web.get("/api/v1/sources/1").await.problem(404);
    web.get("/api/v1/sources/x").await.problem(404);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_bucket_is_not_to_be_had_as_an_upload(pool: PgPool) {
    let s3 = S3Server::start();
    let web = Web::beside(pool, &s3).await;
    post(&web, "connect_bucket", &connect(&s3, "")).await;
    for (method, path) in [
        (Method::DELETE, ""),
        (Method::POST, "/cancel"),
        (Method::GET, ""),
        (Method::GET, "/files"),
        (Method::DELETE, ""),
    ] {
        let asked = request(method, &format!("/api/v1/uploads/1{path}")).header("sec-fetch-site", "same-origin");
        let said = web.send(asked.body(Body::empty()).expect("a request")).await.problem(404);
        assert!(said.contains("bucket") && said.contains("/api/v1/sources/1"), "{path}: {said}");
    }
    let bucket = web.json("/api/v1/sources/1").await;
    assert_eq!(bucket["state"], json!("queued"), "{bucket}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_bucket_that_lets_nobody_in_says_what_to_do(pool: PgPool) {
    use crate::s3_server::{Fault, Rule};
    let s3 = S3Server::start();
    let web = Web::beside(pool, &s3).await;
    leads_to(&post(&web, "connect_bucket", &connect(&s3, "")).await, "/sources/1/check");
    s3.bring(Rule::always("", Fault::Denied));
    let check = page(&web, "/sources/1/check").await;
    for words in ["could not be looked into", "s3:ListBucket", "The policy that the reader needs"] {
        assert!(check.contains(words), "{words} is missing in {check}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn only_stores_of_the_configuration_and_only_our_own_pages_connect_anything(pool: PgPool) {
    let s3 = S3Server::start();
    let web = Web::beside(pool, &s3).await;
    for endpoint in ["http%3A%2F%2F169.254.169.254", "https%3A%2F%2Fs3.example.com", "file%3A%2F%2F%2Fetc"] {
        let form = format!("form[name]={BUCKET}&form[endpoint]={endpoint}");
        let back = post(&web, "connect_bucket", &form).await;
        let address = back.header("location").strip_suffix("#add").expect("back to the form");
        let asked = request(Method::GET, address).header(header::ACCEPT, "text/html");
        let shown = web.send(asked.body(Body::empty()).expect("a request")).await.text();
        assert!(shown.contains("not one that this server may use"), "{endpoint}: {shown}");
    }
    let foreign = request(Method::POST, "/fn/connect_bucket")
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    web.send(foreign.body(Body::from(connect(&s3, ""))).expect("a request")).await.problem(403);
    assert_eq!(web.json("/api/v1/sources").await, json!([]));
    assert_eq!(s3.requests(), (0, 0));
}
