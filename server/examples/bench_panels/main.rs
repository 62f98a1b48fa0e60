//! How long each panel takes over more than ten million hourly rows: `cargo run --release --example bench_panels`.
//!
//! `DATABASE_URL` names a Postgres; the data lies in a database of its own beside it (`…_bench_panels`), filled once. Or
//! `SUNSET_DATA_DIR` names a folder for an embedded one that holds nothing else.

mod views;

use anyhow::Context as _;
use app::{store::Store, view::View};
use server::{
    config::Storage,
    db,
    ingest::{Buckets, Uploads},
    postgres,
    source::bucket::{Access, Endpoints},
    store::PgStore,
};
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgConnectOptions};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// What p99 is held against.
const TARGET_MS: f64 = 50.0;

/// Each panel answers each view this often.
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (options, embedded) = match std::env::var("DATABASE_URL") {
        Ok(url) => (own_database(&url).await?, None),
        Err(_) => {
            let folder = std::env::var("SUNSET_DATA_DIR")
                .context("set DATABASE_URL or SUNSET_DATA_DIR to a place that may hold some gigabytes")?;
            let storage = Storage { data_dir: Some(folder.into()), database_url: None };
            let embedded = postgres::open(&storage).await?;
            ((*embedded.pool.connect_options()).clone(), Some(embedded))
        }
    };
    let pool = db::read::pool(options).await?;
    fill(&pool).await?;
    let rows = sqlx::query_scalar::<_, i64>("select count(*) from call_hour").fetch_one(&pool).await?;
    let callers = sqlx::query_scalar::<_, i64>("select count(*) from caller").fetch_one(&pool).await?;
    println!("{rows} hourly rows, {callers} callers, {} views, {ROUNDS} rounds", views::VIEWS.len());

    let folder = tempfile::tempdir()?;
    let uploads = Uploads::start(pool.clone(), folder.path()).await?;
    let buckets = Buckets::start(&uploads, Access::from_environment(Endpoints::default()).await?);
    let today = Arc::new(|| chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_640));
    let store = PgStore::with_clock(pool, uploads, buckets, today);
    println!("{:<14}{:>10}{:>10}{:>10}  slowest view", "panel", "p50 ms", "p99 ms", "max ms");
    for panel in PANELS {
        report(panel, measure(&store, panel).await?);
    }
    drop(store);
    if let Some(embedded) = embedded {
        embedded.close().await;
    }
    Ok(())
}

/// The same server, another database; made where it is missing.
async fn own_database(url: &str) -> anyhow::Result<PgConnectOptions> {
    let options: PgConnectOptions = url.parse()?;
    let name = format!("{}_bench_panels", options.get_database().unwrap_or("tls_sunset"));
    let mut conn = PgConnection::connect_with(&options).await?;
    let exists = sqlx::query_scalar::<_, bool>("select exists (select from pg_database where datname = $1)");
    if !exists.bind(&name).fetch_one(&mut conn).await? {
        let create = format!("create database \"{}\"", name.replace('"', "\"\""));
        sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut conn).await?;
    }
    Ok(options.database(&name))
}

async fn fill(pool: &PgPool) -> anyhow::Result<()> {
    db::MIGRATOR.run(pool).await?;
    let is_filled = sqlx::query_scalar::<_, bool>("select exists (select from coverage_day)").fetch_one(pool).await?;
    if !is_filled {
        eprintln!("filling the database, once; this takes some minutes …");
        let mut tx = pool.begin().await?;
        sqlx::raw_sql("set local statement_timeout = 0").execute(&mut *tx).await?;
        sqlx::raw_sql(include_str!("fill.sql")).execute(&mut *tx).await?;
        tx.commit().await?;
        let mut conn = pool.acquire().await?;
        sqlx::raw_sql("set statement_timeout = 0").execute(&mut *conn).await?;
        db::pack::pack(&mut conn).await?;
        sqlx::raw_sql("vacuum analyze").execute(&mut *conn).await?;
        sqlx::raw_sql("set statement_timeout = '20s'").execute(&mut *conn).await?;
    }
    Ok(())
}

const PANELS: [&str; 8] =
    ["overview", "trend", "versions", "services", "callers", "open callers", "coverage", "points"];

async fn ask(store: &PgStore, panel: &str, view: &View) -> Result<(), app::api::ApiError> {
    match panel {
        "overview" => store.overview(view).await.map(drop),
        "trend" => store.trend(view).await.map(drop),
        "versions" => store.versions(view).await.map(drop),
        "services" => store.services(view).await.map(drop),
        "callers" => store.callers(view).await.map(drop),
        "open callers" => store.open_callers(view).await.map(drop),
        "coverage" => store.coverage(view).await.map(drop),
        _ => store.points(view).await.map(drop),
    }
}

/// Every view, some times over; the first round only warms the cache.
async fn measure(store: &PgStore, panel: &str) -> anyhow::Result<Vec<(Duration, &'static str)>> {
    let mut times = Vec::new();
    for round in 0..=ROUNDS {
        for query in views::VIEWS {
            let view: View = query.parse()?;
            let start = Instant::now();
            ask(store, panel, &view).await?;
            if round > 0 {
                times.push((start.elapsed(), *query));
            }
        }
    }
    times.sort_unstable();
    Ok(times)
}

fn report(panel: &str, times: Vec<(Duration, &str)>) {
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].0.as_secs_f64() * 1000.0;
    let slowest = times.last().map_or("", |(_, view)| view);
    let missed = if at(0.99) > TARGET_MS { "  MISSED" } else { "" };
    println!("{panel:<14}{:>10.1}{:>10.1}{:>10.1}  ?{slowest}{missed}", at(0.5), at(0.99), at(1.0));
    if std::env::var_os("BENCH_VIEWS").is_some() {
        for (time, view) in times.iter().rev().step_by(ROUNDS).take(12) {
            println!("{:>36.1}  ?{view}", time.as_secs_f64() * 1000.0);
        }
    }
}
