//! Objects of a bucket in the ledger: 'waiting' from their listing to their end.

use crate::db::{log_file::Mark, text::storable};
use chrono::NaiveDate;
use sqlx::PgConnection;

/// An object as it was listed.
pub struct Listed {
    pub key: String,
    pub bytes: i64,
    pub day: NaiveDate,
}

/// Remembers those that are new; answers how many.
pub async fn insert(conn: &mut PgConnection, id: i64, objects: &[Listed]) -> sqlx::Result<i64> {
    let keys: Vec<String> = objects.iter().map(|object| object.key.clone()).collect();
    let bytes: Vec<i64> = objects.iter().map(|object| object.bytes).collect();
    let days: Vec<NaiveDate> = objects.iter().map(|object| object.day).collect();
    sqlx::query_scalar!(
        r#"with new as (
               insert into log_file (upload_id, name, packed, logged, state)
               select $1, key, bytes, day, 'waiting' from unnest($2::text[], $3::bigint[], $4::date[]) o (key, bytes, day)
               on conflict (upload_id, name) do nothing returning packed)
           update bucket b set objects = b.objects + n.objects, bytes = b.bytes + n.bytes
           from (select count(*) as objects, coalesce(sum(packed), 0)::bigint as bytes from new) n
           where upload_id = $1 returning n.objects as "objects!""#,
        id,
        &keys,
        &bytes,
        &days
    )
    .fetch_one(conn)
    .await
}

/// An object that is to be read.
#[derive(Debug)]
pub struct Waiting {
    pub id: i64,
    pub key: String,
    pub bytes: i64,
    /// This one included.
    pub attempts: i32,
    pub tries: i32,
    /// Why it could not be had the last time; empty if it was not tried.
    pub reason: String,
}

/// Leases the next objects, newest days first: at most so many, and about so many bytes (a megabyte for one whose size was not
/// told). One that was begun twice and not
/// ended comes alone, so that whatever ends the process is told from what was only beside it.
pub async fn take(conn: &mut PgConnection, id: i64, lease: i64, most: i64, bytes: i64) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        r#"with next as (
               select f.id, f.logged, coalesce(nullif(f.packed, 0), 1000000) as size, f.attempts from log_file f
               join bucket b on b.upload_id = f.upload_id and not b.paused
               where f.upload_id = $1 and f.state = 'waiting' and f.lease is null and (f.retry_at is null or f.retry_at <= now())
               order by f.logged desc, f.id limit $3 for update of f skip locked),
           counted as (
               select id, attempts, (sum(size) over w)::bigint - size as before, row_number() over w as n,
                      first_value(attempts) over w as first_attempts
               from next window w as (order by logged desc, id))
           update log_file f set lease = $2, attempts = f.attempts + 1 from counted c
           where f.id = c.id and (c.n = 1 or c.before < $4 and c.attempts < 2 and c.first_attempts < 2)
           returning f.id, f.name as key, f.packed as bytes, f.attempts, f.tries, f.reason"#,
        id,
        lease,
        most,
        bytes
    )
    .fetch_all(conn)
    .await
}

/// How far these objects, and members of those that are archives, were read before.
pub async fn marks(conn: &mut PgConnection, id: i64, keys: &[String]) -> sqlx::Result<Vec<Mark>> {
    sqlx::query_as!(
        Mark,
        r#"select f.name as "name!", f.state not in ('waiting', 'reading') as "finished!", f.records_read as "records_read!"
           from unnest($2::text[]) k (key)
           join log_file f on f.upload_id = $1 and (f.name = k.key or f.name > k.key || '!' and f.name < k.key || '"')"#,
        id,
        keys
    )
    .fetch_all(conn)
    .await
}

/// Of these log files, the objects that have not ended yet: how many, and their bytes.
pub async fn not_ended(conn: &mut PgConnection, id: i64, names: &[String]) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) as "objects!", coalesce(sum(packed), 0)::bigint as "bytes!" from log_file
           where upload_id = $1 and name = any($2) and state = 'waiting'"#,
        id,
        names
    )
    .fetch_one(conn)
    .await?;
    Ok((row.objects, row.bytes))
}

/// Of a chunk that was read: what has not ended by itself is an archive, whose members have. Answers how many, and their bytes.
pub async fn end(conn: &mut PgConnection, ids: &[i64], lease: i64) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"with ended as (
               update log_file set state = 'done', reason = '', lease = null, attempts = 0
               where id = any($1) and state = 'waiting' and lease = $2 returning packed)
           select count(*) as "objects!", coalesce(sum(packed), 0)::bigint as "bytes!" from ended"#,
        ids,
        lease
    )
    .fetch_one(conn)
    .await?;
    Ok((row.objects, row.bytes))
}

/// So many more have ended.
pub async fn add_done(conn: &mut PgConnection, id: i64, objects: i64, bytes: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update bucket set objects_done = objects_done + $2, bytes_done = bytes_done + $3,
                before_at = case when pace_at > now() - interval '30 seconds' then before_at
                                 when pace_at > now() - interval '2 minutes' then pace_at else now() end,
                before_bytes = case when pace_at > now() - interval '30 seconds' then before_bytes
                                    when pace_at > now() - interval '2 minutes' then pace_bytes else bytes_done end,
                pace_bytes = case when pace_at > now() - interval '30 seconds' then pace_bytes else bytes_done end,
                pace_at = case when pace_at > now() - interval '30 seconds' then pace_at else now() end
         where upload_id = $1",
        id,
        objects,
        bytes
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Could not be had now, for this reason: waits so many seconds.
pub async fn put_back(
    conn: &mut PgConnection,
    object: i64,
    lease: i64,
    reason: &str,
    seconds: f64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update log_file set lease = null, attempts = attempts - 1, tries = tries + 1, reason = $3,
                retry_at = now() + make_interval(secs => $4) where id = $1 and lease = $2",
        object,
        lease,
        &*storable(reason),
        seconds
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nothing is wrong with it, but nothing can be done with it for so many seconds.
pub async fn wait(conn: &mut PgConnection, object: i64, lease: i64, seconds: f64) -> sqlx::Result<()> {
    sqlx::query!(
        "update log_file set lease = null, attempts = attempts - 1, retry_at = now() + make_interval(secs => $3)
         where id = $1 and lease = $2",
        object,
        lease,
        seconds
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// They were not even begun.
pub async fn give_back(conn: &mut PgConnection, ids: &[i64], lease: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update log_file set lease = null, attempts = attempts - 1 where id = any($1) and lease = $2 and state = 'waiting'",
        ids,
        lease
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those that failed wait again; answers how many.
pub async fn retry(conn: &mut PgConnection, id: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"with again as (
               update log_file set state = 'waiting', reason = '', attempts = 0, tries = 0, retry_at = null
               where upload_id = $1 and state = 'failed' and logged is not null returning packed),
           n as (select count(*) as objects, coalesce(sum(packed), 0)::bigint as bytes from again),
           u as (update upload set files_total = files_total - n.objects, files_failed = files_failed - n.objects
                 from n where id = $1)
           update bucket set objects_done = objects_done - n.objects, bytes_done = bytes_done - n.bytes
           from n where upload_id = $1 returning n.objects as "objects!""#,
        id
    )
    .fetch_one(conn)
    .await
}
