//! The write side, the database and HTTP.
//!
//! # Layout
//! `source` (where log files come from) → `archive` (bytes to members) → `format` (members to calls) → `tally` (counts in
//! memory) → `ingest` (joins them with `db`); `db` (all SQL) ← `store` (what pages may ask) ← `http`; `postgres` (the
//! embedded server), `access` (people, passwords, sessions), `share` (what keeps links secret), `evidence` and `paper` (statements
//! as files), `drawing` (charts without a browser), `demo` (a synthetic trail), `command` (the command line), `config`, `log`, `wait`.

pub mod access;
pub mod archive;
pub mod command;
pub mod config;
pub mod db;
pub mod demo;
pub mod drawing;
pub mod evidence;
pub mod format;
pub mod http;
pub mod ingest;
pub mod log;
pub mod paper;
pub mod postgres;
pub mod share;
pub mod source;
pub mod store;
pub mod tally;
mod wait;
