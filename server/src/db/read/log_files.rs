//! Log files with counted calls, one by one.

use crate::db::text::parse;
use app::model::report::FileState;
use futures::TryStreamExt as _;
use sqlx::PgConnection;

#[derive(Debug)]
pub struct Counted {
    pub name: String,
    /// Decoded.
    pub bytes: i64,
    pub sha256: Option<Vec<u8>>,
    pub calls_counted: i64,
    pub state: FileState,
}

/// Those of a source, in the order of their names; at most so many.
pub async fn counted(conn: &mut PgConnection, upload_id: i64, most: i64) -> sqlx::Result<Vec<Counted>> {
    let rows = sqlx::query!(
        "select name, bytes, sha256, calls_counted, state from log_file
         where upload_id = $1 and calls_counted > 0 order by name limit $2",
        upload_id,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (name, bytes, calls_counted) = (row.name, row.bytes, row.calls_counted);
            Ok(Counted { name, bytes, sha256: row.sha256, calls_counted, state: parse(&row.state)? })
        })
        .collect()
}

/// The known hashes of a source's log files, each once, in ascending order: they may be millions.
pub async fn hashes(conn: &mut PgConnection, upload_id: i64, mut visit: impl FnMut(&[u8])) -> sqlx::Result<()> {
    let mut hashes = sqlx::query_scalar!(
        r#"select distinct sha256 as "sha256!" from log_file
           where upload_id = $1 and calls_counted > 0 and sha256 is not null order by 1"#,
        upload_id
    )
    .fetch(conn);
    while let Some(hash) = hashes.try_next().await? {
        visit(&hash);
    }
    Ok(())
}
