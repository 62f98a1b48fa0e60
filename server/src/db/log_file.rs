//! The ledger: what became of each log file.

use super::text::{file_name, parse, storable};
use app::model::report::{FileReport, SkippedRecord};
use sqlx::PgConnection;

/// How far a log file was read.
pub struct Mark {
    pub name: String,
    pub finished: bool,
    pub records_read: i64,
}

/// All log files of an upload that were begun.
pub async fn marks(conn: &mut PgConnection, upload_id: i64) -> sqlx::Result<Vec<Mark>> {
    sqlx::query_as!(
        Mark,
        r#"select name, state not in ('waiting', 'reading') as "finished!", records_read from log_file where upload_id = $1"#,
        upload_id
    )
    .fetch_all(conn)
    .await
}

/// Of these contents, the ones whose calls without identity are counted already.
pub async fn counted_contents(conn: &mut PgConnection, contents: &[Vec<u8>]) -> sqlx::Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!(
        r#"select distinct content as "content!" from log_file
           where content = any($1) and calls_without_identity > 0"#,
        contents
    )
    .fetch_all(conn)
    .await
}

/// What a transaction adds to a log file's row.
#[derive(Debug, Default)]
pub struct Columns {
    name: Vec<String>,
    state: Vec<String>,
    reason: Vec<String>,
    bytes: Vec<i64>,
    content: Vec<Option<Vec<u8>>>,
    sha256: Vec<Option<Vec<u8>>>,
    records_read: Vec<i64>,
    calls_counted: Vec<i64>,
    calls_already_counted: Vec<i64>,
    calls_unknown: Vec<i64>,
    calls_without_identity: Vec<i64>,
    records_skipped: Vec<i64>,
    examples: Vec<serde_json::Value>,
}

/// One log file in [`Columns`].
#[derive(Debug)]
pub struct Entry<'a> {
    pub name: &'a str,
    /// A `FileState`, or `reading`.
    pub state: &'a str,
    pub reason: &'a str,
    pub bytes: i64,
    pub content: Option<&'a [u8; 32]>,
    pub sha256: Option<&'a [u8; 32]>,
    pub records_read: i64,
    pub calls_counted: i64,
    pub calls_already_counted: i64,
    pub calls_unknown: i64,
    pub calls_without_identity: i64,
    pub records_skipped: i64,
    pub examples: serde_json::Value,
}

impl Columns {
    pub fn push(&mut self, entry: Entry<'_>) {
        self.name.push(file_name(entry.name).into_owned());
        self.state.push(entry.state.to_owned());
        self.reason.push(storable(entry.reason).into_owned());
        self.bytes.push(entry.bytes);
        self.content.push(entry.content.map(|content| content.to_vec()));
        self.sha256.push(entry.sha256.map(|hash| hash.to_vec()));
        self.records_read.push(entry.records_read);
        self.calls_counted.push(entry.calls_counted);
        self.calls_already_counted.push(entry.calls_already_counted);
        self.calls_unknown.push(entry.calls_unknown);
        self.calls_without_identity.push(entry.calls_without_identity);
        self.records_skipped.push(entry.records_skipped);
        self.examples.push(entry.examples);
    }
}

/// Skipped records as they are stored.
pub fn examples(examples: &[SkippedRecord]) -> Option<serde_json::Value> {
    let mut examples = examples.to_vec();
    for example in &mut examples {
        example.reason = storable(&example.reason).into_owned();
        example.excerpt = storable(&example.excerpt).into_owned();
    }
    serde_json::to_value(examples).ok()
}

/// Adds to the rows of these files (each occurs once).
pub async fn upsert(conn: &mut PgConnection, upload_id: i64, files: &Columns) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into log_file as f (upload_id, name, state, reason, bytes, content, records_read, calls_counted,
                calls_already_counted, calls_unknown, calls_without_identity, records_skipped, examples, sha256)
         select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[], $7::bigint[],
                $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::jsonb[], $14::bytea[])
         on conflict (upload_id, name) do update set
                state = case when excluded.state = 'reading' then f.state else excluded.state end,
                lease = case when excluded.state = 'reading' then f.lease end, attempts = 0,
                reason = excluded.reason, bytes = excluded.bytes, content = excluded.content,
                records_read = excluded.records_read, calls_counted = f.calls_counted + excluded.calls_counted,
                calls_already_counted = f.calls_already_counted + excluded.calls_already_counted,
                calls_unknown = f.calls_unknown + excluded.calls_unknown,
                calls_without_identity = f.calls_without_identity + excluded.calls_without_identity,
                records_skipped = excluded.records_skipped, examples = excluded.examples, sha256 = excluded.sha256",
        upload_id,
        &files.name,
        &files.state,
        &files.reason,
        &files.bytes,
        &files.content as &[Option<Vec<u8>>],
        &files.records_read,
        &files.calls_counted,
        &files.calls_already_counted,
        &files.calls_unknown,
        &files.calls_without_identity,
        &files.records_skipped,
        &files.examples,
        &files.sha256 as &[Option<Vec<u8>>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Files that were not read to their end, and will not be: their good part stays. Answers how many there were.
pub async fn close(conn: &mut PgConnection, upload_id: i64, reason: &str) -> sqlx::Result<i64> {
    let done = sqlx::query!(
        "update log_file set state = 'damaged', reason = $2, lease = null
         where upload_id = $1 and (state = 'reading' or state = 'waiting' and records_read > 0)",
        upload_id,
        reason
    )
    .execute(conn)
    .await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}

struct Row {
    name: String,
    state: String,
    reason: String,
    bytes: i64,
    calls_counted: i64,
    calls_already_counted: i64,
    calls_unknown: i64,
    records_skipped: i64,
    examples: serde_json::Value,
}

/// Finished files of an upload, those with trouble first. Without a limit: all of them.
pub async fn report(conn: &mut PgConnection, upload_id: i64, limit: Option<i64>) -> sqlx::Result<Vec<FileReport>> {
    let rows = sqlx::query_as!(
        Row,
        "select name, state, reason, bytes, calls_counted, calls_already_counted, calls_unknown, records_skipped, examples
         from log_file where upload_id = $1 and state not in ('waiting', 'reading')
         order by case state when 'failed' then 0 when 'damaged' then 1 when 'skipped' then 3
                             else case when records_skipped > 0 then 2 else 4 end end, name
         limit $2",
        upload_id,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::into_model).collect()
}

/// Log files with trouble, for those that may have a million without.
pub async fn troubled(conn: &mut PgConnection, upload_id: i64, limit: i64) -> sqlx::Result<Vec<FileReport>> {
    let rows = sqlx::query_as!(
        Row,
        "select name, state, reason, bytes, calls_counted, calls_already_counted, calls_unknown, records_skipped, examples
         from log_file where upload_id = $1 and (state in ('failed', 'damaged') or records_skipped > 0)
         order by case state when 'failed' then 0 when 'damaged' then 1 else 2 end, name limit $2",
        upload_id,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::into_model).collect()
}

impl Row {
    fn into_model(self) -> sqlx::Result<FileReport> {
        Ok(FileReport {
            name: self.name,
            state: parse(&self.state)?,
            reason: self.reason,
            bytes: self.bytes,
            calls_counted: self.calls_counted,
            calls_already_counted: self.calls_already_counted,
            calls_unknown: self.calls_unknown,
            records_skipped: self.records_skipped,
            examples: serde_json::from_value(self.examples).map_err(|error| sqlx::Error::Decode(error.into()))?,
        })
    }
}
