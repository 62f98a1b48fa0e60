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
    writeln!(out, "In all {} files: {calls}.", number(upload.files_total))?;
    for (reason, calls) in unknown {
        writeln!(out, "  {} calls without a TLS version: {}", number(*calls), reason.words())?;
    }
    for (count, what) in [
        (upload.records_skipped, "records skipped"),
        (upload.files_skipped, "files skipped"),
        (upload.files_failed, "files failed or damaged"),
    ] {
        if count > 0 {
            writeln!(out, "  {} {what}", number(count))?;
        }
    }
    out.flush()
}

fn print_file(out: &mut impl Write, file: &FileReport) -> io::Result<()> {
    let mut line = format!("{}: ", visible(&file.name));
    match file.state {
        FileState::Done => {}
        state => line += &format!("{state}: {} ", visible(&file.reason)),
    }
    if matches!(file.state, FileState::Done | FileState::Damaged) {
        line += &calls(file.calls_counted, file.calls_already_counted, file.calls_unknown);
    }
    writeln!(out, "{}", line.trim_end())?;
    if file.records_skipped > 0 {
        writeln!(out, "  {} records skipped", number(file.records_skipped))?;
    }
    for SkippedRecord { record, offset, reason, excerpt } in &file.examples {
        writeln!(out, "    record {record} at byte {offset}: {}: {}", visible(reason), visible(excerpt))?;
    }
    Ok(())
}

fn calls(counted: i64, already_counted: i64, unknown: i64) -> String {
    let mut text = format!("{} calls counted", number(counted));
    if already_counted > 0 {
        text += &format!(", {} already counted", number(already_counted));
    }
    if unknown > 0 {
        text += &format!(", {} without a TLS version", number(unknown));
    }
    text
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
