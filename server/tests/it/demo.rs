//! The synthetic trail, read back with nothing but a gunzip and a JSON parser.

use chrono::NaiveDate;
use serde_json::Value;
use server::demo::{Options, Summary, write};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

fn options() -> Options {
    let end = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    Options { days: 60, calls_per_day: 80, ..Options::ending(end) }
}

fn written(options: &Options) -> (tempfile::TempDir, Summary) {
    let dir = tempfile::tempdir().expect("a folder");
    let summary = write(dir.path(), options).expect("written");
    (dir, summary)
}

/// All files below a folder, by path relative to it.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                found.insert(path.strip_prefix(root).expect("below").to_owned(), bytes);
            }
        }
    }
    found
}

fn records(files: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<Value> {
    let logs = files.iter().filter(|(path, _)| path.iter().any(|part| part == "CloudTrail"));
    let parse = |(path, bytes): (&PathBuf, &Vec<u8>)| {
        let mut text = String::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("gzip");
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        value["Records"].as_array().expect("records").clone()
    };
    logs.flat_map(parse).collect()
}

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_else(|| panic!("{field} in {record}"))
}

#[test]
fn the_same_options_give_the_same_bytes() {
    let (first, summary) = written(&options());
    let (second, again) = written(&options());
    assert_eq!(summary, again);
    assert!(files(first.path()) == files(second.path()), "the files differ");
    let (other, _) = written(&Options { seed: 2, ..options() });
    assert!(files(first.path()) != files(other.path()), "the seed does not matter");
}

#[test]
fn the_summary_is_true() {
    let (dir, summary) = written(&options());
    let files = files(dir.path());
    assert_eq!(summary.files, files.len() as u64);
    assert_eq!(summary.bytes, files.values().map(|bytes| bytes.len() as u64).sum::<u64>());
    let records = records(&files);
    let identity = |record: &Value| record["sharedEventID"].as_str().unwrap_or(text(record, "eventID")).to_owned();
    let calls: BTreeSet<String> = records.iter().map(identity).collect();
    assert_eq!(summary.calls, calls.len() as u64);
    assert!(records.len() > calls.len(), "some calls are delivered twice");
    assert!((4_500..5_800).contains(&calls.len()), "{} calls, 4,800 were asked for", calls.len());
    assert!(summary.deadline_date > options().end);
}

#[test]
fn it_has_everything_that_a_year_of_logs_has() {
    let (dir, _) = written(&Options { days: 120, calls_per_day: 150, ..options() });
    let records = records(&files(dir.path()));
    let has = |what: &str, test: &dyn Fn(&Value) -> bool| assert!(records.iter().any(test), "no {what}");
    let label = |record: &Value| record["tlsDetails"]["tlsVersion"].as_str().unwrap_or("").to_owned();
    for version in ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] {
        has(version, &|r| label(r) == version);
    }
    has("call on somebody's behalf", &|r| r["userIdentity"]["invokedBy"].is_string() && label(r).is_empty());
    has("call from the console", &|r| r["sessionCredentialFromConsole"] == "true" && label(r).is_empty());
    has("service event", &|r| text(r, "eventType") == "AwsServiceEvent");
    has("old record", &|r| text(r, "eventVersion") == "1.05");
    has("placeholder", &|r| label(r) == "-");
    has("unknown label", &|r| label(r) == "DTLSv1.2");
    has("scanner", &|r| text(r, "userAgent").contains("zgrab"));
    has("call that is shared by two accounts", &|r| r["sharedEventID"].is_string());
    let services: BTreeSet<&str> = records.iter().map(|r| text(r, "eventSource")).collect();
    assert!((30..60).contains(&services.len()), "{services:?}");
    let accounts: BTreeSet<&str> = records.iter().map(|r| text(r, "recipientAccountId")).collect();
    assert_eq!(accounts.len(), 4);
}

#[test]
fn it_stops_at_the_present_second() {
    let now = "2026-06-30T09:30:00Z".parse().expect("a time");
    let (dir, _) = written(&Options { days: 3, calls_per_day: 300, ..Options::up_to(now) });
    let records = records(&files(dir.path()));
    let last = records.iter().map(|r| text(r, "eventTime")).max().expect("a record");
    assert!(("2026-06-30T06:00:00Z".."2026-06-30T09:30:00Z").contains(&last), "{last}");
}

#[test]
fn an_earlier_demo_is_replaced_and_anything_else_is_left_alone() {
    let (dir, summary) = written(&options());
    assert_eq!(write(dir.path(), &options()).expect("again"), summary);
    assert_eq!(summary.files, files(dir.path()).len() as u64);
    fs::write(dir.path().join("AWSLogs/mine.json"), "{}").expect("a file");
    let error = write(dir.path(), &options()).expect_err("not ours").to_string();
    assert!(error.starts_with("it holds other files"), "{error}");
    assert!(dir.path().join("AWSLogs/mine.json").exists());
}
