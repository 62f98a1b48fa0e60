//! Looking for callers by a part of their names.

use rustc_hash::FxHashSet;
use sqlx::PgConnection;

/// Callers whose principal, user agent or address contains the text, which is in small letters.
pub async fn matching(conn: &mut PgConnection, text: &str) -> sqlx::Result<FxHashSet<i64>> {
    let ids = sqlx::query_scalar!(
        "select string_agg(int8send(id), '') from caller where strpos(search collate \"C\", $1) > 0",
        text
    );
    let ids = ids.fetch_one(conn).await?.unwrap_or_default();
    Ok(ids.as_chunks().0.iter().map(|id| i64::from_be_bytes(*id)).collect())
}
