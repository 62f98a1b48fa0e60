//! All SQL, one file per table or question.

pub mod audit;
pub mod audit_log;
pub mod bucket;
pub mod caller_day;
pub mod demo;
pub mod dimension;
mod empty;
pub mod event_set;
pub mod lease;
pub mod lock;
pub mod log_file;
pub mod pack;
pub mod person;
pub mod removal;
pub mod rollup;
pub mod share;
pub mod share_evidence;
pub mod spool_file;
pub mod suspect;
mod text;
pub mod upload;

pub use empty::empty;
pub use text::file_name;
pub mod deadline;
pub mod read;

/// The schema (folder `migrations`).
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");
