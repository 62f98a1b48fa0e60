//! Sending, reading and removing uploads through HTTP.

use crate::{
    trail::trail,
    web::{BOUNDARY, Web, multipart, multipart_body, request},
};
use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use futures::StreamExt as _;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

fn points(trend: &Value) -> Vec<(String, String, i64)> {
    let points = trend["points"].as_array().expect("points");
    let text = |p: &Value, key: &str| p[key].as_str().expect("text").to_owned();
    points
        .iter()
        .map(|p| (text(p, "service"), text(p, "tls_version"), p["calls"].as_i64().expect("a number")))
        .collect()
}

fn s3(version: &str, calls: i64) -> (String, String, i64) {
    ("s3".into(), version.into(), calls)
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_upload_is_read_shown_counted_once_and_removed(pool: PgPool) {
    let web = Web::new(pool).await;
    let bytes = trail(0, &["TLSv1", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "-"]);
    let id = web.upload(&[("logs/a.json", &bytes)]).await;
    let report = web.ended(id).await;
    assert_eq!((&report["state"], &report["name"]), (&json!("done"), &json!("logs/a.json")), "{report}");
    assert_eq!((&report["calls_counted"], &report["calls_unknown"]), (&json!(6), &json!(1)), "{report}");
    assert_eq!(report["files"][0]["name"], "logs/a.json");
    assert_eq!(report["unknown"], json!([["placeholder", 1]]));

    let trend = web.json("/api/v1/trend?grain=day&range=all").await;
    assert_eq!(trend["grain"], "day");
    assert_eq!(trend["points"][0]["time"], "2023-06-01T00:00:00Z");
    assert_eq!(points(&trend), [s3("1.0", 2), s3("1.1", 1), s3("1.2", 1), s3("1.3", 1), s3("unknown", 1)]);
    let some = web.json("/api/v1/trend?grain=day&range=all&tls_version=1.0").await;
    assert_eq!(points(&some), [s3("1.0", 2)]);
    assert_eq!(
        web.csv("/api/v1/trend.csv?grain=day&range=all&tls_version=1.0,1.3").await,
        "time,service,tls_version,calls\n2023-06-01T00:00:00Z,s3,1.0,2\n2023-06-01T00:00:00Z,s3,1.3,1\n"
    );

    let again = web.ended(web.upload(&[("copy.json", &bytes)]).await).await;
    assert_eq!((&again["calls_counted"], &again["calls_already_counted"]), (&json!(0), &json!(6)), "{again}");
    assert_eq!(web.json("/api/v1/trend?grain=day&range=all").await, trend);

    let removed =
        web.send(request(Method::DELETE, &format!("/api/v1/uploads/{id}")).body(Body::empty()).expect("ok")).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text());
    assert_eq!(web.json("/api/v1/trend?range=all").await["points"], json!([]));
    web.get(&format!("/api/v1/uploads/{id}")).await.problem(404);
    let left = web.json("/api/v1/uploads").await;
    assert_eq!(left.as_array().map(Vec::len), Some(1), "{left}");
    assert_eq!(web.spooled(), [""; 0]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn tables_come_as_csv_that_no_spreadsheet_runs(pool: PgPool) {
    let web = Web::new(pool).await;
    let id = web.upload(&[("=1+1.json", &trail(0, &["TLSv1", "TLSv1.2"]))]).await;
    web.ended(id).await;
    assert_eq!(
        web.csv("/api/v1/callers.csv?range=all").await,
        "scope,account,service,principal,user_agent,source_address,tls_versions,calls,first_seen,last_seen,open\n\
         aws,111122223333,s3,arn:aws:iam::111122223333:user/ann,'=cmd|' /C calc'!A0,192.0.2.7,1.0,1,\
         2023-06-01T00:30:00Z,2023-06-01T00:30:00Z,true\n"
    );
    let files = web.csv(&format!("/api/v1/uploads/{id}/files.csv")).await;
    assert!(files.starts_with("name,state,reason,bytes,"), "{files}");
    assert!(files.contains("\n'=1+1.json,done,,"), "{files}");
    let asked = request(Method::GET, "/api/v1/services?range=all").header("accept", "text/csv").body(Body::empty());
    let services = web.send(asked.expect("a request")).await;
    assert_eq!(services.header("content-disposition"), "attachment; filename=\"tls-sunset-services.csv\"");
    assert!(services.text().contains("\naws,s3,0,1,0,1,0,0,0,2,1,1,"), "{}", services.text());
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn names_tell_files_apart_and_lead_nowhere(pool: PgPool) {
    let web = Web::new(pool).await;
    let names = ["../../../etc/cron.d/x", "/etc/passwd", "C:\\boot.ini", "a.json", "a.json", "\u{202e}gnp.exe"];
    let trails: Vec<_> = (0..names.len()).map(|i| trail(i * 100, &["TLSv1.2"])).collect();
    let files: Vec<_> = names.iter().zip(&trails).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let report = web.ended(web.upload(&files).await).await;
    assert_eq!((&report["calls_counted"], &report["name"]), (&json!(6), &json!("6 files")), "{report}");
    let mut reported: Vec<_> =
        report["files"].as_array().expect("files").iter().map(|f| f["name"].as_str().expect("text")).collect();
    reported.sort_unstable();
    let mut expected =
        ["../../../etc/cron.d/x", "/etc/passwd", "C:\\boot.ini", "a.json", "a.json (2)", "\\u{202e}gnp.exe"];
    expected.sort_unstable();
    assert_eq!(reported, expected);
    let mut beside: Vec<_> =
        std::fs::read_dir(web.dir.path()).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
    beside.sort();
    assert_eq!(beside, ["site", "spool"]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_form_without_scripts_is_led_to_the_report(pool: PgPool) {
    let web = Web::new(pool).await;
    let mut sent = multipart(&[("a.json", &trail(0, &["TLSv1.2"]))]);
    sent.headers_mut().insert("accept", "text/html,application/xhtml+xml,*/*;q=0.8".parse().expect("a value"));
    let answer = web.send(sent).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/uploads/1"));
    let api = web.send(multipart(&[("b.json", &trail(9, &["TLSv1.2"]))])).await;
    assert_eq!((api.header("location"), api.json()), ("/api/v1/uploads/2", json!({ "id": 2, "url": "/uploads/2" })));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn requests_that_are_no_upload_leave_nothing(pool: PgPool) {
    let web = Web::new(pool.clone()).await;
    assert!(web.send(multipart(&[])).await.problem(400).contains("No file"));
    assert!(web.send(multipart(&[("", b"")])).await.problem(400).contains("No file"));
    for other in ["Content-Disposition: form-data; name=\"note\"", "X: y"] {
        let body = format!("--{BOUNDARY}\r\n{other}\r\n\r\nhello\r\n--{BOUNDARY}--\r\n");
        assert!(web.send(multipart_body(body)).await.problem(400).contains("No file"));
    }
    let post =
        |content_type: &str| request(Method::POST, "/api/v1/uploads").header("content-type", content_type.to_owned());
    let sent = |builder: axum::http::request::Builder| builder.body(Body::from("{}")).expect("a request");
    assert!(web.send(sent(post("application/json"))).await.problem(415).contains("multipart/form-data"));
    assert!(
        web.send(sent(request(Method::POST, "/api/v1/uploads"))).await.problem(415).contains("multipart/form-data")
    );
    assert!(web.send(sent(post("multipart/form-data"))).await.problem(400).contains("boundary"));
    for broken in ["", "garbage", "--", &format!("--{BOUNDARY}"), &format!("--{BOUNDARY}\r\nbad header\r\n\r\n")] {
        web.send(multipart_body(broken.to_owned())).await.problem(400);
    }
    let long = format!("--{BOUNDARY}\r\nX: {}", "x".repeat(8 << 20));
    let chunks: Vec<_> =
        long.as_bytes().chunks(1 << 16).map(|c| Ok::<_, std::io::Error>(Bytes::copy_from_slice(c))).collect();
    web.send(multipart_body(Body::from_stream(futures::stream::iter(chunks)))).await.problem(431);

    let uploads: i64 = sqlx::query_scalar("select count(*) from upload").fetch_one(&pool).await.expect("a count");
    assert_eq!((uploads, web.spooled().len()), (0, 0));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_connection_that_breaks_off_leaves_a_sentence_and_no_bytes(pool: PgPool) {
    let web = Web::new(pool).await;
    let begun =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{{\"Rec");
    assert!(web.send(multipart_body(begun.clone())).await.problem(400).contains("send it again"));
    let breaks = [Ok(Bytes::from(begun)), Err(std::io::Error::other("reset"))];
    let answer = web.send(multipart_body(Body::from_stream(futures::stream::iter(breaks)))).await;
    assert!(answer.problem(400).contains("connection broke off"));
    for id in [1, 2] {
        let report = web.ended(id).await;
        assert_eq!((&report["state"], &report["calls_counted"]), (&json!("failed"), &json!(0)), "{report}");
        assert!(report["reason"].as_str().is_some_and(|reason| reason.contains("again")), "{report}");
    }
    assert_eq!(web.spooled(), [""; 0]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_connection_that_falls_silent_is_given_up(pool: PgPool) {
    let web = Web::patient_for(pool, Duration::from_millis(50)).await;
    let begun =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{{\"Rec");
    let silent = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from(begun))]).chain(futures::stream::pending());
    let answer = web.send(multipart_body(Body::from_stream(silent))).await;
    assert!(answer.problem(408).contains("Nothing came for"));
    let report = web.ended(1).await;
    assert_eq!((&report["state"], &report["calls_counted"]), (&json!("failed"), &json!(0)), "{report}");
    assert_eq!(web.spooled(), [""; 0]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_cannot_be_done_says_why(pool: PgPool) {
    let web = Web::new(pool).await;
    let id = web.upload(&[("a.json", &trail(0, &["TLSv1.2"]))]).await;
    web.ended(id).await;
    let act = |method: Method, path: String| request(method, &path).body(Body::empty()).expect("a request");
    web.send(act(Method::POST, format!("/api/v1/uploads/{id}/cancel"))).await.problem(409);
    web.send(act(Method::POST, "/api/v1/uploads/999/cancel".into())).await.problem(404);
    web.send(act(Method::DELETE, "/api/v1/uploads/999".into())).await.problem(404);
    for path in
        ["/api/v1/uploads/999", "/api/v1/uploads/x", "/api/v1/uploads/999/files", "/api/v1/uploads/-1/files.csv"]
    {
        web.get(path).await.problem(404);
    }
}
