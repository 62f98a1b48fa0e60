//! Takes the reports that browsers send when the content security policy stopped something.

use crate::share::token::redacted;
use axum::{body::Bytes, http::StatusCode};
use serde_json::Value;
use std::sync::atomic::{AtomicU32, Ordering};

/// So many reports are logged, the rest is only counted: anybody can send them.
const LOGGED: u32 = 100;

/// Longest text that a log line keeps of a report.
const EXCERPT: usize = 200;

static RECEIVED: AtomicU32 = AtomicU32::new(0);

pub(crate) async fn receive(body: Bytes) -> StatusCode {
    let number = RECEIVED.fetch_add(1, Ordering::Relaxed).saturating_add(1);
    if number > LOGGED {
        return StatusCode::NO_CONTENT;
    }
    let Ok(report) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    tracing::warn!(
        number,
        directive = ?text(&report, "effective-directive"),
        blocked = ?text(&report, "blocked-uri"),
        page = ?text(&report, "document-uri"),
        source = ?text(&report, "source-file"),
        "a browser reports that the content security policy stopped something"
    );
    StatusCode::NO_CONTENT
}

/// The query is cut off: it may name principals. So is the secret of a share.
fn text(report: &Value, key: &str) -> String {
    let text = report["csp-report"][key].as_str().unwrap_or_default();
    redacted(text.split('?').next().unwrap_or_default()).chars().take(EXCERPT).collect()
}
