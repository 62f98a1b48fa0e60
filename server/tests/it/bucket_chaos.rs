//! Buckets in the middle of whose reading the database or the store goes away: each call is counted once in the end, nothing is
//! left behind, and the bucket says what the trouble is while it lasts.

use crate::{
    bucket_ingest::fill,
    ingest_trail as trail,
    lease::no_lease_is_left,
    s3_server::{Fault, Rule, S3Server},
};
use app::model::{
    report::UploadState,
    source::{Bucket, BucketChoice},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::{
    config::Storage,
    ingest::{Buckets, Error, Uploads},
};
use sqlx::PgPool;
use std::{path::Path, time::Duration};

const OBJECTS: u64 = 1500;
const PER_OBJECT: u64 = 20;

/// Begins to read a bucket of so many objects; answers its number and calls.
async fn begin(buckets: &Buckets, s3: &S3Server) -> (i64, i64) {
    let calls = fill(s3, 0..OBJECTS, PER_OBJECT);
    let id = buckets.connect(&s3.place("")).await.expect("connected");
    buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
    (id, calls)
}

/// The bucket as soon as `wanted`; the database may be away meanwhile.
async fn when(buckets: &Buckets, id: i64, wanted: impl Fn(&Bucket) -> bool) -> Bucket {
    let mut last = String::new();
    for _ in 0..12_000 {
        match buckets.get(id).await {
            Ok(bucket) if wanted(&bucket) => return bucket,
            Ok(bucket) => last = format!("{bucket:?}"),
            Err(Error::Database(_)) => {}
            Err(error) => panic!("{error}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it does not come to that: {last}");
}

fn is_done(bucket: &Bucket) -> bool {
    bucket.state == UploadState::Done
}

/// All of it is counted, each call once, and nothing lies around.
async fn all_is_well(pool: &PgPool, data_dir: &Path, bucket: &Bucket, calls: i64) {
    let troubled: Vec<(String, String, String)> = sqlx::query_as(
        "select name, state, reason from log_file where state <> 'done' or records_skipped > 0 order by name limit 5",
    )
    .fetch_all(pool)
    .await
    .expect("rows");
    assert_eq!(troubled, []);
    assert_eq!((bucket.calls_counted, bucket.calls_already_counted), (calls, 0));
    assert_eq!(trail::counted(pool).await, calls);
    let progress = &bucket.progress;
    assert_eq!((progress.listed, progress.read, progress.failed), (OBJECTS as i64, OBJECTS as i64, 0));
    assert_eq!((progress.waiting, progress.listings_left, bucket.trouble.as_str()), (0, 0, ""));
    // A bucket is done before whoever read it has cleared up behind it.
    for _ in 0..1000 {
        let leases: i64 = sqlx::query_scalar("select count(*) from lease").fetch_one(pool).await.expect("a number");
        if leases == 0 && spooled(data_dir).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    no_lease_is_left(pool).await;
    assert_eq!(spooled(data_dir), [""; 0], "the spool is left");
}

fn spooled(data_dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(data_dir.join("spool")).expect("a spool folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name != "home").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_is_read_on_when_postgres_is_stopped_at_once() {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let storage = Storage { data_dir: Some(dir.path().to_owned()), database_url: None };
    let database = server::postgres::open(&storage).await.expect("it starts");
    let uploads = Uploads::start(database.pool.clone(), dir.path()).await.expect("it starts");
    let buckets = Buckets::start(&uploads, s3.access().await);
    let (id, calls) = begin(&buckets, &s3).await;
    for counted in [0, 1, calls / 2] {
        when(&buckets, id, |bucket| bucket.calls_counted >= counted).await;
        // As `pg_ctl restart -m immediate` does.
        let server = database.server_pid().expect("it runs");
        kill(Pid::from_raw(server), Signal::SIGQUIT).expect("stopped");
        while database.server_pid().is_none_or(|pid| pid == server) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let bucket = when(&buckets, id, is_done).await;
    all_is_well(&database.pool, dir.path(), &bucket, calls).await;
    drop((buckets, uploads));
    database.close().await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_store_that_goes_away_in_the_middle_is_waited_for(pool: PgPool) {
    let (mut s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("it starts");
    let buckets = Buckets::start(&uploads, s3.access().await);
    s3.bring(Rule::gets("7.json.gz", Fault::BreakOff(700), 40));
    let (id, calls) = begin(&buckets, &s3).await;
    when(&buckets, id, |bucket| bucket.calls_counted >= 1).await;
    s3.stop();
    let bucket = when(&buckets, id, |bucket| !bucket.trouble.is_empty() || is_done(bucket)).await;
    assert!(bucket.trouble.contains("no answer"), "{}", bucket.trouble);
    assert!(trail::counted(&pool).await <= calls);
    s3.go_on();
    // As if the pauses were over.
    sqlx::query("update bucket set retry_at = null").execute(&pool).await.expect("set");
    sqlx::query("update log_file set retry_at = null where retry_at is not null").execute(&pool).await.expect("set");
    sqlx::query("update bucket_listing set retry_at = null").execute(&pool).await.expect("set");
    let bucket = when(&buckets, id, is_done).await;
    all_is_well(&pool, dir.path(), &bucket, calls).await;
}
