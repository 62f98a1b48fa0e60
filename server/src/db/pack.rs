//! Packing: what stands still is put together for readers, each column of many rows as one string of bytes.

use super::lock;
use sqlx::{Connection as _, PgConnection};

/// Packs all weeks that have changed since they were packed.
pub async fn pack(conn: &mut PgConnection) -> sqlx::Result<()> {
    let mut transaction = conn.begin().await?;
    lock::counting(&mut transaction).await?;
    pack_locked(&mut transaction).await?;
    transaction.commit().await
}

/// Within a transaction that holds the lock for counting: nobody may change a week while it is packed.
pub async fn pack_locked(conn: &mut PgConnection) -> sqlx::Result<()> {
    callers(conn).await?;
    calls(conn).await
}

async fn callers(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        r#"update caller_pack p
           set (callers, accounts, services, regions, tls, days, calls, first_seen, last_seen) = (
               select string_agg(int8send(caller_id), ''), string_agg(int4send(account_id), ''), string_agg(int4send(service_id), ''),
                      string_agg(int4send(region_id), ''), string_agg(charsend(tls::int4::"char"), ''),
                      string_agg(charsend(days::int4::"char"), ''), string_agg(int8send(calls), ''),
                      string_agg(timestamptz_send(first_seen), ''), string_agg(timestamptz_send(last_seen), '')
               from (select * from caller_week w where w.week = p.week order by caller_id, region_id, tls) w)
           where callers is null"#
    )
    .execute(&mut *conn)
    .await?;
    // Weeks of which nothing is left.
    sqlx::query!("delete from caller_pack where callers is null").execute(conn).await?;
    Ok(())
}

async fn calls(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        r#"update call_pack p
           set (services, tls, days, calls) = (
               select string_agg(int4send(service_id), ''), string_agg(charsend(tls::int4::"char"), ''),
                      string_agg(charsend((day - p.week)::"char"), ''), string_agg(int8send(calls), '')
               from (select * from call_day c
                     where c.account_id = p.account_id and c.region_id = p.region_id and c.day between p.week and p.week + 6
                     order by day, service_id, tls) c)
           where services is null"#
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from call_pack where services is null").execute(conn).await?;
    Ok(())
}
