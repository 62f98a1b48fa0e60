//! Deadlines: presets, one's own, and how their dates move.

use crate::world;
use app::{
    api::ApiError,
    model::{
        call::Scope,
        deadline::{Deadline, DeadlineEdit, Origin},
        tls::TlsVersion,
    },
    store::Store,
};
use server::{db, tally::Tls};
use sqlx::PgPool;

fn edit(name: &str, date: &str) -> DeadlineEdit {
    DeadlineEdit {
        id: None,
        name: name.into(),
        date: date.parse().unwrap(),
        scope: Some(Scope::Aws),
        services: vec!["s3".into()],
        minimum: TlsVersion::Tls12,
        source_url: "https://example.com/".into(),
        note: "agreed".into(),
    }
}

fn dates(deadline: &Deadline) -> Vec<String> {
    deadline.history.iter().map(|revision| format!("{} {}", revision.announced, revision.date)).collect()
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn presets_come_with_sources_and_history(pool: PgPool) {
    let deadlines = world::store(&pool, "2026-06-12").await.deadlines().await.unwrap();
    assert!(deadlines.iter().all(|d| d.origin == Origin::Preset && d.source_url.starts_with("https://")));
    assert!(deadlines.is_sorted_by_key(|d| d.date));
    let aws = deadlines.iter().find(|d| d.name == "AWS: TLS 1.2 minimum").unwrap();
    assert_eq!((aws.date.to_string(), aws.scope), ("2023-12-31".into(), Some(Scope::Aws)));
    assert_eq!(dates(aws), ["2022-06-28 2023-06-28", "2023-06-28 2023-12-31"]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_moved_date_is_added_to_the_history(pool: PgPool) {
    let store = world::store(&pool, "2026-06-12").await;
    let id = store.save_deadline(edit("Ours", "2026-09-01")).await.unwrap();
    store.save_deadline(DeadlineEdit { id: Some(id), ..edit("Ours", "2026-09-01") }).await.unwrap();
    let later = world::store(&pool, "2026-08-20").await;
    later.save_deadline(DeadlineEdit { id: Some(id), ..edit("Ours, moved", "2026-12-01") }).await.unwrap();
    let deadlines = later.deadlines().await.unwrap();
    let ours = deadlines.iter().find(|d| d.id == id).unwrap();
    assert_eq!(dates(ours), ["2026-06-12 2026-09-01", "2026-08-20 2026-12-01"]);
    assert_eq!((ours.name.as_str(), ours.date.to_string().as_str()), ("Ours, moved", "2026-12-01"));
    assert_eq!((ours.origin, ours.services.as_slice()), (Origin::Own, ["s3".to_owned()].as_slice()));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_cannot_be_saved_says_why(pool: PgPool) {
    let store = world::store(&pool, "2026-06-12").await;
    let id = store.save_deadline(edit("Ours", "2026-09-01")).await.unwrap();
    let taken = Err(ApiError::Invalid("There is another deadline named “Ours”.".into()));
    assert_eq!(store.save_deadline(edit(" Ours ", "2027-01-01")).await, taken);
    let preset = store.deadlines().await.unwrap()[0].id;
    assert_eq!(store.save_deadline(DeadlineEdit { id: Some(preset), ..edit("Ours", "2027-01-01") }).await, taken);
    let nameless = store.save_deadline(edit("", "2027-01-01")).await;
    assert_eq!(nameless, Err(ApiError::Invalid("A deadline needs a name.".into())));
    store.remove_deadline(id).await.unwrap();
    let missing = ApiError::NotFound(format!("There is no deadline number {id}. It may have been removed."));
    assert_eq!(store.remove_deadline(id).await, Err(missing.clone()));
    assert_eq!(store.save_deadline(DeadlineEdit { id: Some(id), ..edit("Ours", "2027-01-01") }).await, Err(missing));
    let view = format!("deadline={id}").parse().unwrap();
    let unknown = format!("There is no deadline number {id}: choose one of the list.");
    assert_eq!(store.overview(&view).await, Err(ApiError::NotFound(unknown)));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn presets_can_be_changed_and_removed(pool: PgPool) {
    let store = world::store(&pool, "2026-06-12").await;
    for preset in store.deadlines().await.unwrap() {
        let moved = DeadlineEdit { id: Some(preset.id), ..edit(&preset.name, "2027-01-01") };
        store.save_deadline(moved).await.unwrap();
        store.remove_deadline(preset.id).await.unwrap();
    }
    assert_eq!(store.deadlines().await.unwrap(), []);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_saved_rule_decides_which_callers_are_kept(pool: PgPool) {
    let store = world::store(&pool, "2026-06-12").await;
    assert_eq!(kept_below(&pool).await, TlsVersion::Tls12);
    let everywhere = DeadlineEdit { minimum: TlsVersion::Tls13, ..edit("TLS 1.3 everywhere", "2028-01-01") };
    let id = store.save_deadline(everywhere).await.unwrap();
    assert_eq!(kept_below(&pool).await, TlsVersion::Tls13);
    store.remove_deadline(id).await.unwrap();
    assert_eq!(kept_below(&pool).await, TlsVersion::Tls12);
}

/// Below which version an upload that begins now keeps callers.
async fn kept_below(pool: &PgPool) -> TlsVersion {
    let mut conn = pool.acquire().await.unwrap();
    let queue = "insert into upload (kind, name, state) values ('upload', 'x', 'queued') returning id";
    let id = sqlx::query_scalar(queue).fetch_one(&mut *conn).await.unwrap();
    let code = db::upload::start_reading(&mut conn, id).await.unwrap().unwrap();
    Tls::from_code(code).unwrap().version()
}
