//! Log files at which a process died. Of uploads: their strikes are `attempts` of the ledger's rows.

use sqlx::PgConnection;

/// A log file, or an archive, that has one strike more.
pub struct Struck {
    pub name: String,
    /// In a row: it got no further in between.
    pub strikes: i32,
    pub records_read: i64,
}

/// Adds a strike to each of these (distinct names) that was not read to its end.
pub async fn strike(conn: &mut PgConnection, upload_id: i64, names: &[String]) -> sqlx::Result<Vec<Struck>> {
    sqlx::query_as!(
        Struck,
        "insert into log_file as f (upload_id, name, state, attempts)
         select $1, name, 'waiting', 1 from unnest($2::text[]) n (name)
         on conflict (upload_id, name) do update set attempts = f.attempts + 1 where f.state in ('waiting', 'reading')
         returning name, attempts as strikes, records_read",
        upload_id,
        names
    )
    .fetch_all(conn)
    .await
}

/// A log file or an archive that has strikes or failed.
pub struct Suspect {
    pub name: String,
    pub is_given_up: bool,
}

pub async fn list(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<Vec<Suspect>> {
    sqlx::query_as!(
        Suspect,
        r#"select name, state = 'failed' as "is_given_up!" from log_file
           where upload_id = $1 and (state = 'failed' or state in ('waiting', 'reading') and attempts > 0)"#,
        upload_id
    )
    .fetch_all(conn)
    .await
}

/// The upload has ended: archives that were suspects have no row of their own, their members do.
pub async fn forget(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from log_file where upload_id = $1 and state = 'waiting' and records_read = 0 and packed = 0",
        upload_id
    )
    .execute(conn)
    .await?;
    Ok(())
}
