//! Everything together, on a real Postgres.

mod api;
mod bucket;
mod deadline;
mod demo;
mod http;
mod ingest;
mod ingest_command;
mod ingest_trail;
mod kill;
mod kill_steps;
mod lease;
mod pages;
mod postgres;
mod query;
mod reader;
mod reader_archives;
mod reader_property;
mod reader_reference;
mod s3_server;
mod serve;
mod store;
mod tally;
mod trail;
mod upload;
mod web;
mod world;
