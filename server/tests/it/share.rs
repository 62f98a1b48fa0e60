//! Shares, from the form to what the recipient gets: a secret link, a page without secrets, and its end.

mod drawn;
mod end;
mod evidence;
mod mask;
mod narrow;
mod password;
mod picture;
mod secret;

use crate::{
    web::{Answer, Web, request},
    world::{self, Call},
};
use axum::{
    body::Body,
    http::{Method, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// A server with a clock that the test turns, on a database with callers that are to be kept secret.
struct Office {
    web: Web,
    pool: PgPool,
    clock: Arc<AtomicI64>,
}

const PRINCIPAL: &str = "arn:aws:sts::111122223333:assumed-role/DeployNightly/alice@example.com";
const ADDRESS: &str = "10.20.30.40";
const AGENT: &str =
    "Boto/2.49.0 (by arn:aws:sts::111122223333:assumed-role/DeployNightly/alice@example.com at 10.20.30.40)";
const ACCOUNT: &str = "111122223333";
const SOURCE: &str = "s3://trail-111122223333/AWSLogs/<b>/";

fn calls(first: u64, days: u64, service: &str) -> Vec<Call> {
    let start: chrono::NaiveDate = "2026-03-01".parse().expect("a date");
    let day = |n| (start + chrono::Days::new(n)).to_string();
    let old = (first..first + days).map(|n| Call {
        service: service.into(),
        user_agent: AGENT.into(),
        source_address: ADDRESS.into(),
        ..Call::old(&day(n), PRINCIPAL)
    });
    world::modern_days(&day(first), days).into_iter().chain(old).collect()
}

impl Office {
    async fn new(pool: PgPool) -> Self {
        let all: Vec<Call> = ["s3", "kms"].into_iter().flat_map(|service| calls(0, 80, service)).collect();
        world::insert(&pool, &all, 3).await;
        sqlx::query("update upload set name = $1, calls_counted = 320")
            .bind(SOURCE)
            .execute(&pool)
            .await
            .expect("a name");
        sqlx::query(
            "insert into log_file (upload_id, name, state, bytes, calls_counted)
             select id, 'mail of alice@example.com.zip!AWSLogs/111122223333/10.20.30.40.json.gz', 'done', 4200, 320 from upload",
        )
        .execute(&pool)
        .await
        .expect("a log file");
        Self::on(pool).await
    }

    /// On a database as it is.
    async fn on(pool: PgPool) -> Self {
        let clock = Arc::new(AtomicI64::new(Self::start().timestamp()));
        let hand = clock.clone();
        let now = move || DateTime::from_timestamp(hand.load(Ordering::Relaxed), 0).expect("a time");
        Self { web: Web::at(pool.clone(), Arc::new(now)).await, pool, clock }
    }

    fn start() -> DateTime<Utc> {
        "2026-05-19T10:00:00Z".parse().expect("a time")
    }

    fn wait(&self, time: TimeDelta) {
        self.clock.fetch_add(time.num_seconds(), Ordering::Relaxed);
    }

    async fn post(&self, path: &str, body: impl Into<String>) -> Answer {
        let asked = request(Method::POST, path)
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, "http://localhost:3000/shares")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.web.send(asked.body(Body::from(body.into())).expect("a request")).await
    }

    /// Shares with these fields on top; answers the share's number and the path of its link.
    async fn share(&self, fields: &[(&str, &str)]) -> (i64, String) {
        let mut body = "form%5Btitle%5D=For+the+auditors".to_owned();
        for (name, value) in fields {
            body.push_str(&format!("&form%5B{name}%5D={}", value.replace('&', "%26").replace('=', "%3D")));
        }
        let answer = self.post("/fn/create_share", body).await;
        assert_eq!(answer.status, 302, "{}", answer.text());
        let place = answer.header("location").to_owned();
        let id = place.strip_prefix("/shares/").and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{place}"));
        (id, self.link(id).await.expect("a link"))
    }

    /// The path of a link that was just made.
    async fn link(&self, id: i64) -> Option<String> {
        let page = self.web.get(&format!("/shares/{id}")).await;
        let text = page.text();
        let (_, rest) = text.split_once("http://localhost:3000/s/")?;
        assert_eq!(page.header("cache-control"), "no-store");
        Some(format!("/s/{}", rest.split('<').next().unwrap_or_default()))
    }

    async fn change(&self, id: i64, change: &str) {
        let answer = self.post("/fn/change_share", format!("id={id}&change={change}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (302, format!("/shares/{id}").as_str()));
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.web.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }
}

const TABLES: [&str; 5] = ["trend", "services", "callers", "coverage", "files"];

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_frozen_share_says_what_was(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    let (_, path) = office.share(&[("note", "Until July.")]).await;
    let before = office.page(&path).await;
    for part in [
        "For the auditors",
        "Until July.",
        "2 services still receive TLS 1.0 calls from 2 callers",
        "Shared by local",
        "until 18 Jun 2026, 10:00 UTC",
        "The logs of 1 pair of account and region miss no day.",
        "1 log file (4.20 kB of records)",
        "hour of 1 Mar 2026, 12:00 UTC",
        "<b>No: </b>1 open caller",
        "Rules version 1.",
        "Made-up names stand for principals, source addresses",
    ] {
        assert!(before.contains(part), "{part} is missing in {before}");
    }
    let mut tables = Vec::new();
    for table in TABLES {
        tables.push(office.web.csv(&format!("{path}/{table}.csv")).await);
    }
    // More logs, another deadline, and then nothing is left at all.
    world::insert(&pool, &calls(20, 55, "sts"), 3).await;
    assert_eq!(office.page(&path).await, before);
    sqlx::raw_sql(
        "delete from deadline; truncate call_hour, call_day, call_pack, service_hour, service_day, coverage_day, caller_day, \
         caller_week, caller_pack; delete from upload; update data_revision set revision = revision + 1",
    )
    .execute(&pool)
    .await
    .expect("an end");
    assert!(office.page("/").await.contains("How to get your CloudTrail files"), "everything is gone");
    assert_eq!(office.page(&path).await, before);
    for (table, before) in TABLES.iter().zip(tables) {
        assert_eq!(office.web.csv(&format!("{path}/{table}.csv")).await, before);
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_live_share_says_what_is(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    let (_, path) = office.share(&[("kind", "live"), ("view", "service=s3,sts")]).await;
    let before = office.page(&path).await;
    assert!(before.contains("1 service still receives") && before.contains("live: the numbers of"), "{before}");
    let caller =
        |page: &str| page.split("title=\"principal-").nth(1).map(|rest| rest[..10].to_owned()).expect("a caller");
    world::insert(&pool, &calls(0, 80, "sts"), 3).await;
    assert_eq!(office.page(&path).await, before, "it is counted at most twice a minute");
    office.wait(TimeDelta::seconds(31));
    let after = office.page(&path).await;
    assert!(after.contains("2 services still receive"), "{after}");
    assert!(!after.contains(">kms<"), "what the view leaves out stays out");
    assert_eq!(caller(&before), caller(&after), "a name stays the same");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_page_stands_alone(pool: PgPool) {
    let office = Office::new(pool).await;
    for fields in [&[("narrow", "yes")][..], &[("narrow", "yes"), ("password", "hunter2hunter2")]] {
        let (_, path) = office.share(fields).await;
        let answer = match fields.len() {
            1 => office.web.get(&path).await,
            _ => office.post(&path, "password=hunter2hunter2").await,
        };
        let page = answer.text();
        assert!(page.contains("2 services still receive"), "{page}");
        assert!(!page.contains("<script") && !page.contains("javascript:"), "{page}");
        assert!(answer.headers.get(header::SET_COOKIE).is_none());
        for tag in ["href=\"", "action=\"", "src=\""] {
            for to in page.split(tag).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()) {
                let own = to.starts_with(&path) || to == "/favicon.svg" || to == "/pkg/app.1.css";
                assert!(own, "{to} leads into the product");
            }
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("script"), "{policy}");
        assert!(!policy.contains("report"), "a report would carry the address: {policy}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn title_and_note_are_only_ever_text(pool: PgPool) {
    let office = Office::new(pool).await;
    let markup = "</title><b id=x>\"'&";
    let encoded: String = markup.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let made = office.post("/fn/create_share", format!("form%5Btitle%5D={encoded}&form%5Bnote%5D={encoded}")).await;
    let id = made.header("location").trim_start_matches("/shares/").parse().expect("a number");
    let path = office.link(id).await.expect("a link");
    for page in [office.page(&path).await, office.page("/shares").await, office.page(&format!("/shares/{id}")).await] {
        assert!(!page.contains("<b id=x>") && page.contains("&lt;b id=x&gt;"), "{page}");
    }
    let page = office.page(&path).await;
    assert!(page.contains("<title>&lt;/title&gt;&lt;b id=x&gt;\"'&amp; · TLS Sunset</title>"), "{page}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_pasted_link_says_what_it_leads_to(pool: PgPool) {
    let office = Office::new(pool).await;
    let (_, open) = office.share(&[]).await;
    let (_, locked) = office.share(&[("password", "hunter2hunter2")]).await;
    let page = office.page(&open).await;
    for tag in [
        "property=\"og:title\" content=\"For the auditors\"",
        "property=\"og:description\" content=\"2 services still receive TLS 1.0 calls",
    ] {
        assert!(page.contains(tag), "{tag} is missing in {page}");
    }
    let page = office.page(&locked).await;
    assert!(page.contains("property=\"og:title\" content=\"A shared page\""), "{page}");
    assert!(!page.contains("auditors") && !page.contains("services"), "{page}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn views_of_people_are_counted(pool: PgPool) {
    let office = Office::new(pool).await;
    let (id, path) = office.share(&[]).await;
    office.page(&path).await;
    office.wait(TimeDelta::minutes(5));
    office.page(&path).await;
    office.web.csv(&format!("{path}/trend.csv")).await;
    for asked in [
        request(Method::HEAD, &path),
        request(Method::GET, &path).header(header::USER_AGENT, "Slackbot-LinkExpanding 1.0"),
        request(Method::GET, &path).header(header::USER_AGENT, "facebookexternalhit/1.1"),
    ] {
        let answer = office.web.send(asked.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, 200);
    }
    let page = office.page(&format!("/shares/{id}")).await;
    assert!(page.contains("<dt>Views</dt><dd>2</dd>") && page.contains("19 May 2026, 10:05 UTC"), "{page}");
    assert!(office.page("/shares").await.contains("For the auditors"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn every_share_expires(pool: PgPool) {
    let office = Office::new(pool).await;
    for days in ["0", "91", "4294967296", "never", "-1"] {
        let answer = office.post("/fn/create_share", format!("form%5Btitle%5D=x&form%5Bdays%5D={days}")).await;
        assert!(answer.header("location").contains("__err="), "{days}: {:?}", answer.headers);
    }
    let (id, path) = office.share(&[("days", "90")]).await;
    for until in ["2026-05-18", "2026-08-18", "9999-12-31", "262142-12-31"] {
        let answer = office.post("/fn/change_share", format!("id={id}&change=expire&until={until}")).await;
        assert!(answer.header("location").contains("__err="), "{until}: {:?}", answer.headers);
    }
    office.change(id, "expire&until=2026-05-19").await;
    office.page(&path).await;
    office.wait(TimeDelta::hours(14));
    assert_eq!(office.web.get(&path).await.status, 410);
    office.change(id, "expire&until=2026-05-20").await;
    office.page(&path).await;
}
