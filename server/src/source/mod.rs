//! Where log files come from: files, folders and spooled uploads, and everything nested in them.

use crate::tally::{Detail, Part};
use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicU64},
};

/// One file to read, under the name that the user knows it by.
#[derive(Debug, Clone)]
pub struct Input {
    pub name: String,
    pub path: PathBuf,
}

/// How far a reading is; shared with whoever shows it or stops it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Of the inputs' bytes as they lie on disk.
    pub bytes_read: AtomicU64,
    /// Set to stop; `read` then returns soon.
    pub cancelled: AtomicBool,
}

/// What is known of a log file from an earlier, interrupted reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// Read it from its beginning.
    New,
    /// This many records were consumed and committed.
    After(u64),
    /// Read to its end: nothing to do.
    Done,
}

/// What one reading needs to know.
pub struct Options {
    pub detail: Detail,
    /// Reading threads; 0: one per core.
    pub threads: usize,
}

/// Reads all log files of `inputs`, in parallel, and hands their parts to `sink` on the calling thread until it breaks.
/// The parts of one file come in order; files come in any order. Blocks.
pub fn read(
    _inputs: Vec<Input>,
    _options: &Options,
    _progress: &Progress,
    _resume: &(dyn Fn(&str) -> Resume + Sync),
    _sink: &mut dyn FnMut(Part) -> ControlFlow<()>,
) {
}
