//! What is to be listed of a backfill: a month of a trail at a time, newest first.

use crate::db::text::storable;
use app::model::source::ListingFailed;
use chrono::NaiveDate;
use sqlx::PgConnection;

/// Trails are to be found, before anything else.
pub const FIND: &str = "";

/// Asks for what is not asked for already; what failed is tried again.
pub async fn insert(conn: &mut PgConnection, id: i64, listings: &[(String, Option<NaiveDate>)]) -> sqlx::Result<()> {
    let (folders, months): (Vec<String>, Vec<Option<NaiveDate>>) = listings.iter().cloned().unzip();
    sqlx::query!(
        "insert into bucket_listing (upload_id, folder, month)
         select $1, * from unnest($2::text[], $3::date[])
         on conflict (upload_id, folder, month) do update set
                state = 'waiting', reason = '', after = '', attempts = 0, retry_at = null",
        id,
        &folders,
        &months as &[Option<NaiveDate>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what cannot be listed.
pub async fn insert_failed(conn: &mut PgConnection, id: i64, folder: &str, reason: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into bucket_listing (upload_id, folder, month, state, reason) values ($1, $2, null, 'failed', $3)
         on conflict (upload_id, folder, month) do update set state = 'failed', reason = excluded.reason, lease = null",
        id,
        folder,
        &*storable(reason)
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub struct Listing {
    pub id: i64,
    pub folder: String,
    pub month: Option<NaiveDate>,
    pub after: String,
    pub attempts: i32,
}

/// Leases the next one.
pub async fn take(conn: &mut PgConnection, id: i64, lease: i64) -> sqlx::Result<Option<Listing>> {
    sqlx::query_as!(
        Listing,
        "update bucket_listing set lease = $2, attempts = attempts + 1 where id = (
             select l.id from bucket_listing l join bucket b on b.upload_id = l.upload_id and not b.paused
             where l.upload_id = $1 and l.state = 'waiting' and l.lease is null and (l.retry_at is null or l.retry_at <= now())
             order by l.month desc nulls first, l.id limit 1 for update of l skip locked)
         returning id, folder, month, after, attempts",
        id,
        lease
    )
    .fetch_optional(conn)
    .await
}

/// It got further; false if it is not asked for any more.
pub async fn go_on(conn: &mut PgConnection, listing: i64, after: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!("update bucket_listing set after = $2, attempts = 0 where id = $1", listing, after);
    Ok(done.execute(conn).await?.rows_affected() == 1)
}

/// False if it is not asked for any more.
pub async fn done(conn: &mut PgConnection, listing: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!("delete from bucket_listing where id = $1", listing);
    Ok(done.execute(conn).await?.rows_affected() == 1)
}

/// Waits for another attempt after so many seconds (at once: nothing was wrong with it), or for somebody who can do something about it.
pub async fn put_back(conn: &mut PgConnection, listing: i64, reason: &str, retry: Option<f64>) -> sqlx::Result<()> {
    sqlx::query!(
        "update bucket_listing set lease = null, reason = $2, attempts = case when $3::float8 = 0 then 0 else attempts end, state = case when $3::float8 is null then 'failed' else 'waiting' end,
                retry_at = now() + make_interval(secs => $3) where id = $1",
        listing,
        &*storable(reason),
        retry
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those that failed wait again.
pub async fn retry(conn: &mut PgConnection, id: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "update bucket_listing set state = 'waiting', reason = '', attempts = 0, retry_at = null
         where upload_id = $1 and state = 'failed'",
        id
    );
    Ok(done.execute(conn).await?.rows_affected())
}

pub async fn failed(conn: &mut PgConnection, id: i64) -> sqlx::Result<Vec<ListingFailed>> {
    sqlx::query_as!(
        ListingFailed,
        r#"select folder || coalesce(to_char(month, 'YYYY/MM/'), '') as "prefix!", reason from bucket_listing
           where upload_id = $1 and state = 'failed' order by folder, month limit 500"#,
        id
    )
    .fetch_all(conn)
    .await
}
