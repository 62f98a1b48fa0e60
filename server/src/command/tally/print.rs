//! What `tally` prints: rows on stdout, a summary on stderr.

use super::count::{Counts, Row, Trouble};
use app::model::report::FileState;
use chrono::DateTime;
use serde::Serialize;
use std::io::{self, Write};

/// Files with trouble that are named.
const SHOWN: usize = 30;

const COLUMNS: [&str; 6] = ["hour", "scope", "account", "region", "service", "tls_version"];
const CALLER: [&str; 3] = ["principal", "user_agent", "source_address"];

pub(crate) fn csv(counts: &Counts, by_caller: bool, out: &mut impl Write) -> io::Result<()> {
    rows(counts, by_caller, out).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

fn rows(counts: &Counts, by_caller: bool, out: &mut impl Write) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let caller: &[&str] = if by_caller { &CALLER } else { &[] };
    csv.write_record(COLUMNS.iter().chain(caller).chain(&["calls"]))?;
    for (row, calls) in counts.rows() {
        let [hour, scope, account, region, service, tls_version] = cells(&row);
        csv.write_field(hour)?;
        csv.write_field(scope)?;
        for text in [account, region, service] {
            csv.write_field(no_formula(text))?;
        }
        csv.write_field(tls_version)?;
        if by_caller {
            for text in caller_cells(&row) {
                csv.write_field(no_formula(text))?;
            }
        }
        csv.write_field(calls.to_string())?;
        csv.write_record(None::<&[u8]>)?;
    }
    Ok(csv.flush()?)
}

/// Spreadsheets run what begins like this; the text is somebody else's.
fn no_formula(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn cells(row: &Row) -> [String; 6] {
    let texts = [&row.account, &row.region, &row.service].map(ToString::to_string);
    let [account, region, service] = texts;
    [hour(row.hour), row.scope.to_string(), account, region, service, row.tls_version.to_string()]
}

fn caller_cells(row: &Row) -> [String; 3] {
    row.caller.as_ref().map_or_else(Default::default, |caller| {
        [&caller.principal, &caller.user_agent, &caller.source_address].map(ToString::to_string)
    })
}

/// As in `2023-06-28T09:00:00Z`.
fn hour(hours: u32) -> String {
    DateTime::from_timestamp(i64::from(hours) * 3600, 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[derive(Serialize)]
struct Line<'a> {
    hour: String,
    scope: &'a str,
    account: &'a str,
    region: &'a str,
    service: &'a str,
    tls_version: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    caller: Option<CallerCells<'a>>,
    calls: u64,
}

#[derive(Serialize)]
struct CallerCells<'a> {
    principal: &'a str,
    user_agent: &'a str,
    source_address: &'a str,
}

/// One array, a row on each line.
pub(crate) fn json(counts: &Counts, out: &mut impl Write) -> io::Result<()> {
    let mut before = "[\n";
    for (row, calls) in counts.rows() {
        out.write_all(before.as_bytes())?;
        before = ",\n";
        let caller = row.caller.as_ref().map(|caller| CallerCells {
            principal: &caller.principal,
            user_agent: &caller.user_agent,
            source_address: &caller.source_address,
        });
        let line = Line {
            hour: hour(row.hour),
            scope: row.scope.as_str(),
            account: &row.account,
            region: &row.region,
            service: &row.service,
            tls_version: row.tls_version.as_str(),
            caller,
            calls,
        };
        serde_json::to_writer(&mut *out, &line)?;
    }
    out.write_all(if before == ",\n" { b"\n]\n" } else { b"[]\n" })
}

pub(crate) fn summary(counts: &Counts, out: &mut impl Write) -> io::Result<()> {
    let Counts { files, counted, already_counted, records_skipped, .. } = counts;
    writeln!(
        out,
        "{}: {} counted, {already_counted} already counted, {} skipped",
        number(*files, "file"),
        number(*counted, "call"),
        number(*records_skipped, "record"),
    )?;
    for (reason, calls) in &counts.unknown {
        writeln!(out, "  {} with unknown TLS version: {}", number(*calls, "call"), reason.words())?;
    }
    for (other, number) in &counts.skipped_by_key {
        writeln!(out, "  not read, by their keys: {number} × {}", other.words())?;
    }
    let mut troubles: Vec<&Trouble> = counts.troubles.iter().collect();
    troubles.sort_unstable_by_key(|trouble| &trouble.file);
    for trouble in troubles.iter().take(SHOWN) {
        describe(trouble, out)?;
    }
    match troubles.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "… and {} more", number(more as u64, "file")),
    }
}

/// As in `1 file`, `2 files`.
fn number(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn describe(trouble: &Trouble, out: &mut impl Write) -> io::Result<()> {
    let Trouble { file, state, reason, records_skipped, examples } = trouble;
    match (state, reason.as_str()) {
        (FileState::Done, "") => writeln!(out, "{file}: {} skipped", number(*records_skipped, "record"))?,
        (FileState::Done, reason) => writeln!(out, "{file}: {reason}")?,
        (state, reason) => writeln!(out, "{file}: {state}: {reason}")?,
    }
    for example in examples {
        writeln!(
            out,
            "  record {} at byte {}: {}: {}",
            example.record, example.offset, example.reason, example.excerpt
        )?;
    }
    Ok(())
}
