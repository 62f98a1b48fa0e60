//! Taking an upload's counts out again.

use sqlx::PgConnection;

/// What an upload added to the counts, and how many of its calls without identity lie in another upload's files too.
pub struct Plain {
    pub calls_counted: i64,
    pub also_in_others: i64,
}

pub async fn plain(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<Option<Plain>> {
    sqlx::query_as!(
        Plain,
        r#"select calls_counted, (
               select coalesce(sum(f.calls_without_identity), 0)::bigint from log_file f
               where f.upload_id = u.id and f.calls_without_identity > 0
               and exists (select from log_file o where o.content = f.content and o.upload_id <> u.id)
           ) as "also_in_others!"
           from upload u where id = $1"#,
        upload_id
    )
    .fetch_optional(conn)
    .await
}

/// Subtracts what the upload added from every rollup, and deletes what it added. The upload itself stays.
pub async fn subtract(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<()> {
    from_call_day(conn, upload_id).await?;
    from_service_hour(conn, upload_id).await?;
    from_service_day(conn, upload_id).await?;
    from_coverage_day(conn, upload_id).await?;
    sqlx::query!("delete from call_hour where upload_id = $1", upload_id).execute(&mut *conn).await?;
    delete_callers(conn, upload_id).await?;
    delete_names(conn).await
}

async fn from_call_day(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "merge into call_day c using (
             select (hour at time zone 'utc')::date as day, service_id, tls, account_id, region_id, sum(calls) as calls
             from call_hour where upload_id = $1 group by 1, 2, 3, 4, 5
         ) gone
         on c.day = gone.day and c.service_id = gone.service_id and c.tls = gone.tls
            and c.account_id = gone.account_id and c.region_id = gone.region_id
         when matched and c.calls <= gone.calls then delete
         when matched then update set calls = c.calls - gone.calls",
        upload_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn from_service_hour(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "merge into service_hour s using (
             select hour, service_id, tls, sum(calls) as calls from call_hour where upload_id = $1 group by 1, 2, 3
         ) gone
         on s.hour = gone.hour and s.service_id = gone.service_id and s.tls = gone.tls
         when matched and s.calls <= gone.calls then delete
         when matched then update set calls = s.calls - gone.calls",
        upload_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn from_service_day(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "merge into service_day s using (
             select (hour at time zone 'utc')::date as day, service_id, tls, sum(calls) as calls
             from call_hour where upload_id = $1 group by 1, 2, 3
         ) gone
         on s.day = gone.day and s.service_id = gone.service_id and s.tls = gone.tls
         when matched and s.calls <= gone.calls then delete
         when matched then update set calls = s.calls - gone.calls",
        upload_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn from_coverage_day(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "merge into coverage_day c using (
             select (hour at time zone 'utc')::date as day, account_id, region_id, sum(calls) as calls
             from call_hour where upload_id = $1 group by 1, 2, 3
         ) gone
         on c.account_id = gone.account_id and c.region_id = gone.region_id and c.day = gone.day
         when matched and c.calls <= gone.calls then delete
         when matched then update set calls = c.calls - gone.calls",
        upload_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the upload's calls per caller, and the callers that nobody else has.
async fn delete_callers(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "with gone as (delete from caller_day where upload_id = $1 returning caller_id)
         delete from caller c where id in (select caller_id from gone)
         and not exists (select from caller_day d where d.caller_id = c.id and d.upload_id <> $1)",
        upload_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes names that nothing is counted under any more.
async fn delete_names(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("delete from account a where not exists (select from coverage_day c where c.account_id = a.id)")
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from region r where not exists (select from coverage_day c where c.region_id = r.id)")
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from service s where not exists (select from service_day d where d.service_id = s.id)")
        .execute(conn)
        .await?;
    Ok(())
}
