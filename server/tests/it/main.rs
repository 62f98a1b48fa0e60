//! Everything together, on a real Postgres.

mod access;
mod api;
mod bucket;
mod bucket_chaos;
mod bucket_ingest;
mod bucket_kill;
mod bucket_ledger;
mod bucket_listen;
mod bucket_queue;
#[cfg(target_os = "linux")]
mod cramped;
mod deadline;
mod demo;
#[cfg(target_os = "linux")]
mod disk_full;
mod drawing;
mod evidence;
mod http;
mod ingest;
mod ingest_command;
mod ingest_trail;
mod kill;
mod kill_file;
mod kill_steps;
mod lease;
mod ledger_hashes;
mod left;
mod moto;
mod pages;
/// Reads PDF, as the tests of what makes it do.
#[path = "../../src/paper/tests/read.rs"]
mod paper;
mod postgres;
mod query;
mod random_kill;
mod reader;
mod reader_archives;
mod reader_hashes;
mod reader_members;
mod reader_property;
mod reader_reference;
mod reference;
mod s3_server;
mod serve;
mod share;
mod source;
mod sqs_server;
mod start;
mod store;
mod tally;
mod trail;
mod upload;
mod web;
mod world;
