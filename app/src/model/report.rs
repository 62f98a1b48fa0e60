//! What became of an upload: its progress and its report, file by file.

use super::text::text_enum;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    Receiving,
    Queued,
    Reading,
    Done,
    Failed,
    Cancelled,
}

text_enum!(UploadState, "an upload state", {
    Receiving = "receiving", Queued = "queued", Reading = "reading", Done = "done", Failed = "failed", Cancelled = "cancelled",
});

impl UploadState {
    /// Nothing more will happen to it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// How an upload came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Sent by a browser or the API.
    Upload,
    /// Read by `tls-sunset ingest`.
    Folder,
    /// The built-in demo data.
    Demo,
    /// Objects of a bucket.
    Bucket,
}

text_enum!(SourceKind, "a kind of source", { Upload = "upload", Folder = "folder", Demo = "demo", Bucket = "bucket" });

/// One upload: its place in the history, its progress while it runs, and its report at the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    pub id: i64,
    pub kind: SourceKind,
    /// What the user would call it: the single file's name, or "12 files".
    pub name: String,
    pub state: UploadState,
    /// Why it failed, for the user; empty otherwise.
    pub reason: String,
    pub created: DateTime<Utc>,
    pub started: Option<DateTime<Utc>>,
    pub finished: Option<DateTime<Utc>>,
    /// Bytes as sent.
    pub bytes: i64,
    /// Of these, read so far.
    pub bytes_read: i64,
    pub calls_counted: i64,
    pub calls_already_counted: i64,
    /// Of the counted ones, without a TLS version.
    pub calls_unknown: i64,
    pub records_skipped: i64,
    pub files_total: i64,
    pub files_skipped: i64,
    pub files_failed: i64,
}

impl Upload {
    /// It was read to its end, and there was nothing in it to read: all of its files were skipped, or it has none.
    pub fn is_without_logs(&self) -> bool {
        self.state == UploadState::Done && self.files_failed == 0 && self.files_skipped >= self.files_total
    }
}

/// An upload with its files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UploadReport {
    #[serde(flatten)]
    pub upload: Upload,
    /// At most [`FILES_SHOWN`], those with trouble first.
    pub files: Vec<FileReport>,
    /// Over the whole upload.
    pub unknown: Vec<(super::tls::UnknownReason, i64)>,
}

/// More files than this are in the CSV only.
pub const FILES_SHOWN: i64 = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Read to its end; some records may have been skipped.
    Done,
    /// Good records before the damage were kept.
    Damaged,
    /// Nothing of it was meant to be read (a digest, a picture, an empty file).
    Skipped,
    /// Could not be read at all.
    Failed,
}

text_enum!(FileState, "a file state", { Done = "done", Damaged = "damaged", Skipped = "skipped", Failed = "failed" });

/// One log file of an upload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileReport {
    /// Path within the upload; members of archives behind a `!`, as in `logs.zip!a/b.json.gz`.
    pub name: String,
    pub state: FileState,
    /// Why it was skipped, failed or is damaged, and what to do; empty otherwise.
    pub reason: String,
    pub bytes: i64,
    pub calls_counted: i64,
    pub calls_already_counted: i64,
    pub calls_unknown: i64,
    pub records_skipped: i64,
    /// The first few skipped records.
    pub examples: Vec<SkippedRecord>,
}

/// A record that could not be counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRecord {
    /// Position of the record in its file, from 1.
    pub record: i64,
    /// Byte offset in the decoded file.
    pub offset: i64,
    /// Why, for the user.
    pub reason: String,
    /// Its beginning, control characters made visible, at most 160 characters.
    pub excerpt: String,
}

/// What removing an upload takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub calls: i64,
    /// Of these, calls that other uploads contained too: they are counted again when one of those is uploaded again.
    pub also_in_others: i64,
}
