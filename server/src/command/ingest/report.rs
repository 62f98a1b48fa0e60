//! What became of every file, in plain lines.

use app::model::{
    report::{FileReport, FileState, SkippedRecord, Upload, UploadState},
    tls::UnknownReason,
};
use std::{
    fmt::Write as _,
    io::{self, Write},
};

pub(super) fn print(
    out: &mut impl Write,
    upload: &Upload,
    unknown: &[(UnknownReason, i64)],
    files: &[FileReport],
) -> io::Result<()> {
    for file in files {
        print_file(out, file)?;
    }
    if upload.state != UploadState::Done {
        writeln!(out, "{}", visible(&upload.reason))?;
    }
    let calls = calls(upload.calls_counted, upload.calls_already_counted, upload.calls_unknown);
    writeln!(out, "In all, {}: {calls}.", count(upload.files_total, "file"))?;
    for (reason, calls) in unknown {
        writeln!(out, "  {} without a TLS version: {}", count(*calls, "call"), reason.words())?;
    }
    for (n, what, fate) in [
        (upload.records_skipped, "record", "skipped"),
        (upload.files_skipped, "file", "skipped"),
        (upload.files_failed, "file", "failed or damaged"),
    ] {
        if n > 0 {
            writeln!(out, "  {} {fate}", count(n, what))?;
        }
    }
    out.flush()
}

fn print_file(out: &mut impl Write, file: &FileReport) -> io::Result<()> {
    let name = visible(&file.name);
    let calls = calls(file.calls_counted, file.calls_already_counted, file.calls_unknown);
    match file.state {
        FileState::Done => writeln!(out, "{name}: {calls}")?,
        FileState::Damaged => writeln!(out, "{name}: damaged: {}; {calls}", visible(&file.reason))?,
        state => writeln!(out, "{name}: {state}: {}", visible(&file.reason))?,
    }
    if file.records_skipped > 0 {
        writeln!(out, "  {} skipped", count(file.records_skipped, "record"))?;
    }
    for SkippedRecord { record, offset, reason, excerpt } in &file.examples {
        writeln!(out, "    record {record} at byte {offset}: {}: {}", visible(reason), visible(excerpt))?;
    }
    Ok(())
}

fn calls(counted: i64, already_counted: i64, unknown: i64) -> String {
    let mut text = format!("{} counted", count(counted, "call"));
    if already_counted > 0 {
        text += &format!(", {} already counted", number(already_counted));
    }
    if unknown > 0 {
        text += &format!(", {} without a TLS version", number(unknown));
    }
    text
}

/// "1 file", "2 files".
fn count(n: i64, what: &str) -> String {
    format!("{} {what}{}", number(n), if n == 1 { "" } else { "s" })
}

/// 1234567 as 1,234,567.
fn number(n: i64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Names are written by whoever made the archive: a terminal must not obey them.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            true => drop(write!(visible, "\\u{{{:x}}}", u32::from(c))),
            false => visible.push(c),
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_no_name() {
        assert_eq!(visible("a\u{1b}[2J\nb\u{202e}ä"), "a\\u{1b}[2J\\u{a}b\\u{202e}ä");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
    }
}
