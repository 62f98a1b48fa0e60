//! The log: on stderr, for people or (`SUNSET_LOG_FORMAT=json`) for machines. `SUNSET_LOG` says how much of it.

use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// What is logged unless `SUNSET_LOG` says otherwise (`debug`, `server=debug,sqlx=info` and so on).
const DEFAULT: &str = "info,sqlx=warn";

/// Starts logging. What a log line quotes from elsewhere is escaped, so that nobody can forge a line.
pub fn start() {
    let filter = EnvFilter::builder().parse(std::env::var("SUNSET_LOG").unwrap_or_else(|_| DEFAULT.into()));
    let (filter, bad) = match filter {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new(DEFAULT), Some(error)),
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let json = std::env::var("SUNSET_LOG_FORMAT").is_ok_and(|format| format == "json");
    // Only the first call in a process counts; tests make several.
    let _ = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init()
    };
    if let Some(error) = bad {
        tracing::warn!(%error, "SUNSET_LOG is not understood, so the usual is logged");
    }
}
