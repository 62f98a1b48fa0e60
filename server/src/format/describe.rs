//! Says what a file is that is no log.

use super::text::visible;
use app::model::report::FileState;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// First bytes, and what they are the beginning of.
const KNOWN: [(&[u8], &str); 14] = [
    (b"\x89PNG", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a sound, a picture or a film (RIFF)"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file; export the logs as JSON"),
    (b"ORC", "an ORC file; export the logs as JSON"),
    (b"Obj\x01", "an Avro file; export the logs as JSON"),
    (b"\x7FELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xFF\xFE", "UTF-16 text; save it as UTF-8"),
    (b"\xFE\xFF", "UTF-16 text; save it as UTF-8"),
    (b"<", "HTML or XML"),
];

/// Archives that may well hold logs, but are not opened.
const UNSUPPORTED: [(&[u8], &str); 5] = [
    (b"\xFD7zXZ\x00", "an xz archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x04\x22\x4D\x18", "an LZ4 archive"),
    (b"\x1F\x9D", "a Unix compress (.Z) archive"),
];

/// What data are that do not begin like JSON.
pub(crate) fn unknown(data: &[u8]) -> (FileState, String) {
    if let Some((_, what)) = UNSUPPORTED.iter().find(|(magic, _)| data.starts_with(magic)) {
        return (FileState::Failed, format!("{what}, which is not supported: repack it as .zip or .tar.gz"));
    }
    if let Some((_, what)) = KNOWN.iter().find(|(magic, _)| data.starts_with(magic)) {
        return (FileState::Skipped, format!("not a log: {what}"));
    }
    let start = data.get(..512).unwrap_or(data);
    let is_binary = start.iter().any(|b| *b < 0x20 && !b"\t\n\r\x0C\x1B".contains(b));
    if is_binary {
        return (FileState::Skipped, "not a log: binary data of an unknown kind".to_owned());
    }
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    (FileState::Skipped, format!("not a CloudTrail log: text that begins with “{}”", visible(line, 60)))
}

/// What a JSON object is that is no record.
pub(crate) fn object(json: &[u8]) -> String {
    let Ok(entries) = serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(json) else {
        return "JSON without CloudTrail records".to_owned();
    };
    let has = |key: &str| entries.contains_key(key);
    if has("digestStartTime") || has("previousDigestHashValue") {
        return "a CloudTrail digest file, which holds no calls".to_owned();
    }
    if has("queryCompleteTime") && has("hashSignature") {
        return "a CloudTrail Lake sign file, which holds no calls".to_owned();
    }
    if has("detail-type") {
        return "an EventBridge event that is no CloudTrail record".to_owned();
    }
    let keys: Vec<String> = entries.keys().take(6).map(|key| visible(key.as_bytes(), 30)).collect();
    match keys.as_slice() {
        [] => "an empty JSON object".to_owned(),
        _ => format!("JSON without CloudTrail records; its keys are {}", keys.join(", ")),
    }
}
