//! How a link ends, and what its place says then.

use super::Office;
use chrono::TimeDelta;
use sqlx::PgPool;

/// A plain page with this status, which says nothing of what was shared and keeps the address to itself.
async fn is_plain(office: &Office, path: &str, status: u16, words: &str) {
    for path in [path.to_owned(), format!("{path}/callers.csv")] {
        let answer = office.web.get(&path).await;
        let page = answer.text();
        assert_eq!(answer.status, status, "{path}: {page}");
        assert!(page.contains(words) && page.starts_with("<!DOCTYPE html>"), "{path}: {page}");
        assert!(!page.contains("auditors") && !page.contains("TLS 1.0") && !page.contains("<script"), "{page}");
        assert!(!page.contains("href=\"/\""), "no way into the product: {page}");
        super::secret::is_kept_secret(&answer);
        let token = path.trim_start_matches("/s/").split('/').next().unwrap_or_default();
        // A short one may be a part of any word.
        assert!(token.len() < 5 || !page.contains(token), "{page}");
    }
}

const MISSING: &str = "There is no such link";
const GONE: &str = "This link has ended";

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_is_no_token_opens_nothing(pool: PgPool) {
    let office = Office::new(pool).await;
    let (id, path) = office.share(&[]).await;
    let longer = format!("{path}A");
    let shorter = path[..path.len() - 1].to_owned();
    let long = format!("/s/{}", "x".repeat(20_000));
    let id = format!("/s/{id}");
    let other = format!("/s/sunset_share_{}", "A".repeat(43));
    let without_prefix = path.replace("sunset_share_", "");
    let hashed: Vec<u8> =
        sqlx::query_scalar("select hash from share_token").fetch_one(&office.pool).await.expect("a hash");
    let hash: String = hashed.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = format!("/s/{hash}");
    for path in [
        "/s/%7Btoken%7D",
        "/s/:token",
        "/s/*",
        "/s/%00",
        "/s/%ff",
        "/s/..%2f..",
        "/s/null",
        "/s/undefined",
        &longer,
        &shorter,
        &long,
        &id,
        &other,
        &without_prefix,
        &hash,
    ] {
        is_plain(&office, path, 404, MISSING).await;
    }
    crate::access::guess::later(&office.pool, 601).await;
    for path in ["/s", "/s/", "/s//", "/s//callers.csv", "/s/a/b/c", "//s/a"] {
        let answer = office.web.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        super::secret::is_kept_secret(&answer);
    }
    crate::access::guess::later(&office.pool, 601).await;
    office.page(&path).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_link_ends_when_it_expires(pool: PgPool) {
    let office = Office::new(pool).await;
    let (id, path) = office.share(&[("days", "2")]).await;
    office.wait(TimeDelta::days(2) - TimeDelta::seconds(1));
    office.page(&path).await;
    office.wait(TimeDelta::seconds(1));
    is_plain(&office, &path, 410, GONE).await;
    assert!(office.page(&format!("/shares/{id}")).await.contains(">expired<"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_paused_link_can_be_resumed_and_a_revoked_one_cannot(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    for kind in ["frozen", "live"] {
        let (id, path) = office.share(&[("kind", kind), ("password", "hunter2hunter2")]).await;
        office.change(id, "pause").await;
        is_plain(&office, &path, 403, "This link is paused").await;
        assert_eq!(office.post(&path, "password=hunter2hunter2").await.status, 403, "also for who knows the password");
        office.change(id, "resume").await;
        assert_eq!(office.post(&path, "password=hunter2hunter2").await.status, 200);
        office.change(id, "revoke").await;
        is_plain(&office, &path, 410, GONE).await;
        for change in ["resume", "rotate", "expire&until=2026-05-30", "revoke"] {
            let answer = office.post("/fn/change_share", format!("id={id}&change={change}")).await;
            assert!(answer.header("location").contains("__err="), "{change}: {:?}", answer.headers);
        }
        is_plain(&office, &path, 410, GONE).await;
    }
    let left: Vec<String> = sqlx::query_scalar("select coalesce(statement::text, '') || coalesce(view, '') || coalesce(mask_key::text, '') || coalesce(password, '') from share")
        .fetch_all(&pool)
        .await
        .expect("rows");
    assert_eq!(left, ["\\x", "\\x"], "what it showed is gone");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_replaced_link_is_dead_at_once(pool: PgPool) {
    let office = Office::new(pool).await;
    let (id, old) = office.share(&[]).await;
    let page = office.page(&old).await;
    office.change(id, "rotate").await;
    is_plain(&office, &old, 410, GONE).await;
    let new = office.link(id).await.expect("a new link");
    assert_ne!(old, new);
    assert_eq!(office.page(&new).await, page.replace(&old, &new), "it shows the same");
    assert_eq!(office.link(id).await, None, "a link is shown once");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn links_of_somebody_who_is_disabled_are_paused(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    let (id, path) = office.share(&[]).await;
    let set = async |disabled: bool| {
        sqlx::query(
            "insert into person (name, role, disabled) values ('local', 'analyst', $1)
             on conflict (lower(name)) do update set disabled = excluded.disabled",
        )
        .bind(disabled)
        .execute(&pool)
        .await
        .expect("a person");
    };
    set(true).await;
    is_plain(&office, &path, 403, "This link is paused").await;
    set(false).await;
    office.page(&path).await;
    assert!(
        sqlx::query_scalar::<_, bool>("select not paused from share where id = $1")
            .bind(id)
            .fetch_one(&pool)
            .await
            .expect("a row")
    );
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn all_links_of_a_person_can_be_revoked(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    let (_, one) = office.share(&[]).await;
    let (_, two) = office.share(&[]).await;
    let (other, others) = office.share(&[]).await;
    sqlx::query("update share set creator = 'somebody else' where id = $1")
        .bind(other)
        .execute(&pool)
        .await
        .expect("another");
    let answer = office.post("/fn/revoke_shares", "creator=local").await;
    assert_eq!(answer.header("location"), "/shares");
    is_plain(&office, &one, 410, GONE).await;
    is_plain(&office, &two, 410, GONE).await;
    office.page(&others).await;
}
