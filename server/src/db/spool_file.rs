//! Files as sent: their names, and in which order their bytes lie in the spool folder.

use super::text::storable;
use sqlx::PgConnection;

pub async fn insert(conn: &mut PgConnection, upload_id: i64, ordinal: i32, name: &str, bytes: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into spool_file (upload_id, ordinal, name, bytes) values ($1, $2, $3, $4)",
        upload_id,
        ordinal,
        &*storable(name),
        bytes
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub struct SpoolFile {
    pub ordinal: i32,
    pub name: String,
}

pub async fn list(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<Vec<SpoolFile>> {
    sqlx::query_as!(SpoolFile, "select ordinal, name from spool_file where upload_id = $1 order by ordinal", upload_id)
        .fetch_all(conn)
        .await
}
