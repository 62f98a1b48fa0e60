//! What is read from each fixture, one snapshot per file: adding a case is adding a file.

use app::model::report::FileState;
use chrono::DateTime;
use server::{
    format::{Scanner, read_decoded},
    tally::{Detail, Part, Tls},
};
use std::{fmt::Write as _, fs, path::Path};

#[test]
fn fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/reader");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let bytes = fs::read(&path).unwrap();
        let read = |step, scanner| report(&read_decoded(&mut bytes.as_slice(), step, Detail::All, scanner));
        let report = read(1 << 20, fastest());
        for (step, scanner) in Scanner::all().flat_map(|scanner| [(1, scanner), (7, scanner)]) {
            assert_eq!(report, read(step, scanner), "{path:?} in steps of {step} by {scanner:?}");
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        insta::with_settings!({ snapshot_path => "fixtures/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, report);
        });
    }
}

/// A line of 50 MB, whatever it is made of, costs one record and no memory.
#[test]
fn a_huge_record_is_skipped() {
    let small = r#"{"eventTime":"2023-06-28T09:00:00Z","eventSource":"s3.amazonaws.com","eventID":"a"}"#;
    let text = "x\\\"".repeat(2 << 20);
    let list = format!("[{}0]", "[1],{},".repeat(1 << 20));
    for value in [format!("\"{text}\""), list] {
        let huge = format!(r#"{{"requestParameters":{value},"eventTime":"2023-06-28T09:00:00Z","eventSource":"s3"}}"#);
        for file in [format!("{small}\n{huge}\n{small}\n"), format!(r#"{{"Records":[{small},{huge},{small}]}}"#)] {
            let parts = read_decoded(&mut file.as_bytes(), 1 << 19, Detail::None, fastest());
            let end = parts.last().and_then(|part| part.end.as_ref()).unwrap();
            assert_eq!(end.state, FileState::Done, "{end:?}");
            assert_eq!((parts[0].tally.calls.len(), end.records_skipped), (2, 1));
            assert_eq!((end.examples[0].record, end.bytes), (2, file.len() as u64));
            assert!(end.examples[0].reason.starts_with("larger than 4 MB"), "{end:?}");
        }
    }
}

pub(crate) fn fastest() -> Scanner {
    Scanner::all().next().unwrap()
}

/// Everything that the rest of the product learns about a file.
pub(crate) fn report(parts: &[Part]) -> String {
    let mut out = String::new();
    let end = parts.last().and_then(|part| part.end.as_ref()).unwrap();
    let reason = if end.reason.is_empty() { String::new() } else { format!(": {}", end.reason) };
    writeln!(out, "{}{reason}", end.state).unwrap();
    let read = parts.last().unwrap().records_read;
    writeln!(out, "{} bytes, {read} records, {} skipped", end.bytes, end.records_skipped).unwrap();
    for part in parts {
        for call in &part.tally.calls {
            line(&mut out, part, call.key, call.time, &format!("{:016x}", call.identity));
        }
        for plain in &part.tally.plain {
            line(&mut out, part, plain.key, plain.first, &format!("{} without identity", plain.calls));
        }
    }
    for example in &end.examples {
        writeln!(out, "record {} at byte {}: {}", example.record, example.offset, example.reason).unwrap();
        writeln!(out, "    {}", example.excerpt).unwrap();
    }
    assert!(end.state != FileState::Done || end.records_skipped > 0 || read > 0, "never silently done with nothing");
    out
}

fn line(out: &mut String, part: &Part, key: u32, time: u32, identity: &str) {
    let key = &part.tally.keys[key as usize];
    let time = DateTime::from_timestamp(time.into(), 0).unwrap().format("%FT%TZ");
    let tls = match key.tls {
        Tls::Known(version) => version.to_string(),
        Tls::Unknown(reason) => format!("unknown ({reason})"),
    };
    let caller = key.caller.as_ref().unwrap();
    let caller =
        [&caller.principal, &caller.user_agent, &caller.source_address].map(|text| format!("{text:?}")).join(" ");
    writeln!(out, "{time} {} {:?} {} {} {tls} {caller} {identity}", key.scope, key.account, key.region, key.service)
        .unwrap();
}
