//! Everything together, on a real Postgres.

mod api;
mod deadline;
mod demo;
mod http;
mod ingest;
mod ingest_command;
mod ingest_trail;
mod kill;
mod pages;
mod postgres;
mod query;
mod serve;
mod store;
mod trail;
mod upload;
mod web;
mod world;
