//! Buckets: where each is, what was asked for, and how far that is. `listing` (what is to be listed), `object` (what is to be
//! read), `trail` (up to when there are logs), `queue` (what tells of new objects), `work` (who finds something to do).

pub mod listing;
pub mod object;
pub mod queue;
pub mod trail;
pub mod work;

use super::text::parse;
use app::model::source::{Bucket, BucketChoice, BucketPlace, BucketProgress, BucketQueue};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::PgConnection;

pub async fn insert(conn: &mut PgConnection, upload_id: i64, place: &BucketPlace) -> sqlx::Result<()> {
    sqlx::query!("insert into bucket (upload_id, place) values ($1, $2)", upload_id, json(place)?)
        .execute(conn)
        .await?;
    Ok(())
}

struct Row {
    id: i64,
    state: String,
    created: DateTime<Utc>,
    place: Value,
    choice: Value,
    paused: bool,
    following: bool,
    follow_every: i32,
    looked: Option<DateTime<Utc>>,
    next_look: Option<DateTime<Utc>>,
    trouble: String,
    calls_counted: i64,
    calls_already_counted: i64,
    calls_unknown: i64,
    records_skipped: i64,
    objects: i64,
    bytes: i64,
    objects_done: i64,
    bytes_done: i64,
    files_failed: i64,
    listings_left: i64,
    bytes_per_second: Option<f64>,
    queue_url: Option<String>,
    queue_since: Option<DateTime<Utc>>,
    queue_answered: Option<DateTime<Utc>>,
    queue_told_at: Option<DateTime<Utc>>,
    queue_told: Option<i64>,
    queue_others: Option<i64>,
    queue_trouble: Option<String>,
    queue_is_relied_on: Option<bool>,
}

/// One bucket, or all of them, newest first.
pub async fn list(conn: &mut PgConnection, id: Option<i64>) -> sqlx::Result<Vec<Bucket>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select u.id, u.state, u.created, b.place, b.choice, b.paused, b.following, b.follow_every, b.looked, b.next_look,
                b.trouble, u.calls_counted, u.calls_already_counted, u.calls_unknown, u.records_skipped, b.objects, b.bytes,
                b.objects_done, b.bytes_done, u.files_failed,
                (select count(*) from bucket_listing l where l.upload_id = u.id and l.state = 'waiting') as "listings_left!",
                case when u.state = 'reading' and not b.paused and b.pace_at > now() - interval '2 minutes'
                     then (b.bytes_done - b.before_bytes) / nullif(extract(epoch from now() - b.before_at), 0) end::float8
                    as bytes_per_second,
                q.url as "queue_url?", q.since as queue_since, q.answered as queue_answered, q.told_at as queue_told_at,
                q.told as "queue_told?", q.others as "queue_others?", q.trouble as "queue_trouble?",
                is_relied_on(q) as queue_is_relied_on
         from bucket b join upload u on u.id = b.upload_id left join bucket_queue q on q.upload_id = b.upload_id
         where $1::bigint is null or u.id = $1 order by u.id desc"#,
        id
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::into_model).collect()
}

impl Row {
    fn into_model(self) -> sqlx::Result<Bucket> {
        let waiting = self.objects - self.objects_done;
        let seconds_left = self.bytes_per_second.filter(|speed| *speed > 0.0);
        let seconds_left = seconds_left.map(|speed| ((self.bytes - self.bytes_done) as f64 / speed).ceil() as i64);
        let queue = self.queue_url.map(|url| BucketQueue {
            url,
            since: self.queue_since,
            answered: self.queue_answered,
            told_at: self.queue_told_at,
            told: self.queue_told.unwrap_or_default(),
            others: self.queue_others.unwrap_or_default(),
            trouble: self.queue_trouble.unwrap_or_default(),
            is_relied_on: self.queue_is_relied_on.unwrap_or_default(),
        });
        Ok(Bucket {
            id: self.id,
            place: from_json(self.place)?,
            choice: from_json(self.choice)?,
            state: parse(&self.state)?,
            is_paused: self.paused,
            is_followed: self.following,
            follow_every: self.follow_every,
            looked: self.looked,
            next_look: self.next_look.filter(|_| self.following),
            queue,
            trouble: self.trouble,
            created: self.created,
            progress: BucketProgress {
                listings_left: self.listings_left,
                listed: self.objects,
                waiting,
                read: self.objects_done,
                failed: self.files_failed,
                bytes: self.bytes,
                bytes_read: self.bytes_done,
                bytes_per_second: self.bytes_per_second,
                seconds_left: seconds_left.filter(|_| waiting > 0),
            },
            calls_counted: self.calls_counted,
            calls_already_counted: self.calls_already_counted,
            calls_unknown: self.calls_unknown,
            records_skipped: self.records_skipped,
        })
    }
}

/// The bucket that is connected at this place.
pub async fn at(conn: &mut PgConnection, place: &BucketPlace) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select min(upload_id) from bucket where place = $1", json(place)?).fetch_one(conn).await
}

/// Something more is to be done: it reads again, whatever came before.
pub async fn reopen(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update upload set state = 'reading', started = coalesce(started, now()), finished = null, reason = '',
                cancel_requested = false where id = $1",
        id
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("update bucket set trouble = '', retry_at = null where upload_id = $1", id).execute(conn).await?;
    Ok(())
}

pub async fn choose(conn: &mut PgConnection, id: i64, choice: &BucketChoice) -> sqlx::Result<()> {
    sqlx::query!("update bucket set choice = $2 where upload_id = $1", id, json(choice)?).execute(conn).await?;
    Ok(())
}

/// False if there is no such bucket.
pub async fn pause(conn: &mut PgConnection, id: i64, paused: bool) -> sqlx::Result<bool> {
    let done = sqlx::query!("update bucket set paused = $2, retry_at = null where upload_id = $1", id, paused);
    Ok(done.execute(conn).await?.rows_affected() == 1)
}

/// From now on, so often. False if there is no such bucket.
pub async fn follow(conn: &mut PgConnection, id: i64, following: bool, every: i32) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update bucket set following = $2, follow_every = $3, next_look = case when $2 then now() end,
                follow_from = coalesce(follow_from, case when $2 then now() end) where upload_id = $1",
        id,
        following,
        every
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the leases of whoever works on it, when they do not commit anything.
pub async fn end_leases(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from lease where token in (
             select lease from log_file where upload_id = $1 and state = 'waiting' and lease is not null
             union select lease from bucket_listing where upload_id = $1 and lease is not null
             union select lease from bucket where upload_id = $1
             union select lease from bucket_queue where upload_id = $1)",
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes back what waits.
pub async fn cancel(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update bucket set following = false, next_look = null where upload_id = $1", id)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from bucket_listing where upload_id = $1", id).execute(&mut *conn).await?;
    sqlx::query!(
        "with gone as (delete from log_file where upload_id = $1 and state = 'waiting' and records_read = 0 returning packed)
         update bucket b set objects = b.objects - g.objects, bytes = b.bytes - g.bytes
         from (select count(*) as objects, coalesce(sum(packed), 0)::bigint as bytes from gone) g where upload_id = $1",
        id
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("update bucket set objects_done = objects, bytes_done = bytes where upload_id = $1", id)
        .execute(conn)
        .await?;
    Ok(())
}

/// What keeps all of it from being read, until so many seconds have gone by.
pub async fn trouble(conn: &mut PgConnection, id: i64, words: &str, seconds: f64) -> sqlx::Result<()> {
    sqlx::query!(
        "update bucket set trouble = $2, retry_at = now() + make_interval(secs => $3) where upload_id = $1",
        id,
        &*super::text::storable(words),
        seconds
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn no_trouble(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update bucket set trouble = '', retry_at = null where upload_id = $1 and trouble <> ''", id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds to what is there and not read, `{kind: number}`.
pub async fn add_others(conn: &mut PgConnection, id: i64, others: &[(String, i64)]) -> sqlx::Result<()> {
    let (kinds, numbers): (Vec<String>, Vec<i64>) = others.iter().cloned().unzip();
    sqlx::query!(
        "update bucket set others = others || (
             select coalesce(jsonb_object_agg(kind, coalesce((others ->> kind)::bigint, 0) + number), '{}')
             from unnest($2::text[], $3::bigint[]) o (kind, number)) where upload_id = $1",
        id,
        &kinds,
        &numbers
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn others(conn: &mut PgConnection, id: i64) -> sqlx::Result<Value> {
    sqlx::query_scalar!("select others from bucket where upload_id = $1", id).fetch_one(conn).await
}

fn json(value: &impl serde::Serialize) -> sqlx::Result<Value> {
    serde_json::to_value(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

fn from_json<T: DeserializeOwned>(value: Value) -> sqlx::Result<T> {
    serde_json::from_value(value).map_err(|error| sqlx::Error::Decode(error.into()))
}
