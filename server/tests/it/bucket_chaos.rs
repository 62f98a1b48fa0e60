//! Buckets in the middle of whose reading the database or the store goes away: each call is counted once in the end, nothing is
//! left behind, and the bucket says what the trouble is while it lasts.

use crate::{
    bucket_ingest::{fill, hurry},
    bucket_kill::program,
    ingest_trail as trail,
    left::nothing_is_left,
    s3_server::{Fault, Rule, S3Server},
    serve::Running,
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
/// For `make chaos`; more would be logged in days that are still to come.
const MANY: u64 = 4000;
const PER_OBJECT: u64 = 20;

/// Begins to read a bucket of so many objects; answers its number and calls.
async fn begin(buckets: &Buckets, s3: &S3Server, objects: u64) -> (i64, i64) {
    let calls = fill(s3, 0..objects, PER_OBJECT);
    let id = buckets.connect(&s3.place("")).await.expect("connected");
    buckets.backfill(id, &BucketChoice::default()).await.expect("asked for");
    (id, calls)
}

/// The bucket as soon as `wanted`; the database may be away meanwhile.
async fn when(buckets: &Buckets, id: i64, wanted: impl Fn(&Bucket) -> bool) -> Bucket {
    let mut last = String::new();
    for _ in 0..60_000 {
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
    let (progress, objects) = (&bucket.progress, calls / PER_OBJECT as i64);
    assert_eq!((progress.listed, progress.read, progress.failed), (objects, objects, 0));
    assert_eq!((progress.waiting, progress.listings_left, bucket.trouble.as_str()), (0, 0, ""));
    nothing_is_left(pool, data_dir).await;
}

/// Stops the embedded Postgres so many times, from the beginning to the end.
async fn stop_postgres(objects: u64, times: i64) {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let storage = Storage { data_dir: Some(dir.path().to_owned()), database_url: None };
    let database = server::postgres::open(&storage).await.expect("it starts");
    let uploads = Uploads::start(database.pool.clone(), dir.path()).await.expect("it starts");
    let buckets = Buckets::start(&uploads, s3.access().await);
    let (id, calls) = begin(&buckets, &s3, objects).await;
    for time in 0..times {
        let counted = if time == 1 { 1 } else { calls * time / (times + 1) };
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_is_read_on_when_postgres_is_stopped_at_once() {
    stop_postgres(OBJECTS, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes: make chaos"]
async fn a_bucket_is_read_on_however_often_postgres_is_stopped() {
    stop_postgres(MANY, 12).await;
}

/// The sentence and status of everything that is asked for while the database is away.
fn says_that_the_database_is_away(server: &Running, id: i64) {
    let asked =
        [format!("/sources/{id}"), "/uploads".into(), "/".into(), format!("/api/v1/sources/{id}"), "/readyz".into()];
    std::thread::scope(|scope| {
        for path in &asked {
            scope.spawn(move || {
                let answer = server.page(path);
                let status = answer.lines().next().unwrap_or_default();
                assert!(status.contains(" 503 "), "{path}: {answer}");
                assert!(
                    path == "/readyz" || answer.contains("The database does not answer. Try again"),
                    "{path}: {answer}"
                );
            });
        }
        scope.spawn(|| {
            let answer = server.upload(&[trail::file(0..10)]);
            assert!(answer.contains(" 503 ") && answer.contains("The database does not answer"), "{answer}");
        });
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_is_away_every_page_says_so_and_goes_on_by_itself() {
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let storage = Storage { data_dir: Some(dir.path().join("postgres")), database_url: None };
    let database = server::postgres::open(&storage).await.expect("it starts");
    let at_rest = async |pool: &PgPool| {
        let elsewhere = dir.path().join("elsewhere");
        Buckets::at_rest(pool.clone(), &elsewhere, s3.access().await).await.expect("it opens")
    };
    let buckets = at_rest(&database.pool).await;
    let (id, calls) = begin(&buckets, &s3, 600).await;
    let mut command = program(&database.pool, &dir, &s3);
    // Whoever opens a database by its address may also be the one who brings its schema up to date.
    let owner = (*database.pool.connect_options()).clone().username("postgres");
    command.env("DATABASE_URL", sqlx::ConnectOptions::to_url_lossy(&owner).to_string());
    let server = Running::start(command.args(["serve", "--addr", "127.0.0.1:0"]));
    when(&buckets, id, |bucket| bucket.calls_counted > 0).await;
    drop(buckets);
    database.close().await;
    says_that_the_database_is_away(&server, id);

    let database = server::postgres::open(&storage).await.expect("it starts again");
    let buckets = at_rest(&database.pool).await;
    let bucket = when(&buckets, id, is_done).await;
    all_is_well(&database.pool, &dir.path().join("data"), &bucket, calls).await;
    let page = server.page(&format!("/sources/{id}"));
    assert!(page.starts_with("HTTP/1.0 200") && !page.contains("does not answer"), "{page}");
    server.kill();
    drop(buckets);
    database.close().await;
}

/// `helped`: the pauses are cut short.
async fn stop_store(pool: PgPool, objects: u64, times: i64, helped: bool) {
    let (mut s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("it starts");
    let buckets = Buckets::start(&uploads, s3.access().await);
    s3.bring(Rule::gets("7.json.gz", Fault::BreakOff(700), 40));
    let (id, calls) = begin(&buckets, &s3, objects).await;
    for time in 0..times {
        when(&buckets, id, |bucket| bucket.calls_counted > calls * time / (times + 1)).await;
        s3.stop();
        let bucket = when(&buckets, id, |bucket| !bucket.trouble.is_empty() || is_done(bucket)).await;
        assert!(bucket.trouble.contains("no answer"), "{}", bucket.trouble);
        assert!(trail::counted(&pool).await <= calls);
        s3.go_on();
        if helped {
            hurry(&pool).await;
        }
        when(&buckets, id, |bucket| bucket.trouble.is_empty()).await;
    }
    let bucket = when(&buckets, id, is_done).await;
    all_is_well(&pool, dir.path(), &bucket, calls).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_store_that_goes_away_in_the_middle_is_waited_for(pool: PgPool) {
    stop_store(pool, OBJECTS, 1, true).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
#[ignore = "it waits for pauses of half a minute and more: make chaos"]
async fn a_store_that_goes_away_again_and_again_is_waited_for(pool: PgPool) {
    stop_store(pool, MANY, 3, false).await;
}
