//! Joins the way from bytes to counts with the database: each call is counted once, whatever is uploaded twice, delivered
//! twice, crashed or retried.
//!
//! `uploads` (the handle that pages and commands hold) → `receive` (files come in, to `home`) → `worker` (takes waiting
//! uploads, one at a time) → `reading` (reads one upload, resuming where a crash left it; `begun` and `suspect`: without the file
//! that crashes it) → `collector`, `batch` (calls of many files) → `decide` (which of them are new) → `commit` (counts them, in one transaction). `removal` takes an
//! upload out again. `bucket` does the same for log files that lie in buckets. Any number of processes share the work: whoever works on an upload has a `lease`, as a `claim`.

mod batch;
mod begun;
mod bucket;
mod claim;
mod collector;
mod commit;
mod decide;
mod demo;
mod error;
pub mod failpoint;
mod home;
mod lease;
mod leftover;
mod outcome;
mod reading;
mod receive;
mod removal;
mod run;
mod scratch;
mod suspect;
#[cfg(test)]
mod tests;
mod uploads;
mod worker;

pub use bucket::Buckets;
pub use claim::Claim;
pub use error::Error;
pub(crate) use lease::TERM as LEASE_TERM;
pub use reading::{fail, read};
pub use receive::{Receiving, Spooling};
pub use run::Run;
pub use uploads::{Uploads, by_reason};
pub use worker::{end_dead_folders, read_waiting};
