//! Any bytes: no panic, the same result by every scanner in every chunking, and for valid JSON that of the plain reference.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use server::{
    format::{Scanner, read_decoded},
    tally::{Detail, Part},
};

#[path = "../../tests/it/reader_reference.rs"]
mod reader_reference;

fuzz_target!(|bytes: &[u8]| {
    let step = bytes.first().map_or(1, |b| usize::from(*b) + 1);
    let read = |bytes: &[u8], step, scanner| read_decoded(&mut &*bytes, step, Detail::All, scanner);
    let mut scanners = Scanner::all();
    let fastest = scanners.next().expect("one at least");
    let whole = read(bytes, 1 << 20, fastest);
    assert_same(&whole, &read(bytes, step, fastest));
    for scanner in scanners {
        assert_same(&whole, &read(bytes, step, scanner));
    }
    if let Ok(record @ Value::Object(_)) = serde_json::from_slice(bytes)
        && has_plain_time(&record)
    {
        let file = [b"{\"Records\":[", bytes, b"]}"].concat();
        let calls = reader_reference::calls(&read(&file, step, fastest));
        let expected: Vec<_> = reader_reference::call(&record, Detail::All).into_iter().collect();
        assert_eq!(calls, expected);
    }
});

fn assert_same(a: &[Part], b: &[Part]) {
    assert_eq!(reader_reference::calls(a), reader_reference::calls(b));
    let ends = [a, b].map(|parts| {
        let last = parts.last().expect("a last part");
        let end = last.end.as_ref().expect("an end");
        (last.records_read, end.state, end.records_skipped)
    });
    assert_eq!(ends[0], ends[1]);
}

/// Other forms of a time are read, too, but not by the reference.
fn has_plain_time(record: &Value) -> bool {
    let inner = if record["detail"].is_object() { &record["detail"] } else { record };
    let is_wrapped = record["CloudTrailEvent"].is_string() || record["message"].is_string();
    !is_wrapped && inner["eventTime"].as_str().is_none_or(|time| time.len() == 20 && time.ends_with('Z') && !time.ends_with("60Z"))
}
