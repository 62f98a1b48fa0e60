//! Probes: is the process alive, and does its database answer?

use super::{State, problem::Problem};
use axum::{extract, http::StatusCode};
use sqlx::Connection as _;
use std::time::Duration;

/// A probe that waits longer has its answer.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

pub(crate) async fn ready(extract::State(state): extract::State<State>) -> Result<&'static str, Problem> {
    let ping = async { state.pool.acquire().await?.ping().await };
    match tokio::time::timeout(PATIENCE, ping).await {
        Ok(Ok(())) => Ok("ok\n"),
        _ => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.")),
    }
}
