//! The queue that tells of a bucket's new objects, and who listens to it.

use crate::db::text::storable;
use app::model::source::BucketChoice;
use sqlx::PgConnection;

/// The bucket that the queue tells of, if it is another one.
pub async fn taken(conn: &mut PgConnection, id: i64, url: &str) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select upload_id from bucket_queue where url = $2 and upload_id <> $1", id, url)
        .fetch_optional(conn)
        .await
}

/// From now on this one, or none. It is tried at once, whatever its trouble was.
pub async fn set(conn: &mut PgConnection, id: i64, url: Option<&str>) -> sqlx::Result<()> {
    // In the order of those who listen: the lease, then what is under it.
    sqlx::query!(
        "delete from lease where token = (select lease from bucket_queue where upload_id = $1 and url is distinct from $2)",
        id,
        url
    )
    .execute(&mut *conn)
    .await?;
    // Nobody knows what the one before would have told.
    sqlx::query!(
        "with gone as (delete from bucket_queue where upload_id = $1 and url is distinct from $2 returning upload_id)
         update bucket b set next_look = least(next_look, now()) from gone g where b.upload_id = g.upload_id and following",
        id,
        url
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into bucket_queue (upload_id, url) select $1, $2 where $2::text is not null
         on conflict (upload_id) do update set retry_at = null",
        id,
        url
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nobody listens any more; what was received and not noted yet comes again.
pub async fn end_lease(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from lease where token = (select lease from bucket_queue where upload_id = $1)", id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Buckets whose queues nobody listens to, and somebody should.
pub async fn due(conn: &mut PgConnection) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select q.upload_id from bucket_queue q join bucket b on b.upload_id = q.upload_id
         where b.following and not b.paused and q.lease is null and (q.retry_at is null or q.retry_at <= now())
         order by q.upload_id"
    )
    .fetch_all(conn)
    .await
}

/// Leases the queue of a bucket and answers its address; nothing if somebody else listens, or nobody should.
pub async fn take(conn: &mut PgConnection, id: i64, lease: i64) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "update bucket_queue set lease = $2 where upload_id = (
             select q.upload_id from bucket_queue q join bucket b on b.upload_id = q.upload_id
             where q.upload_id = $1 and b.following and not b.paused and q.lease is null
             and (q.retry_at is null or q.retry_at <= now()) for update of q skip locked)
         returning url",
        id,
        lease
    )
    .fetch_optional(conn)
    .await
}

/// What is wanted of the bucket, for as long as whoever holds this lease should listen.
pub async fn wanted(conn: &mut PgConnection, id: i64, lease: i64) -> sqlx::Result<Option<BucketChoice>> {
    let choice = sqlx::query_scalar!(
        "select b.choice from bucket_queue q join bucket b on b.upload_id = q.upload_id
         where q.upload_id = $1 and q.lease = $2 and b.following and not b.paused",
        id,
        lease
    );
    choice.fetch_optional(conn).await?.map(super::from_json).transpose()
}

/// What came with an answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Heard {
    /// Objects that were to be read, known before or not.
    pub wanted: i64,
    pub new: i64,
    /// Messages that are left in the queue, and came for the first time.
    pub others: i64,
}

pub async fn answered(conn: &mut PgConnection, id: i64, heard: Heard) -> sqlx::Result<()> {
    sqlx::query!(
        "update bucket_queue set since = coalesce(since, now()), answered = now(), trouble = '', retry_at = null,
                told_at = case when $2::bigint > 0 then now() else told_at end, told = told + $3, others = others + $4
         where upload_id = $1",
        id,
        heard.wanted,
        heard.new,
        heard.others
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It cannot be listened to until so many seconds have gone by: listing takes over at once.
pub async fn trouble(conn: &mut PgConnection, id: i64, words: &str, seconds: f64) -> sqlx::Result<()> {
    sqlx::query!(
        "update bucket set next_look = least(next_look, now()) where upload_id = $1 and following
         and exists (select from bucket_queue where upload_id = $1 and since is not null)",
        id
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update bucket_queue set since = null, trouble = $2, retry_at = now() + make_interval(secs => $3) where upload_id = $1",
        id,
        &*storable(words),
        seconds
    )
    .execute(conn)
    .await?;
    Ok(())
}
