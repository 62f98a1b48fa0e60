//! Buckets from the first listing to the counts: a real S3 server, a real database.

use crate::{
    ingest_trail as trail,
    lease::no_lease_is_left,
    ledger_hashes::sha256,
    s3_server::{Fault, Rule, S3Server},
};
use app::model::{
    report::{FileState, Removal, UploadState},
    source::{Bucket, BucketChoice, BucketReport},
};
use chrono::{DateTime, TimeDelta, Utc};
use server::{
    ingest::{Buckets, Uploads},
    source::bucket::trails,
};
use sqlx::PgPool;
use std::{fs, ops::Range, time::Duration};
use tempfile::TempDir;

pub(crate) const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];

/// Begins as gzip does.
pub(crate) const BROKEN: &[u8] = b"\x1f\x8b\x08\0broken";

/// The key of an object that was delivered then.
pub(crate) fn key(account: &str, delivered: DateTime<Utc>, name: u64) -> String {
    let (day, time) = (delivered.format("%Y/%m/%d"), delivered.format("%Y%m%dT%H%MZ"));
    format!(
        "AWSLogs/o-abc/{account}/CloudTrail/eu-west-1/{day}/{account}_CloudTrail_eu-west-1_{time}_{name:016}.json.gz"
    )
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// Objects of `per_object` calls each, turn by turn of the accounts, over two months; answers their calls.
pub(crate) fn fill(s3: &S3Server, objects: Range<u64>, per_object: u64) -> i64 {
    let calls = (objects.end - objects.start) * per_object;
    for n in objects {
        s3.put(&nth_key(n), trail::file(n * per_object..(n + 1) * per_object));
    }
    calls as i64
}

/// Of those that [`fill`] puts there.
pub(crate) fn nth_key(n: u64) -> String {
    key(ACCOUNTS[n as usize % 3], at("2023-05-03T00:00:00Z") + TimeDelta::hours(n as i64 * 7), n)
}

struct World {
    s3: S3Server,
    pool: PgPool,
    buckets: Buckets,
    uploads: Uploads,
    _dir: TempDir,
}

impl World {
    async fn new(pool: PgPool) -> Self {
        let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
        let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("it starts");
        let buckets = Buckets::start(&uploads, s3.access().await);
        Self { s3, pool, buckets, uploads, _dir: dir }
    }

    async fn connect(&self, prefix: &str) -> i64 {
        self.buckets.connect(&self.s3.place(prefix)).await.expect("connected")
    }

    async fn read_all(&self, id: i64) -> BucketReport {
        self.buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
        self.when(id, |bucket| bucket.state == UploadState::Done).await
    }

    async fn when(&self, id: i64, wanted: impl Fn(&Bucket) -> bool) -> BucketReport {
        let mut last = String::new();
        for _ in 0..3000 {
            let report = self.buckets.report(id).await.expect("a report");
            if wanted(&report.bucket) {
                return report;
            }
            last = format!("{:?}", report.bucket);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not come to that: {last}");
    }

    /// As soon as so many log files are in this condition.
    async fn when_log_files(&self, number: i64, are: &'static str) {
        let question = format!("select count(*) from log_file where {are}");
        for _ in 0..3000 {
            let found: i64 =
                sqlx::query_scalar(sqlx::AssertSqlSafe(question.as_str())).fetch_one(&self.pool).await.expect("one");
            if found == number {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not come to that: {number} log files where {are}");
    }
}

/// As if all pauses were over.
pub(crate) async fn hurry(pool: &PgPool) {
    for table in ["bucket", "bucket_listing", "log_file"] {
        let update = format!("update {table} set retry_at = null where retry_at is not null");
        sqlx::query(sqlx::AssertSqlSafe(update)).execute(pool).await.expect("set");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_bucket_is_read_when_it_is_asked_for_and_can_be_taken_out_again(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..90, 20);
    world.s3.put("AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2023/05/03/broken.json.gz", BROKEN);
    world.s3.put("AWSLogs/o-abc/111122223333/CloudTrail-Digest/eu-west-1/2023/05/03/x.json.gz", "{}");
    let id = world.connect("").await;
    assert_eq!(world.connect("").await, id, "the same place is the same bucket");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(world.s3.requests(), (0, 0), "nothing is read before it is asked for");

    let report = world.read_all(id).await;
    assert_eq!(trail::counted(&world.pool).await, calls);
    let progress = report.bucket.progress;
    assert_eq!((progress.listed, progress.read, progress.waiting, progress.listings_left), (91, 91, 0, 0));
    assert_eq!((progress.failed, progress.bytes, report.bucket.calls_counted), (1, progress.bytes_read, calls));
    let hashes: Vec<(String, Option<Vec<u8>>)> =
        sqlx::query_as("select name, sha256 from log_file where state = 'done'")
            .fetch_all(&world.pool)
            .await
            .expect("rows");
    assert_eq!(hashes.len(), 90);
    for (key, hash) in hashes {
        assert_eq!(hash, Some(sha256(&fs::read(world.s3.path(&key)).expect("an object"))), "{key}");
    }
    assert_eq!(report.files.len(), 1, "{:?}", report.files);
    assert!(report.files[0].name.ends_with("broken.json.gz") && report.files[0].state == FileState::Failed);
    assert_eq!(report.others, [("digests of CloudTrail (they hold no calls)".to_owned(), 1)]);
    assert_eq!(report.freshness.len(), 3);
    assert_eq!(report.freshness[2].newest, Some(at("2023-05-03T00:00:00Z") + TimeDelta::hours(89 * 7)));
    assert!(world.uploads.list().await.expect("a list").is_empty(), "it is no upload");

    let again = world.read_all(id).await;
    assert_eq!((again.bucket.progress.listed, trail::counted(&world.pool).await), (91, calls), "nothing is new");
    let removal = world.buckets.removal(id).await.expect("a preview");
    assert_eq!(removal, Removal { calls, also_in_others: 0 });
    world.buckets.remove(id).await.expect("removed");
    assert_eq!(trail::counted(&world.pool).await, 0);
    no_lease_is_left(&world.pool).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn only_what_is_chosen_is_read(pool: PgPool) {
    let world = World::new(pool).await;
    fill(&world.s3, 0..90, 5);
    let id = world.connect("AWSLogs/").await;
    let choice = BucketChoice {
        accounts: vec![ACCOUNTS[1].into()],
        from: Some(at("2023-05-10T00:00:00Z").date_naive()),
        to: Some(at("2023-05-19T00:00:00Z").date_naive()),
        ..BucketChoice::default()
    };
    world.buckets.backfill(id, &choice).await.expect("asked for");
    world.when(id, |bucket| bucket.state == UploadState::Done).await;
    let chosen = (0..90).filter(|n| {
        let hours = n * 7;
        n % 3 == 1 && (7 * 24..17 * 24).contains(&hours)
    });
    assert_eq!(trail::counted(&world.pool).await, chosen.count() as i64 * 5);
    assert_eq!(world.s3.requests().1, world.buckets.report(id).await.expect("a report").bucket.progress.read as usize);
}

/// Accounts that were closed long ago have no months since.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn listing_takes_as_many_requests_as_the_check_says(pool: PgPool) {
    let world = World::new(pool).await;
    for (n, closed) in [(0, "2019-05-03T00:00:00Z"), (1, "2020-01-01T00:00:00Z"), (2, "2023-07-31T23:00:00Z")] {
        for before in [0, 3] {
            let delivered = at(closed) - TimeDelta::hours(before);
            world.s3.put(&key(ACCOUNTS[n], delivered, before as u64), trail::file(n as u64 * 5..n as u64 * 5 + 5));
        }
    }
    let id = world.connect("").await;
    let chosen = |from: Option<&str>, to: Option<&str>| BucketChoice {
        from: from.map(|day| at(&format!("{day}T00:00:00Z")).date_naive()),
        to: to.map(|day| at(&format!("{day}T00:00:00Z")).date_naive()),
        ..BucketChoice::default()
    };
    let finding = world.s3.open("").await;
    trails(&finding, &BucketChoice::default(), 1000).await.expect("found");
    for (choice, expected) in [
        (BucketChoice::default(), 3 + (1 + 2 + 2) + 3),
        (chosen(Some("2020-01-01"), None), 1 + (1 + 1 + 1) + 3),
        (chosen(Some("2020-01-01"), Some("2020-02-29")), 3 * 2),
    ] {
        let check = world.buckets.check(id, &choice, None).await.expect("looked into");
        assert_eq!(check.list_requests, expected, "{choice:?}");
        let before = world.s3.requests().0;
        world.buckets.backfill(id, &choice).await.expect("asked for");
        world.when(id, |bucket| bucket.state == UploadState::Done).await;
        let sent = world.s3.requests().0 - before;
        assert_eq!(sent as i64, finding.requests().list as i64 + expected, "{choice:?}");
    }
    assert_eq!(trail::counted(&world.pool).await, 15);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn each_call_is_counted_once_across_buckets_and_uploads(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..30, 20);
    for n in 0..30 {
        let delivered = at("2023-05-03T00:00:00Z") + TimeDelta::hours(n as i64 * 7);
        let copy = format!("copy/{}", key(ACCOUNTS[n as usize % 3], delivered, n));
        world.s3.put(&copy, trail::file(n * 20..(n + 1) * 20));
    }
    let mut receiving = world.uploads.begin("").await.expect("begun");
    let mut file = receiving.file("some.json").await.expect("a file");
    file.write(&trail::file(0..100)).await.expect("written");
    file.finish().await.expect("received");
    let upload = receiving.finish().await.expect("queued");
    while !world.uploads.report(upload).await.expect("a report").upload.state.is_final() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (one, two) = (world.connect("AWSLogs/").await, world.connect("copy/").await);
    let first = world.read_all(one).await.bucket;
    assert_eq!((first.calls_counted, first.calls_already_counted), (calls - 100, 100));
    let second = world.read_all(two).await.bucket;
    assert_eq!((second.calls_counted, second.calls_already_counted), (0, calls));
    assert_eq!(trail::counted(&world.pool).await, calls);
    world.buckets.remove(two).await.expect("removed");
    assert_eq!(trail::counted(&world.pool).await, calls);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn it_pauses_goes_on_and_is_cancelled(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..60, 5);
    let id = world.connect("").await;
    world.buckets.pause(id).await.expect("paused");
    world.buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let report = world.buckets.report(id).await.expect("a report").bucket;
    assert_eq!((report.is_paused, report.state, world.s3.requests()), (true, UploadState::Reading, (0, 0)));
    world.buckets.resume(id).await.expect("goes on");
    world.when(id, |bucket| bucket.state == UploadState::Done).await;
    assert_eq!(trail::counted(&world.pool).await, calls);

    fill(&world.s3, 60..120, 5);
    world.buckets.pause(id).await.expect("paused");
    world.buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
    world.buckets.cancel(id).await.expect("cancelled");
    world.buckets.resume(id).await.expect("nothing to do");
    let report = world.when(id, |bucket| bucket.state == UploadState::Cancelled).await.bucket;
    assert_eq!((report.progress.waiting, report.progress.listings_left), (0, 0));
    assert_eq!(trail::counted(&world.pool).await, calls);
    no_lease_is_left(&world.pool).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn one_bad_object_stops_nothing_and_can_be_tried_again(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..60, 5);
    world.s3.bring(Rule::gets("_0000000000000004", Fault::Denied, usize::MAX));
    world.s3.bring(Rule::gets("_0000000000000005", Fault::Archived, usize::MAX));
    world.s3.bring(Rule::gets("_0000000000000006", Fault::Gone, usize::MAX));
    world.s3.bring(Rule::gets("_0000000000000007", Fault::BreakOff(100), 2));
    let id = world.connect("").await;
    world.buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
    world.when_log_files(1, "state = 'waiting' and reason like '%deleted%'").await;
    hurry(&world.pool).await;
    let report = world.when(id, |bucket| bucket.state == UploadState::Done).await;
    world.when_log_files(1, "state = 'skipped' and reason like '%deleted%' and tries = 1").await;
    assert_eq!(trail::counted(&world.pool).await, calls - 15);
    assert_eq!((report.bucket.progress.failed, report.bucket.progress.waiting), (2, 0));
    let reasons: Vec<&str> = report.files.iter().map(|file| file.reason.as_str()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("s3:GetObject")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("restore")), "{reasons:?}");

    world.s3.heal();
    world.buckets.retry_failed(id).await.expect("tried again");
    let report = world.when(id, |bucket| bucket.state == UploadState::Done).await;
    assert_eq!((report.bucket.progress.failed, trail::counted(&world.pool).await), (0, calls - 5));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_object_that_is_overwritten_while_it_is_read_is_counted_as_it_is_in_the_end(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..60, 5);
    // So large that something of it comes before it breaks off.
    let padded = |events| {
        let mut file = trail::file(events);
        file.resize(1 << 20, b' ');
        file
    };
    for (n, name, other) in
        [(7, "_0000000000000007", padded(10_000..10_008)), (8, "_0000000000000008", trail::file(10_010..10_011))]
    {
        world.s3.put(&nth_key(n), padded(n * 5..(n + 1) * 5));
        world.s3.bring(Rule::gets(name, Fault::Overwritten(300_000, other), 1));
    }
    let id = world.connect("").await;
    world.buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
    world.when_log_files(2, "state = 'waiting' and reason like '%overwritten%'").await;
    hurry(&world.pool).await;
    let report = world.when(id, |bucket| bucket.state == UploadState::Done).await;
    world.when_log_files(1, "calls_counted = 8 and state = 'done' and name like '%\\_0000000000000007%'").await;
    world.when_log_files(1, "calls_counted = 1 and state = 'done' and name like '%\\_0000000000000008%'").await;
    assert_eq!(trail::counted(&world.pool).await, calls - 10 + 8 + 1);
    assert_eq!((report.bucket.progress.failed, report.bucket.calls_already_counted), (0, 0));
}

/// A store that is about to end says so of objects that are there.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_is_said_to_be_gone_once_is_asked_for_again(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..60, 5);
    world.s3.bring(Rule::gets("", Fault::Gone, 40));
    let id = world.connect("").await;
    world.buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
    world.when_log_files(40, "state = 'waiting' and reason <> ''").await;
    assert_eq!(world.buckets.report(id).await.expect("a report").bucket.trouble, "");
    hurry(&world.pool).await;
    world.when(id, |bucket| bucket.state == UploadState::Done).await;
    world.when_log_files(60, "state = 'done' and reason = ''").await;
    assert_eq!(trail::counted(&world.pool).await, calls);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_store_that_is_away_is_waited_for(pool: PgPool) {
    let mut world = World::new(pool).await;
    let calls = fill(&world.s3, 0..60, 5);
    let id = world.connect("").await;
    world.s3.stop();
    world.buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
    let report = world.when(id, |bucket| !bucket.trouble.is_empty()).await;
    assert!(report.bucket.trouble.contains("no answer"), "{}", report.bucket.trouble);
    world.s3.go_on();
    hurry(&world.pool).await;
    let report = world.when(id, |bucket| bucket.state == UploadState::Done).await;
    assert_eq!((report.bucket.trouble.as_str(), trail::counted(&world.pool).await), ("", calls));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn following_finds_what_is_new_with_few_requests(pool: PgPool) {
    let world = World::new(pool).await;
    let mut calls = fill(&world.s3, 0..60, 5);
    let id = world.connect("").await;
    world.read_all(id).await;
    let mut next = 1000;
    let mut put = |account: &str, delivered: DateTime<Utc>| {
        world.s3.put(&key(account, delivered, next), trail::file(next * 5..next * 5 + 5));
        next += 1;
        5
    };
    let now = world.buckets.report(id).await.expect("a report").bucket.created;
    let look = async |late: bool| {
        if late {
            sqlx::query("update bucket_trail set late_listed = now() - interval '2 days'")
                .execute(&world.pool)
                .await
                .expect("set");
        }
        let before = world.s3.requests().0;
        world.buckets.follow(id, true, 86_400).await.expect("followed");
        let is_over = |bucket: &Bucket| bucket.next_look.is_some_and(|next| next > now + TimeDelta::hours(1));
        world.when(id, |bucket| is_over(bucket) && bucket.state == UploadState::Done).await;
        world.s3.requests().0 - before
    };
    look(false).await;
    calls += put(ACCOUNTS[0], now) + put(ACCOUNTS[1], now - TimeDelta::minutes(50));
    let requests = look(false).await;
    assert_eq!(trail::counted(&world.pool).await, calls);

    // A thousand times as many days and objects are no more requests; an account more is some.
    for n in 0..300 {
        let key = key(ACCOUNTS[n as usize % 3], at("2020-01-01T00:00:00Z") + TimeDelta::days(n), 5000 + n as u64);
        world.s3.put(&key, "{}");
    }
    assert_eq!(look(false).await, requests);
    calls += put("999900001111", now);
    let more = look(false).await;
    assert!(more > requests && more <= requests + 3, "{more} after {requests}");
    assert_eq!(trail::counted(&world.pool).await, calls, "new accounts are found");

    put(ACCOUNTS[2], now - TimeDelta::days(2));
    look(false).await;
    assert_eq!(trail::counted(&world.pool).await, calls, "what comes as late as this is looked for once a day");
    look(true).await;
    assert_eq!(trail::counted(&world.pool).await, calls + 5);
    no_lease_is_left(&world.pool).await;
}
