//! The evidence of frozen shares.

use sqlx::PgConnection;

/// Keeps it, unless there is some already: what was handed out once stays.
pub async fn keep(conn: &mut PgConnection, share: i64, zip: &[u8], sha256: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into share_evidence (share_id, zip, sha256)
         select id, $2, $3 from share where id = $1 and not revoked on conflict do nothing",
        share,
        zip,
        sha256
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn sha256(conn: &mut PgConnection, share: i64) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("select sha256 from share_evidence where share_id = $1", share).fetch_optional(conn).await
}

pub async fn zip(conn: &mut PgConnection, share: i64) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("select zip from share_evidence where share_id = $1", share).fetch_optional(conn).await
}

pub async fn remove(conn: &mut PgConnection, share: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from share_evidence where share_id = $1", share).execute(conn).await.map(drop)
}
