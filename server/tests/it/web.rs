//! The whole server without a socket: the router on a fresh database, with a spool folder and a site of its own.

use crate::s3_server::S3Server;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::Value;
use server::{
    db::read,
    http::{Door, Hosts, LONGEST_SILENCE, Site, State, router},
    ingest::{Buckets, Uploads},
    source::bucket::{Access, Endpoints},
    store::{Clock, PgStore},
};
use sqlx::PgPool;
use std::{fs, sync::Arc, time::Duration};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) struct Web {
    router: Router,
    pub(crate) dir: TempDir,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Web {
    pub(crate) async fn new(pool: PgPool) -> Self {
        Self::patient_for(pool, LONGEST_SILENCE).await
    }

    /// One that gives up an upload after this silence.
    pub(crate) async fn patient_for(pool: PgPool, longest_silence: Duration) -> Self {
        Self::with(pool, longest_silence, nowhere().await, Door::open()).await
    }

    /// One that reads buckets of this store.
    pub(crate) async fn beside(pool: PgPool, s3: &S3Server) -> Self {
        Self::with(pool, LONGEST_SILENCE, s3.access().await, Door::open()).await
    }

    /// One that believes it is then.
    pub(crate) async fn at(pool: PgPool, clock: Clock) -> Self {
        Self::with_store(pool, LONGEST_SILENCE, nowhere().await, Door::open(), |pool, uploads, buckets| {
            PgStore::with_clock(pool, uploads, buckets, clock)
        })
        .await
    }

    /// One that asks for names and passwords.
    pub(crate) async fn behind(pool: PgPool, door: Door) -> Self {
        Self::with(pool, LONGEST_SILENCE, nowhere().await, door).await
    }

    async fn with(pool: PgPool, longest_silence: Duration, access: Access, door: Door) -> Self {
        Self::with_store(pool, longest_silence, access, door, PgStore::new).await
    }

    async fn with_store(
        pool: PgPool,
        longest_silence: Duration,
        access: Access,
        door: Door,
        store: impl FnOnce(PgPool, Uploads, Buckets) -> PgStore,
    ) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        write_site(&dir);
        let site = Site::open(Some(dir.path().join("site"))).expect("a site");
        let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("uploads start");
        let buckets = Buckets::start(&uploads, access);
        let readers = read::pool((*pool.connect_options()).clone()).await.expect("a pool");
        let drawing = crate::drawing::drawing();
        let store = Arc::new(store(readers, uploads.clone(), buckets).with_drawing(drawing.clone()));
        let hosts = Hosts::new(["sunset.example".to_owned()]);
        Self { router: router(State { store, uploads, pool, site, drawing, hosts, door, longest_silence }), dir }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("answers never fail");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    pub(crate) async fn csv(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert!(answer.header("content-type").starts_with("text/csv"), "{answer:?}");
        answer.text()
    }

    /// Sends files as a browser does; answers the upload's number.
    pub(crate) async fn upload(&self, files: &[(&str, &[u8])]) -> i64 {
        let answer = self.send(multipart(files)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        answer.json()["id"].as_i64().expect("a number")
    }

    /// The report of an upload that has ended.
    pub(crate) async fn ended(&self, id: i64) -> Value {
        for _ in 0..600 {
            let report = self.json(&format!("/api/v1/uploads/{id}")).await;
            if ["done", "failed", "cancelled"].contains(&report["state"].as_str().expect("a state")) {
                return report;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("upload {id} does not end");
    }

    /// Names of what lies in the spool folder, without its lock file.
    pub(crate) fn spooled(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path().join("spool")).expect("a spool folder");
        entries
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|n| n != "home")
            .collect()
    }
}

/// Access to no bucket at all, without looking around for credentials.
pub(crate) async fn nowhere() -> Access {
    let loader = aws_config::defaults(aws_config::BehaviorVersion::latest()).no_credentials().region("us-east-1");
    Access::load(Endpoints::default(), loader).await.expect("nothing to go wrong")
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("text"))
    }

    /// Asserts problem details with this status, and answers their sentence.
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!((&problem["type"], &problem["status"]), (&"about:blank".into(), &status.into()));
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
        let detail = problem["detail"].as_str().expect("a sentence").to_owned();
        assert!(detail.ends_with('.'), "{detail}");
        detail
    }
}

pub(crate) fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "localhost:3000")
}

pub(crate) const BOUNDARY: &str = "----a-boundary";

pub(crate) fn multipart(files: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let disposition = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        body.extend_from_slice(format!("--{BOUNDARY}\r\n{disposition}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    multipart_body(body)
}

pub(crate) fn multipart_body(body: impl Into<Body>) -> Request<Body> {
    request(Method::POST, "/api/v1/uploads")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(body.into())
        .expect("a request")
}

fn write_site(dir: &TempDir) {
    let site = dir.path().join("site");
    fs::create_dir_all(site.join("pkg")).expect("a folder");
    let manifest = r#"{"script":"/pkg/app.1.js","wasm":"/pkg/app.1.wasm","style":"/pkg/app.1.css"}"#;
    for (name, content) in [
        ("manifest.json", manifest),
        ("favicon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("pkg/app.1.js", "plain"),
        ("pkg/app.1.js.br", "brotli"),
        ("pkg/app.1.js.gz", "gzip"),
        ("pkg/app.1.wasm", "\0asm"),
    ] {
        fs::write(site.join(name), content).expect("a file");
    }
}
