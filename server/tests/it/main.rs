//! Everything together, on a real Postgres.

mod api;
mod http;
mod postgres;
mod serve;
mod trail;
mod upload;
mod web;
