//! Calls of one log file in memory, before anything is known of other files.

use app::model::{
    call::Scope,
    report::{FileState, SkippedRecord},
    tls::{TlsVersion, UnknownReason},
};
use std::sync::Arc;

/// A TLS version, with its reason where unknown. Its code is the column `tls` (table `tls_code`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tls {
    Known(TlsVersion),
    Unknown(UnknownReason),
}

impl Tls {
    /// 0–5 for versions, 10 and above for reasons.
    pub fn code(self) -> i16 {
        match self {
            Self::Known(version) => version as i16,
            Self::Unknown(reason) => 10 + reason as i16,
        }
    }

    pub fn from_code(code: i16) -> Option<Self> {
        let at = |n: i16| usize::try_from(n).ok();
        match code {
            0..=5 => TlsVersion::ALL.get(at(code)?).copied().map(Self::Known),
            _ => UnknownReason::ALL.get(at(code.checked_sub(10)?)?).copied().map(Self::Unknown),
        }
    }

    pub fn version(self) -> TlsVersion {
        match self {
            Self::Known(version) => version,
            Self::Unknown(_) => TlsVersion::Unknown,
        }
    }
}

/// What calls are counted by, besides the hour. Texts hold no NUL (Postgres refuses it).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub scope: Scope,
    pub account: Box<str>,
    pub region: Box<str>,
    pub service: Box<str>,
    pub tls: Tls,
    /// Kept where [`Detail`] asks for it.
    pub caller: Option<Caller>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Caller {
    pub principal: Box<str>,
    pub user_agent: Box<str>,
    pub source_address: Box<str>,
}

/// For which versions the caller is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    None,
    Below(TlsVersion),
    All,
}

/// One call that has an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// 64-bit hash of `sharedEventID`, else the addendum's `originalEventID`, else `eventID` (the same hash on every machine:
    /// it is stored).
    pub identity: u64,
    /// Seconds since 1970.
    pub time: u32,
    /// Index into [`Tally::keys`].
    pub key: u32,
}

/// Calls without an identity are counted as they come, once per content of a log file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plain {
    /// Index into [`Tally::keys`].
    pub key: u32,
    /// Hours since 1970.
    pub hour: u32,
    pub calls: u64,
    /// Seconds since 1970.
    pub first: u32,
    pub last: u32,
}

/// Counts of calls by key, from one part of one log file.
#[derive(Debug, Default)]
pub struct Tally {
    /// Distinct.
    pub keys: Vec<Key>,
    /// In the order of the file.
    pub calls: Vec<Counted>,
    /// Only in a file's last part.
    pub plain: Vec<Plain>,
}

/// A log file comes in one part, a large one in several; the last has an `end`.
#[derive(Debug)]
pub struct Part {
    /// Path within the upload; members of archives behind a `!`. Unique within one reading.
    pub file: Arc<str>,
    pub tally: Tally,
    /// Records consumed since the file's beginning, skipped ones included: where a crash resumes.
    pub records_read: u64,
    pub end: Option<FileEnd>,
}

impl Part {
    /// Of a log file, or an archive, of which nothing is counted.
    pub fn uncounted(file: Arc<str>, state: FileState, reason: &str) -> Self {
        let end = FileEnd {
            state,
            reason: reason.to_owned(),
            bytes: 0,
            content: None,
            sha256: None,
            records_skipped: 0,
            examples: Vec::new(),
        };
        Self { file, tally: Tally::default(), records_read: 0, end: Some(end) }
    }
}

/// What became of a log file.
#[derive(Debug)]
pub struct FileEnd {
    pub state: FileState,
    /// For the user; empty when all went well.
    pub reason: String,
    /// Decoded.
    pub bytes: u64,
    /// BLAKE3 of the decoded bytes (as far as they could be read), where the tally has [`Plain`] calls.
    pub content: Option<[u8; 32]>,
    /// SHA-256 of the file as it lay there, compressed or not, where all of it was read and this was asked for.
    pub sha256: Option<[u8; 32]>,
    pub records_skipped: u64,
    /// The first few.
    pub examples: Vec<SkippedRecord>,
}
