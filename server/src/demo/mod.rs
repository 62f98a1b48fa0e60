//! A synthetic trail.

use chrono::NaiveDate;
use std::{io, path::Path};

/// What to write. The same options give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The last day.
    pub end: NaiveDate,
    pub days: u32,
    pub seed: u64,
    /// On an average day.
    pub calls_per_day: u32,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub files: u64,
    /// As they lie on disk.
    pub bytes: u64,
    /// Each counted once.
    pub calls: u64,
    pub deadline_name: String,
    pub deadline_date: NaiveDate,
}

/// Writes a trail into `dir`, laid out like a bucket.
///
/// # Errors
/// When the folder cannot be written, or holds something else.
pub fn write(dir: &Path, options: &Options) -> io::Result<Summary> {
    let _ = (dir, options);
    Err(io::ErrorKind::Unsupported.into())
}
