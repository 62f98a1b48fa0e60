//! How it was counted, and how that can be checked.

use crate::paper::{flow::Flow, ink};
use app::{model::statement::Statement, shared::words};

const CHECK: &str = "This paper is one file of the evidence (evidence.zip). Its manifest.json names the SHA-256 of each file, \
    tables/log_files.csv that of each log file where it is known. “tls-sunset verify evidence.zip LOGS…” tells whether one was \
    changed, and counts every number anew from log files.";

pub(super) fn rules(flow: &mut Flow<'_>, statement: &Statement) {
    flow.heading("How it was counted");
    flow.list(words::RULES.map(str::to_owned), ink::BODY);
    let version = words::rules_version(statement);
    flow.paragraph(&format!("{version} {}", words::masked(statement.masking)), ink::BODY.in_colour(ink::MUTED));
    flow.paragraph(CHECK, ink::BODY.in_colour(ink::MUTED));
}
