//! Buckets whose queues tell of new objects: a real S3 server, a real SQS server, a real database.

use crate::{
    bucket_ingest::{ACCOUNTS, fill, key},
    bucket_queue::put,
    ingest_trail as trail,
    kill::{command, run, text},
    kill_steps::leases_are_over,
    lease::no_lease_is_left,
    s3_server::{BUCKET, S3Server, access_to},
    sqs_server::SqsServer,
};
use app::model::{
    report::UploadState,
    source::{Bucket, BucketQueue, BucketReport},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use server::{
    ingest::{Buckets, Error, Uploads, failpoint::Step},
    source::bucket::LARGEST,
};
use sqlx::PgPool;
use std::{os::unix::process::ExitStatusExt as _, process::Command, time::Duration};
use tempfile::TempDir;

const PER_OBJECT: u64 = 20;
/// As often as it is listed, where no queue tells.
const EVERY: i32 = 3600;

/// A bucket that is connected, beside a queue.
struct World {
    s3: S3Server,
    sqs: SqsServer,
    pool: PgPool,
    buckets: Buckets,
    id: i64,
    dir: TempDir,
}

impl World {
    /// Read and listened to by this process.
    async fn new(pool: PgPool) -> Self {
        let (s3, sqs, dir) = (S3Server::start(), SqsServer::start().await, tempfile::tempdir().expect("a folder"));
        let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("it starts");
        let buckets = Buckets::start(&uploads, access_to(&[&s3.endpoint(), sqs.endpoint()]).await);
        Self::connected(s3, sqs, pool, buckets, dir).await
    }

    /// Left to other processes.
    async fn at_rest(pool: PgPool) -> Self {
        let (s3, sqs, dir) = (S3Server::start(), SqsServer::start().await, tempfile::tempdir().expect("a folder"));
        let access = access_to(&[&s3.endpoint(), sqs.endpoint()]).await;
        let buckets = Buckets::at_rest(pool.clone(), &dir.path().join("data"), access).await.expect("it opens");
        Self::connected(s3, sqs, pool, buckets, dir).await
    }

    async fn connected(s3: S3Server, sqs: SqsServer, pool: PgPool, buckets: Buckets, dir: TempDir) -> Self {
        let id = buckets.connect(&s3.place("AWSLogs/")).await.expect("connected");
        Self { s3, sqs, pool, buckets, id, dir }
    }

    async fn follow(&self) {
        let queue = self.sqs.url.parse().expect("an address");
        self.buckets.listen_to(self.id, Some(&queue)).await.expect("listened to");
        self.buckets.follow(self.id, true, EVERY).await.expect("followed");
    }

    /// Followed, listened to, and looked into for the first time.
    async fn settle(&self) {
        self.follow().await;
        self.when(|bucket| bucket.looked.is_some() && queue(bucket).since.is_some()).await;
    }

    /// Looks into the bucket now; answers when it will be again.
    async fn look(&self) -> TimeDelta {
        let before = self.when(|_| true).await.bucket.looked;
        self.sql("update bucket set next_look = now()").await;
        let bucket = self.when(|bucket| bucket.looked > before).await.bucket;
        bucket.next_look.expect("it is followed") - bucket.looked.expect("just now")
    }

    async fn sql(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.pool).await.expect("done");
    }

    async fn when(&self, wanted: impl Fn(&Bucket) -> bool) -> BucketReport {
        let mut last = String::new();
        for _ in 0..3000 {
            let report = self.buckets.report(self.id).await.expect("a report");
            if wanted(&report.bucket) {
                return report;
            }
            last = format!("{:?}", report.bucket);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not come to that: {last}");
    }

    /// Everything that was put is read, and the queue is empty but for so many messages.
    async fn all_read(&self, objects: i64, left: usize) -> BucketReport {
        let is_read = |bucket: &Bucket| bucket.progress.read == objects && bucket.state == UploadState::Done;
        self.when(|bucket| is_read(bucket) && self.sqs.left() == left).await
    }

    /// The same; what somebody received who may not note it any more comes again soon.
    async fn read_again(&self, objects: i64) {
        let is_read = |bucket: &Bucket| bucket.progress.read == objects && bucket.state == UploadState::Done;
        self.when(|bucket| {
            self.sqs.wait_out();
            is_read(bucket) && self.sqs.left() == 0
        })
        .await;
    }

    fn worker(&self, kill_at: Option<&str>) -> Command {
        let mut worker = command(&self.pool, &self.dir);
        let endpoints = format!("{},{}", self.s3.endpoint(), self.sqs.endpoint());
        worker.envs(self.s3.environment()).env("SUNSET_S3_ENDPOINTS", endpoints);
        worker.args(["worker", "--once"]).env("SUNSET_LEASE_SECONDS", "0.5");
        worker.envs(kill_at.map(|step| ("SUNSET_KILL_AT", step)));
        worker
    }
}

fn queue(bucket: &Bucket) -> BucketQueue {
    bucket.queue.clone().expect("it has a queue")
}

/// The n-th object of [`fill`].
fn nth(n: u64) -> String {
    let first: DateTime<Utc> = "2023-05-03T00:00:00Z".parse().expect("a time");
    key(ACCOUNTS[n as usize % 3], first + TimeDelta::hours(n as i64 * 7), n)
}

fn told(n: u64) -> Value {
    put(BUCKET, &nth(n), 700)
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_a_queue_tells_is_read_and_nothing_is_listed(pool: PgPool) {
    let world = World::new(pool).await;
    world.settle().await;
    let listings = world.s3.requests().0;
    let calls = fill(&world.s3, 0..9, PER_OBJECT);
    let by_event_bridge = json!({
        "detail-type": "Object Created", "source": "aws.s3",
        "detail": { "bucket": { "name": BUCKET }, "object": { "key": nth(6), "size": 700 } },
    });
    let by_cloudtrail = json!({ "s3Bucket": BUCKET, "s3ObjectKey": [nth(7), nth(8)] });
    let messages: Vec<Value> = (0..5)
        .map(told)
        .chain([json!({ "Type": "Notification", "Message": told(5).to_string() }), by_event_bridge])
        .chain([json!({ "Type": "Notification", "Message": by_cloudtrail.to_string() })])
        .collect();
    messages.iter().for_each(|message| world.sqs.send(message));
    let first = world.all_read(9, 0).await;
    assert_eq!(trail::counted(&world.pool).await, calls);
    assert_eq!((first.bucket.calls_counted, queue(&first.bucket).told), (calls, 9));
    let newest: Vec<_> = first.freshness.iter().map(|trail| (trail.account.as_str(), trail.newest)).collect();
    let delivered =
        |n: i64| "2023-05-03T00:00:00Z".parse::<DateTime<Utc>>().ok().map(|at| at + TimeDelta::hours(n * 7));
    let expected: Vec<_> = (0..3).map(|n| (ACCOUNTS[n as usize], delivered(n + 6))).collect();
    assert_eq!(newest, expected, "accounts and regions are known");

    messages.iter().for_each(|message| world.sqs.send(message));
    let again = world.all_read(9, 0).await;
    assert_eq!(again.bucket.progress, first.bucket.progress, "what comes again is known");
    assert_eq!((queue(&again.bucket).told, trail::counted(&world.pool).await), (9, calls));
    assert_eq!(world.s3.requests().0, listings);

    assert!(queue(&again.bucket).is_relied_on);
    assert!(world.look().await > TimeDelta::hours(23), "it is listed once a day");
    world.sql("update bucket_queue set told_at = now() - interval '2 days'").await;
    assert!(world.look().await < TimeDelta::hours(2), "a queue that tells of nothing may be fed by nobody");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn listing_takes_over_while_a_queue_is_in_trouble(pool: PgPool) {
    let world = World::new(pool).await;
    world.settle().await;
    let mut calls = fill(&world.s3, 0..1, PER_OBJECT);
    world.sqs.send(told(0));
    world.all_read(1, 0).await;
    world.look().await;

    let created = world.when(|_| true).await.bucket.created;
    world.s3.put(&key(ACCOUNTS[0], created, 100), trail::file(1000..1020));
    calls += 20;
    let why = "User: x is not authorized to perform: sqs:receivemessage";
    world.sqs.refuse(Some(("AccessDeniedException", why)));
    let report = world.all_read(2, 0).await;
    let trouble = queue(&report.bucket);
    assert!(trouble.since.is_none() && trouble.trouble.contains("sqs:ReceiveMessage"), "{trouble:?}");
    assert_eq!((report.bucket.trouble.as_str(), trail::counted(&world.pool).await), ("", calls));
    assert!(world.look().await < TimeDelta::hours(2));

    calls += fill(&world.s3, 1..2, PER_OBJECT);
    world.sqs.send(told(1));
    world.sqs.refuse(None);
    // As if the pause was over.
    world.sql("update bucket_queue set retry_at = null").await;
    let report = world.all_read(3, 0).await;
    let back = queue(&report.bucket);
    assert!(back.since.is_some() && back.trouble.is_empty() && back.told == 2, "{back:?}");
    assert!(world.look().await > TimeDelta::hours(23), "listing rests again");
    assert_eq!(trail::counted(&world.pool).await, calls);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn messages_of_others_stay_in_the_queue(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..4, PER_OBJECT);
    world.sqs.send(put("another-bucket", &nth(0), 700));
    world.sqs.send("hello");
    let record = |bucket, n| put(bucket, &nth(n), 700)["Records"][0].clone();
    world.sqs.send(json!({ "Records": [record("another-bucket", 1), record(BUCKET, 2)] }));
    world.sqs.send(told(0));
    // About the bucket, and about nothing that is wanted.
    world.sqs.send(put(BUCKET, "elsewhere/x", 7));
    world.sqs.send(json!({ "Event": "s3:TestEvent", "Bucket": BUCKET }));
    world.settle().await;
    let report = world.all_read(2, 3).await;
    assert_eq!((queue(&report.bucket).told, queue(&report.bucket).others), (2, 3));
    world.sqs.wait_out();
    world.sqs.send(told(1));
    world.sqs.send(told(3));
    let report = world.all_read(4, 3).await;
    assert_eq!((queue(&report.bucket).told, queue(&report.bucket).others), (4, 3), "they are counted once");
    assert_eq!(trail::counted(&world.pool).await, calls);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn only_accounts_that_are_chosen_are_told_of(pool: PgPool) {
    let world = World::new(pool).await;
    fill(&world.s3, 0..9, PER_OBJECT);
    world
        .sql(r#"update bucket set choice = '{"accounts": ["444455556666"], "from": "2020-01-01", "to": "2020-01-02"}'"#)
        .await;
    (0..9).for_each(|n| world.sqs.send(told(n)));
    world.settle().await;
    let report = world.all_read(3, 0).await;
    assert_eq!(report.freshness.len(), 1, "days are of the backfill, accounts are followed");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn whatever_is_sent_to_the_queue_what_is_good_is_read(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..8, PER_OBJECT);
    let below = |file: &str| nth(0).replace(nth(0).rsplit('/').next().expect("a name"), file);
    let record = |key: &str, size: Value| put(BUCKET, key, size)["Records"][0].clone();
    let many = vec![record(&nth(4), json!(700)); 3000];
    let ahead = nth(5).replace("20230504T", "99990504T");
    let odd = [
        put(BUCKET, &below("a%00b.json.gz"), 7),
        put(BUCKET, &below("%ff%fe.json.gz"), 7),
        put(BUCKET, &below(&"x".repeat(2000)), 7),
        put(BUCKET, &below(&"%C3%BC".repeat(600)), 7),
        json!({ "s3Bucket": BUCKET, "s3ObjectKey": [below("a\0b.json.gz"), 7, null, {}] }),
        json!({ "Records": [{ "eventName": 7 }, record(&nth(1), json!("huge")), "text", null] }),
        json!({ "Records": [record(&nth(2), json!(u64::MAX)), record(&nth(3), json!(1e300)), record(&nth(3), json!(-1))] }),
        json!({ "Records": many }),
        json!({ "s3Bucket": BUCKET, "s3ObjectKey": vec!["AWSLogs/x"; 20_000] }),
        put(BUCKET, &ahead, 7),
        put(BUCKET, &nth(6), u64::MAX),
    ];
    odd.iter().for_each(|message| world.sqs.send(message));
    // These say nothing that anybody understands.
    let not_understood =
        [json!({ "Records": 7 }), json!({ "Records": [{ "s3": [] }] }), json!({ "s3Bucket": 7 }), json!([])];
    not_understood.iter().for_each(|message| world.sqs.send(message));
    world.sqs.send("[".repeat(200_000));
    world.sqs.send(r#"{"Records":["\ud800"]}"#);
    (0..8).for_each(|n| world.sqs.send(told(n)));
    world.settle().await;
    let report = world.all_read(9, 6).await;
    assert_eq!(trail::counted(&world.pool).await, calls);
    let known = queue(&report.bucket);
    assert_eq!((known.trouble.as_str(), report.bucket.trouble.as_str(), known.told, known.others), ("", "", 9, 6));
    assert_eq!(report.bucket.progress.failed, 0, "one of them is not there: {:?}", report.files);
    assert_eq!(report.bucket.progress.bytes, report.bucket.progress.bytes_read);
    assert!(report.bucket.progress.bytes >= 2 * LARGEST as i64);
    let not_keys =
        report.others.iter().find(|(words, _)| words.contains("not CloudTrail's")).expect("they are counted");
    assert!(not_keys.1 > 20_000, "{not_keys:?}");
    let newest = report.freshness.iter().filter_map(|trail| trail.newest).max();
    assert!(newest < Some(report.bucket.created), "{newest:?} is a lie");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_queue_is_listened_to_while_its_bucket_is_followed(pool: PgPool) {
    let world = World::new(pool).await;
    let calls = fill(&world.s3, 0..6, PER_OBJECT);
    world.settle().await;
    for (n, is_paused) in [(0, true), (1, false)] {
        match is_paused {
            true => world.buckets.pause(world.id).await.expect("paused"),
            false => world.buckets.follow(world.id, false, EVERY).await.expect("not followed"),
        }
        nobody_listens(&world.pool).await;
        world.sqs.send(told(n));
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!((world.sqs.left(), trail::counted(&world.pool).await), (1, n as i64 * PER_OBJECT as i64));
        match is_paused {
            true => world.buckets.resume(world.id).await.expect("goes on"),
            false => world.buckets.follow(world.id, true, EVERY).await.expect("followed"),
        }
        world.read_again(n as i64 + 1).await;
    }
    world.buckets.cancel(world.id).await.expect("cancelled");
    nobody_listens(&world.pool).await;
    world.sqs.send(told(2));
    world.buckets.follow(world.id, true, EVERY).await.expect("followed");
    world.read_again(3).await;

    let other = world.buckets.connect(&world.s3.place("other/")).await.expect("connected");
    let address = world.sqs.url.parse().expect("an address");
    let taken = world.buckets.listen_to(other, Some(&address)).await.expect_err("it is the other one's");
    assert!(matches!(&taken, Error::Conflict(words) if words.contains("another bucket")), "{taken:?}");
    let elsewhere = "http://169.254.169.254/000000000000/told".parse().expect("an address");
    let refused = world.buckets.listen_to(world.id, Some(&elsewhere)).await.expect_err("not allowed");
    assert!(refused.to_string().contains("not one that this server may use"), "{refused}");
    world.buckets.listen_to(world.id, None).await.expect("no more");
    nobody_listens(&world.pool).await;
    world.buckets.listen_to(other, Some(&address)).await.expect("it is free");

    world.buckets.follow(other, true, EVERY).await.expect("followed");
    world.buckets.remove(other).await.expect("removed");
    world.buckets.remove(world.id).await.expect("removed");
    assert!(calls > 0 && trail::counted(&world.pool).await == 0);
    no_lease_is_left(&world.pool).await;
}

async fn nobody_listens(pool: &PgPool) {
    let listens = "select exists (select from bucket_queue where lease is not null)";
    assert!(!sqlx::query_scalar::<_, bool>(listens).fetch_one(pool).await.expect("an answer"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn whatever_step_it_dies_at_a_queue_loses_nothing(pool: PgPool) {
    let world = World::at_rest(pool).await;
    world.follow().await;
    let mut expected = 0;
    for (n, (_, step)) in (0..).zip(Step::OF_QUEUES) {
        expected += fill(&world.s3, n * 12..(n + 1) * 12, PER_OBJECT);
        (n * 12..(n + 1) * 12).for_each(|n| world.sqs.send(told(n)));
        let killed = run(world.worker(Some(step))).await;
        assert_eq!(killed.status.signal(), Some(9), "{step}: {}", text(&killed));
        trail::counted(&world.pool).await;
        leases_are_over(&world.pool).await;
        world.sqs.wait_out();
        let output = run(world.worker(None)).await;
        assert!(output.status.success(), "{step}: {}", text(&output));
        assert_eq!((trail::counted(&world.pool).await, world.sqs.left()), (expected, 0), "{step}: {}", text(&output));
        let report = world.buckets.report(world.id).await.expect("a report");
        assert_eq!(queue(&report.bucket).told, (n as i64 + 1) * 12, "{step}");
        no_lease_is_left(&world.pool).await;
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_queue_in_trouble_keeps_no_worker_from_its_end(pool: PgPool) {
    let world = World::at_rest(pool).await;
    world.follow().await;
    let created = world.buckets.get(world.id).await.expect("a bucket").created;
    world.s3.put(&key(ACCOUNTS[0], created, 100), trail::file(0..20));
    world.sqs.refuse(Some(("AccessDeniedException", "by test")));
    let output = run(world.worker(None)).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&world.pool).await, 20, "it is listed");
    let bucket = world.buckets.get(world.id).await.expect("a bucket");
    assert!(queue(&bucket).trouble.contains("sqs:ReceiveMessage"), "{bucket:?}");
    no_lease_is_left(&world.pool).await;
}
