//! Uploads: where each stands, and what it came to.

use super::text::{parse, storable};
use app::model::report::{SourceKind, Upload, UploadState};
use sqlx::PgConnection;

struct Row {
    id: i64,
    kind: String,
    name: String,
    state: String,
    reason: String,
    created: chrono::DateTime<chrono::Utc>,
    started: Option<chrono::DateTime<chrono::Utc>>,
    finished: Option<chrono::DateTime<chrono::Utc>>,
    bytes: i64,
    bytes_read: i64,
    calls_counted: i64,
    calls_already_counted: i64,
    calls_unknown: i64,
    records_skipped: i64,
    files_total: i64,
    files_skipped: i64,
    files_failed: i64,
}

/// One upload, or all of them, newest first.
pub async fn list(conn: &mut PgConnection, id: Option<i64>) -> sqlx::Result<Vec<Upload>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, kind, name, state, reason, created, started, finished, bytes, bytes_read, calls_counted,
                calls_already_counted, calls_unknown, records_skipped, files_total, files_skipped, files_failed
         from upload where id = $1 or $1 is null and kind <> 'bucket' order by id desc",
        id
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::into_model).collect()
}

impl Row {
    fn into_model(self) -> sqlx::Result<Upload> {
        Ok(Upload {
            id: self.id,
            kind: parse(&self.kind)?,
            name: self.name,
            state: parse(&self.state)?,
            reason: self.reason,
            created: self.created,
            started: self.started,
            finished: self.finished,
            bytes: self.bytes,
            bytes_read: self.bytes_read,
            calls_counted: self.calls_counted,
            calls_already_counted: self.calls_already_counted,
            calls_unknown: self.calls_unknown,
            records_skipped: self.records_skipped,
            files_total: self.files_total,
            files_skipped: self.files_skipped,
            files_failed: self.files_failed,
        })
    }
}

/// An upload that begins.
pub struct New<'a> {
    pub kind: SourceKind,
    pub name: &'a str,
    pub state: UploadState,
    pub home: &'a str,
    pub bytes: i64,
}

pub async fn insert(conn: &mut PgConnection, new: &New<'_>, lease: Option<i64>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into upload (kind, name, state, home, bytes, lease) values ($1, $2, $3, $4, $5, $6) returning id",
        new.kind.as_str(),
        &*storable(new.name),
        new.state.as_str(),
        new.home,
        new.bytes,
        lease
    )
    .fetch_one(conn)
    .await
}

/// Everything was received: it waits to be read. False if it has ended meanwhile, or should.
pub async fn queue(conn: &mut PgConnection, id: i64, name: &str, bytes: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update upload set state = 'queued', name = $2, bytes = $3, lease = null
         where id = $1 and state = 'receiving' and not cancel_requested",
        id,
        &*storable(name),
        bytes
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Somebody has to read it.
pub struct Waiting {
    pub id: i64,
    pub is_leased: bool,
}

/// Uploads of this home that somebody has to read, oldest first.
pub async fn waiting(conn: &mut PgConnection, home: &str) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        r#"select id, lease is not null as "is_leased!" from upload
           where home = $1 and state in ('queued', 'reading') order by id"#,
        home
    )
    .fetch_all(conn)
    .await
}

/// Leases an upload that somebody has to read; answers its attempts, with this one if it is to be counted. `None` if somebody
/// else has it, or it has ended.
pub async fn take(conn: &mut PgConnection, id: i64, lease: i64, counts: bool) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        "update upload set lease = $2, attempts = attempts + $3 where id = (
             select id from upload where id = $1 and lease is null and state in ('queued', 'reading') for update skip locked)
         returning attempts",
        id,
        lease,
        i32::from(counts)
    )
    .fetch_optional(conn)
    .await
}

/// What ended its process is found in one of its files: the upload's own attempts begin with this one.
pub async fn begin_anew(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update upload set attempts = 1 where id = $1", id).execute(conn).await?;
    Ok(())
}

/// Begins or goes on; answers below which `tls` code callers are kept (as deadlines ask for when it begins).
/// `None` if it has ended meanwhile (cancelled, removed).
pub async fn start_reading(conn: &mut PgConnection, id: i64) -> sqlx::Result<Option<i16>> {
    sqlx::query_scalar!(
        "update upload set state = 'reading', started = coalesce(started, now()),
                detail_below = case when started is null then greatest(detail_below,
                    (select max(c.tls) from deadline d join tls_code c on c.tls_version = d.minimum where d.detail))
                    else detail_below end
         where id = $1 and state in ('queued', 'reading') returning detail_below",
        id
    )
    .fetch_optional(conn)
    .await
}

/// Ends an upload that is in one of the states `from`; false if it is not.
pub async fn finish(
    conn: &mut PgConnection,
    id: i64,
    from: &[UploadState],
    state: UploadState,
    reason: &str,
) -> sqlx::Result<bool> {
    let from: Vec<String> = from.iter().map(ToString::to_string).collect();
    let done = sqlx::query!(
        "update upload set state = $2, reason = $3, finished = now(), lease = null,
                bytes_read = case when $2 = 'done' then bytes else bytes_read end
         where id = $1 and state = any($4)",
        id,
        state.as_str(),
        &*storable(reason),
        &from
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Asks whoever reads it to stop.
pub async fn request_cancel(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update upload set cancel_requested = true where id = $1", id).execute(conn).await?;
    Ok(())
}

pub async fn cancel_requested(conn: &mut PgConnection, id: i64) -> sqlx::Result<bool> {
    let flag =
        sqlx::query_scalar!("select cancel_requested from upload where id = $1", id).fetch_optional(conn).await?;
    Ok(flag.unwrap_or(true))
}

/// Uploads of a home that nobody will send on: the process that received them is gone.
pub async fn broken_off(conn: &mut PgConnection, home: &str) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!("select id from upload where home = $1 and state = 'receiving' and lease is null", home)
        .fetch_all(conn)
        .await
}

/// Runs of `tls-sunset ingest` that have not ended, and whose process is gone.
pub async fn dead_folders(conn: &mut PgConnection) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!("select id from upload where kind = 'folder' and state = 'reading' and lease is null")
        .fetch_all(conn)
        .await
}

/// Uploads of this home that still need their spool.
pub async fn unfinished(conn: &mut PgConnection, home: &str) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!("select id from upload where home = $1 and state in ('receiving', 'queued', 'reading')", home)
        .fetch_all(conn)
        .await
}

/// Of these uploads, those of this home that have ended.
pub async fn ended(conn: &mut PgConnection, home: &str, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select id from upload where id = any($2) and home = $1 and state in ('done', 'failed', 'cancelled')",
        home,
        ids
    )
    .fetch_all(conn)
    .await
}

pub async fn demo_exists(conn: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from upload where kind = 'demo') as "exists!""#).fetch_one(conn).await
}

/// Counted calls without a TLS version, `{reason: calls}`.
pub async fn unknown(conn: &mut PgConnection, id: i64) -> sqlx::Result<Option<serde_json::Value>> {
    sqlx::query_scalar!("select unknown from upload where id = $1", id).fetch_optional(conn).await
}

/// An upload within a transaction that changes it.
pub struct Standing {
    pub state: UploadState,
    pub cancel_requested: bool,
    pub unknown: serde_json::Value,
}

/// Locks the upload's row; `None` if it is gone.
pub async fn lock(conn: &mut PgConnection, id: i64) -> sqlx::Result<Option<Standing>> {
    let row = sqlx::query!("select state, cancel_requested, unknown from upload where id = $1 for no key update", id)
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        let state = parse(&row.state)?;
        Ok(Standing { state, cancel_requested: row.cancel_requested, unknown: row.unknown })
    })
    .transpose()
}

/// Counts log files that were begun and never read to their end.
pub async fn add_unfinished(conn: &mut PgConnection, id: i64, files: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update upload set files_total = files_total + $2, files_failed = files_failed + $2 where id = $1",
        id,
        files
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a transaction adds to an upload: it got further.
#[derive(Debug, Default)]
pub struct Totals {
    pub calls_counted: i64,
    pub calls_already_counted: i64,
    pub calls_unknown: i64,
    pub records_skipped: i64,
    pub files_total: i64,
    pub files_skipped: i64,
    pub files_failed: i64,
}

pub async fn add(
    conn: &mut PgConnection,
    id: i64,
    totals: &Totals,
    unknown: &serde_json::Value,
    bytes_read: Option<i64>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update upload set
                calls_counted = calls_counted + $2, calls_already_counted = calls_already_counted + $3,
                calls_unknown = calls_unknown + $4, records_skipped = records_skipped + $5,
                files_total = files_total + $6, files_skipped = files_skipped + $7, files_failed = files_failed + $8,
                unknown = $9, bytes_read = coalesce(least(bytes, $10), bytes_read), attempts = 0
         where id = $1",
        id,
        totals.calls_counted,
        totals.calls_already_counted,
        totals.calls_unknown,
        totals.records_skipped,
        totals.files_total,
        totals.files_skipped,
        totals.files_failed,
        unknown,
        bytes_read
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Its files, identities and ledger rows go with it; its counts do not (see `removal`).
pub async fn delete(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from upload where id = $1", id).execute(conn).await?;
    Ok(())
}
