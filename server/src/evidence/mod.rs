//! Evidence: a statement as a file that can be handed over and checked without the server that made it.
//!
//! # Layout
//! `tables` (the statement as CSV), `log_files` (what it was counted from) and `manifest` (what the file says about itself) →
//! `archive` (all, and the paper, as one ZIP); `check` reads such a file again, `recount` and `log_files` compare it with log files.

mod archive;
mod check;
mod log_files;
mod manifest;
mod recount;
mod table;
mod tables;

pub use archive::{PAPER, evidence, hex, sha256};
pub use check::{CheckError, Checked, Damage, check};
pub use log_files::{Found, HashOfHashes, Hashes, Inventory, InventoryError, LogFile, MOST_FILES, SourceFiles};
pub use manifest::{Counted, Manifest, Member, Missing};
pub use recount::{Calls, Difference, Key, Recount, RecountError};

/// What a statement does not say itself.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    pub title: &'a str,
    /// Who made it, as the recipient may know him.
    pub creator: &'a str,
}

/// Why there is no evidence.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    #[error("the ZIP cannot be written: {0}")]
    Archive(#[from] zip::result::ZipError),
    #[error("a table cannot be written: {0}")]
    Table(#[from] csv::Error),
    #[error("the manifest cannot be written: {0}")]
    Manifest(#[from] serde_json::Error),
}
