//! Who finds something to do.

use sqlx::PgConnection;

/// Buckets in which something waits that nobody works on, longest known first.
pub async fn waiting(conn: &mut PgConnection) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select b.upload_id from bucket b join upload u on u.id = b.upload_id
         where not b.paused and u.state = 'reading' and (b.retry_at is null or b.retry_at <= now())
         and (exists (select from bucket_listing l where l.upload_id = b.upload_id and l.state = 'waiting'
                      and l.lease is null and (l.retry_at is null or l.retry_at <= now()))
              or exists (select from log_file f where f.upload_id = b.upload_id and f.state = 'waiting'
                         and f.lease is null and (f.retry_at is null or f.retry_at <= now())))
         order by b.upload_id"
    )
    .fetch_all(conn)
    .await
}

/// Whether anything is still to be done for what was asked, by anybody.
pub async fn is_left(conn: &mut PgConnection, id: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from bucket_listing where upload_id = $1 and state = 'waiting')
               or exists (select from log_file where upload_id = $1 and state = 'waiting') as "left!""#,
        id
    )
    .fetch_one(conn)
    .await
}

/// Whether anything is to be done in any bucket that nothing keeps from being read.
pub async fn is_any_left(conn: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from bucket b join upload u on u.id = b.upload_id
                          where u.state = 'reading' and not b.paused and b.trouble = '') as "left!""#
    )
    .fetch_one(conn)
    .await
}

/// Ends those for which nothing is left.
pub async fn finish(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        "update upload u set state = 'done', finished = now()
         where kind = 'bucket' and state = 'reading'
         and not exists (select from bucket_listing l where l.upload_id = u.id and l.state = 'waiting')
         and not exists (select from log_file f where f.upload_id = u.id and f.state = 'waiting')"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// New objects wait. A bucket that was cancelled is followed only if somebody asked for that afterwards.
pub async fn reopen(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update upload set state = 'reading', started = coalesce(started, now()), finished = null, reason = '',
                cancel_requested = false where id = $1 and state in ('queued', 'done', 'cancelled')",
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Buckets in which to look for new objects now.
pub async fn due(conn: &mut PgConnection) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select upload_id from bucket where following and not paused and lease is null and next_look <= now()
         order by next_look"
    )
    .fetch_all(conn)
    .await
}

/// Leases the next look; false if somebody else looks.
pub async fn take_look(conn: &mut PgConnection, id: i64, lease: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update bucket set lease = $2 where upload_id = (
             select upload_id from bucket where upload_id = $1 and following and not paused and lease is null
             and next_look <= now() for update skip locked)",
        id,
        lease
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Looked to the end, or in vain: the next time as usual, or tomorrow if a queue tells what is new until then.
pub async fn looked(conn: &mut PgConnection, id: i64, in_vain: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update bucket set lease = null, looked = case when $2 then looked else now() end,
                next_look = now() + case when exists (select from bucket_queue q where q.upload_id = $1 and is_relied_on(q))
                                         then interval '1 day' else make_interval(secs => follow_every) end
         where upload_id = $1",
        id,
        in_vain
    )
    .execute(conn)
    .await?;
    Ok(())
}
