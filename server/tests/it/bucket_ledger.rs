//! A ledger of very many objects: what a round of following costs does not grow with it.

use crate::{
    bucket_ingest::{ACCOUNTS, key},
    ingest_trail as trail,
    s3_server::S3Server,
};
use chrono::{DateTime, Utc};
use server::ingest::{Buckets, Uploads};
use sqlx::PgPool;
use std::time::Duration;

/// As many as tell a look at each from a look at few.
const OBJECTS: i64 = 100_000;

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_round_looks_at_few_of_the_objects_that_are_remembered(pool: PgPool) {
    let options = pool.connect_options();
    let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("it starts");
    let buckets = Buckets::start(&uploads, s3.access().await);
    let id = buckets.connect(&s3.place("")).await.expect("connected");
    sqlx::query(
        "insert into log_file (upload_id, name, state, logged, packed)
         select $1, 'AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2020/01/01/' || n, 'done', '2020-01-01', 20000
         from generate_series(1, $2) n",
    )
    .bind(id)
    .bind(OBJECTS)
    .execute(&pool)
    .await
    .expect("remembered");
    sqlx::query("update bucket set objects = $2, objects_done = $2 where upload_id = $1")
        .bind(id)
        .bind(OBJECTS)
        .execute(&pool)
        .await
        .expect("counted");
    sqlx::query("analyze log_file").execute(&pool).await.expect("analyzed");

    let now: DateTime<Utc> = buckets.get(id).await.expect("a bucket").created;
    for n in 0..20 {
        s3.put(&key(ACCOUNTS[0], now, n), trail::file(n * 5..n * 5 + 5));
    }
    buckets.follow(id, true, 86_400).await.expect("followed");
    for _ in 0..3000 {
        if trail::counted(&pool).await == 100 && buckets.report(id).await.expect("a report").bucket.looked.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(trail::counted(&pool).await, 100);

    // Connections tell what they read when they end, at the latest.
    drop((buckets, uploads));
    pool.close().await;
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_with((*options).clone());
    let pool = pool.await.expect("connected");
    let read: i64 = sqlx::query_scalar(
        "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'log_file'",
    )
    .fetch_one(&pool)
    .await
    .expect("statistics");
    assert!(read > 0 && read < OBJECTS / 10, "{read} rows of the ledger were read");
    pool.close().await;
}
