//! The log: on stderr, for people or (`SUNSET_LOG_FORMAT=json`) for machines. `SUNSET_LOG` says how much of it.

use crate::share::token::redacted;
use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{self, IsTerminal as _, Write},
    panic,
};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterFn, filter_fn},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// What is logged unless `SUNSET_LOG` says otherwise (`debug`, `server=debug,sqlx=info` and so on).
/// The AWS SDK warns of each place where it found no credentials or region; the user is told in words instead.
const DEFAULT: &str = "info,sqlx=warn,aws_config=error";

/// Starts logging. What a log line quotes from elsewhere is escaped, so that nobody can forge a line.
pub fn start() {
    let filter = EnvFilter::builder().parse(std::env::var("SUNSET_LOG").unwrap_or_else(|_| DEFAULT.into()));
    let (filter, bad) = match filter {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new(DEFAULT), Some(error)),
    };
    let lines = fmt::layer().with_writer(|| Redacting(io::stderr()));
    let json = std::env::var("SUNSET_LOG_FORMAT").is_ok_and(|format| format == "json");
    let lines = if json {
        lines.json().flatten_event(true).boxed()
    } else {
        lines.with_target(false).with_ansi(io::stderr().is_terminal()).boxed()
    };
    // Only the first call in a process counts; tests make several.
    if tracing_subscriber::registry().with(without_secrets()).with(lines.with_filter(filter)).try_init().is_ok() {
        log_panics();
    }
    if let Some(error) = bad {
        tracing::warn!(%error, "SUNSET_LOG is not understood, so the usual is logged");
    }
}

/// A panic becomes a line like any other, among those of the request that it breaks.
fn log_panics() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !tracing::enabled!(Level::ERROR) {
            return print(panic);
        }
        let message = panic.payload_as_str().unwrap_or("without a message");
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        let trace = Backtrace::capture();
        match trace.status() {
            BacktraceStatus::Captured => tracing::error!(panic = message, at, %trace, "a bug of ours"),
            _ => tracing::error!(panic = message, at, "a bug of ours"),
        }
    }));
}

/// Whatever a line quotes, no token of a share gets out: each line is written at once.
struct Redacting<W>(W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(redacted(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn without_secrets() -> FilterFn {
    filter_fn(|metadata| !may_quote_secrets(metadata))
}

/// At their finest, the AWS SDK and what carries its requests quote headers, profiles and environments, with keys and tokens.
fn may_quote_secrets(metadata: &Metadata<'_>) -> bool {
    let is_of = |name: &str| metadata.target().split("::").next().is_some_and(|of| of.starts_with(name));
    *metadata.level() == Level::TRACE && ["aws_", "h2", "hyper", "rustls", "tower"].into_iter().any(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, sync::Arc};

    #[test]
    fn no_line_holds_a_token() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let handle = file.reopen().expect("the file");
        let lines = fmt::layer().with_writer(move || Redacting(handle.try_clone().expect("the file")));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
            let span = tracing::info_span!("request", path = "/s/sunset_share_secret1");
            span.in_scope(|| tracing::error!(error = "no sunset_share_secret2?", "sunset_share_secret3"));
        });
        let lines = fs::read_to_string(file.path()).expect("lines");
        assert!(!lines.contains("secret") && lines.matches("sunset_share_…").count() == 3, "{lines}");
    }

    #[test]
    fn nothing_that_may_quote_secrets_is_logged() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let writer = Arc::new(file.reopen().expect("the file"));
        let lines = fmt::layer().with_writer(writer).with_filter(EnvFilter::new("trace"));
        let registry = tracing_subscriber::registry().with(without_secrets()).with(lines);
        tracing::subscriber::with_default(registry, || {
            tracing::trace!(target: "aws_smithy_runtime::client::orchestrator", "x-amz-security-token: secret");
            tracing::trace!(target: "hyper::proto", "authorization: secret");
            tracing::debug!(target: "aws_smithy_runtime::client::orchestrator", "beginning attempt");
            tracing::trace!(target: "server::ingest", "fine");
        });
        let lines = fs::read_to_string(file.path()).expect("lines");
        assert!(!lines.contains("secret") && lines.contains("beginning attempt") && lines.contains("fine"), "{lines}");
    }
}
