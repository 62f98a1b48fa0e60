//! The scanner against the plain reference, on hostile records in every packing and every chunking.

use crate::{
    reader::report,
    reader_reference::{Call, call, calls},
};
use app::model::{report::FileState, tls::TlsVersion};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use server::{
    format::{Scanner, read_decoded},
    tally::{Detail, Part},
};

/// JSON as text, so that keys can repeat and strings can be escaped in several ways.
#[derive(Debug, Clone)]
enum Json {
    Scalar(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// How to write it: where blanks go, which characters are escaped.
#[derive(Debug, Clone)]
struct Style {
    blanks: Vec<&'static str>,
    escapes: Vec<bool>,
}

struct Writer<'a> {
    style: &'a Style,
    n: usize,
    out: String,
}

impl Writer<'_> {
    fn blank(&mut self) {
        self.n += 1;
        self.out.push_str(self.style.blanks[self.n % self.style.blanks.len()]);
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            self.n += 1;
            let escape = self.style.escapes[self.n % self.style.escapes.len()];
            match c {
                '"' | '\\' => self.out.extend(['\\', c]),
                '\n' => self.out.push_str("\\n"),
                _ if escape || c < ' ' => {
                    c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| self.out.push_str(&format!("\\u{unit:04x}")));
                }
                _ => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn json(&mut self, json: &Json) {
        match json {
            Json::Scalar(text) => self.out.push_str(text),
            Json::Text(text) => self.text(text),
            Json::List(items) => {
                self.out.push('[');
                for (i, item) in items.iter().enumerate() {
                    self.out.push_str(if i > 0 { "," } else { "" });
                    self.blank();
                    self.json(item);
                    self.blank();
                }
                self.out.push(']');
            }
            Json::Object(entries) => {
                self.out.push('{');
                self.blank();
                for (i, (key, value)) in entries.iter().enumerate() {
                    self.out.push_str(if i > 0 { "," } else { "" });
                    self.blank();
                    self.text(key);
                    self.blank();
                    self.out.push(':');
                    self.blank();
                    self.json(value);
                    self.blank();
                }
                self.out.push('}');
            }
        }
    }
}

fn written(json: &Json, style: &Style) -> String {
    let mut writer = Writer { style, n: 0, out: String::new() };
    writer.json(json);
    writer.out
}

fn style() -> impl Strategy<Value = Style> {
    let blanks = prop_oneof![Just(vec![""]), vec(select(vec!["", " ", "\n", "\t", "\r\n  "]), 1..7)];
    let escapes = prop_oneof![Just(vec![false]), vec(any::<bool>(), 1..7)];
    (blanks, escapes).prop_map(|(blanks, escapes)| Style { blanks, escapes })
}

fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z.{}\\[\\]\"\\\\:,]{0,12}",
        any::<String>(),
        "[x]{250,260}",
        select(vec!["a\0b", "]", "[agent]", "\\\"", "null", "anonymous", "AssumedRole", "AWSService", "111122223333"])
            .prop_map(str::to_owned),
        select(vec!["TLSv1", "TLSv1.1", "tlsv12", "TLSv1.3", "-", "QUIC", "AwsServiceEvent", "AwsCloudTrailInsight"])
            .prop_map(str::to_owned),
        select(vec!["2023-06-28T09:00:00Z", "2023-06-28T09:00:01+02:00", "1.05", "1.08", "true", "s3.amazonaws.com"])
            .prop_map(str::to_owned),
    ]
}

fn scalar() -> impl Strategy<Value = Json> {
    select(vec!["null", "true", "false", "0", "-1.5e3", "12345678901234567890"])
        .prop_map(|text| Json::Scalar(text.to_owned()))
}

fn odd() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![scalar(), odd_text().prop_map(Json::Text)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Json::List), vec((key(), inner), 0..4).prop_map(Json::Object),]
    })
}

/// Keys that matter somewhere, and others.
fn key() -> impl Strategy<Value = String> {
    let known = [
        "eventVersion",
        "eventTime",
        "eventSource",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "eventID",
        "sharedEventID",
        "eventType",
        "recipientAccountId",
        "sessionCredentialFromConsole",
        "userIdentity",
        "tlsDetails",
        "tlsVersion",
        "type",
        "principalId",
        "arn",
        "accountId",
        "invokedBy",
        "sessionContext",
        "sessionIssuer",
        "addendum",
        "originalEventID",
        "requestParameters",
        "resources",
    ];
    prop_oneof![9 => select(known.to_vec()).prop_map(str::to_owned), 1 => odd_text()]
}

fn text(choices: &[&'static str]) -> impl Strategy<Value = Json> + use<> {
    select(choices.to_vec()).prop_map(|text| Json::Text(text.to_owned()))
}

fn object(entries: Vec<(&'static str, BoxedStrategy<Json>)>) -> BoxedStrategy<Json> {
    let names: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
    let values: Vec<BoxedStrategy<Json>> = entries.into_iter().map(|(_, value)| value).collect();
    values.prop_map(move |values| Json::Object(names.iter().map(ToString::to_string).zip(values).collect())).boxed()
}

/// A record as it should be.
fn sound() -> BoxedStrategy<Json> {
    let issuer =
        object(vec![("type", text(&["Role"]).boxed()), ("arn", text(&["arn:aws:iam::1:role/App", "arn:b"]).boxed())]);
    let identity = object(vec![
        ("type", text(&["AssumedRole", "IAMUser", "AWSService", "Root"]).boxed()),
        ("principalId", text(&["AROA:i-1", ""]).boxed()),
        ("arn", text(&["arn:aws:sts::1:assumed-role/App/i-1"]).boxed()),
        ("accountId", text(&["111122223333", "anonymous"]).boxed()),
        ("sessionContext", object(vec![("attributes", odd().boxed()), ("sessionIssuer", issuer)])),
    ]);
    let details = object(vec![
        ("tlsVersion", text(&["TLSv1", "TLSv1.2", "TLSv1.3"]).boxed()),
        ("cipherSuite", odd_text().prop_map(Json::Text).boxed()),
    ]);
    let addendum =
        object(vec![("reason", text(&["UPDATED_DATA"]).boxed()), ("originalEventID", text(&["a", ""]).boxed())]);
    object(vec![
        ("eventVersion", text(&["1.05", "1.08", "1.10"]).boxed()),
        ("userIdentity", identity),
        ("eventTime", text(&["2023-06-28T09:00:00Z", "2023-06-28T10:11:12Z", "9999-01-01T00:00:00Z"]).boxed()),
        ("eventSource", text(&["s3.amazonaws.com", "dynamodb.amazonaws.com", "x"]).boxed()),
        ("awsRegion", text(&["eu-west-1", "us-east-1"]).boxed()),
        ("sourceIPAddress", text(&["10.0.0.1", "AWS Internal"]).boxed()),
        ("userAgent", text(&["[aws-cli/1.3]", "Boto/2", "="]).boxed()),
        ("requestParameters", odd().boxed()),
        ("eventID", "[0-9a-f]{8}-[0-9a-f]{4}".prop_map(Json::Text).boxed()),
        ("eventType", text(&["AwsApiCall", "AwsApiCall", "AwsServiceEvent"]).boxed()),
        ("recipientAccountId", text(&["444455556666"]).boxed()),
        ("tlsDetails", details),
        ("addendum", prop_oneof![3 => scalar().boxed(), 1 => addendum].boxed()),
    ])
}

/// What may befall a record: something is put into it, or out of it, anywhere.
fn record() -> impl Strategy<Value = Json> {
    let change = prop_oneof![
        any::<Index>().prop_map(|at| (at, None)),
        (any::<Index>(), (key(), odd())).prop_map(|(at, entry)| (at, Some(entry))),
    ];
    (sound(), vec((any::<Index>(), change), 0..5)).prop_map(|(mut record, changes)| {
        for (depth, (at, change)) in changes {
            disturb(&mut record, depth.index(3), at, change);
        }
        record
    })
}

fn disturb(json: &mut Json, depth: usize, at: Index, change: Option<(String, Json)>) {
    let Json::Object(entries) = json else { return };
    if depth > 0
        && let Some((_, inner)) = entries.iter_mut().filter(|(_, v)| matches!(v, Json::Object(_))).nth(at.index(3))
    {
        return disturb(inner, depth - 1, at, change);
    }
    match change {
        Some(entry) => entries.insert(at.index(entries.len() + 1), entry),
        None if !entries.is_empty() => drop(entries.remove(at.index(entries.len()))),
        None => {}
    }
}

const PACKINGS: usize = 8;

/// Records as a file.
fn packed(records: &[String], packing: usize) -> String {
    let wrapped = |key: &str| -> Vec<String> {
        records
            .iter()
            .map(|r| format!("{{\"EventId\":\"e\",\"{key}\":{}}}", serde_json::to_string(r).unwrap()))
            .collect()
    };
    let line = |record: &String| record.replace(['\n', '\r'], " ");
    match packing {
        0 => format!("{{\"Records\":[{}]}}", records.join(",")),
        1 => format!(
            "\u{FEFF}{{\"before\":{{\"Records\":1}},\r\n \"Records\" : [ {} ] , \"after\":[1]}}\n",
            records.join(" ,\n")
        ),
        2 => format!("[{}]", records.join(",")),
        3 => records.iter().map(|record| line(record) + "\n").collect(),
        4 => records.concat(),
        5 => format!("{{\"Events\":[{}],\"NextToken\":null}}", wrapped("CloudTrailEvent").join(",")),
        6 => format!("{{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{}]}}", wrapped("message").join(",")),
        _ => records
            .iter()
            .map(|r| {
                format!(
                    "{{\"version\":\"0\",\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":{}}}\n",
                    line(r)
                )
            })
            .collect(),
    }
}

fn read(file: &str, step: usize, detail: Detail, scanner: Scanner) -> Vec<Part> {
    read_decoded(&mut file.as_bytes(), step, detail, scanner)
}

fn check(records: &[Json], style: &Style, packing: usize, step: usize, detail: Detail) -> Result<(), TestCaseError> {
    let texts: Vec<String> = records.iter().map(|record| written(record, style)).collect();
    let values = texts.iter().map(|text| serde_json::from_str(text).unwrap());
    let mut expected: Vec<Call> = values.filter_map(|value| call(&value, detail)).collect();
    expected.sort();
    let file = packed(&texts, packing);
    let has_plain = expected.iter().any(|call| call.identity.is_none());
    let content = has_plain.then(|| *blake3::hash(file.as_bytes()).as_bytes());
    for scanner in Scanner::all() {
        let parts = read(&file, step, detail, scanner);
        prop_assert_eq!(&calls(&parts), &expected, "{} by {:?}", file, scanner);
        let last = parts.last().unwrap();
        prop_assert_eq!(last.records_read, records.len() as u64);
        let end = last.end.as_ref().unwrap();
        prop_assert_eq!(end.bytes, file.len() as u64);
        prop_assert_eq!(end.content, content);
        prop_assert!(matches!(end.state, FileState::Done | FileState::Skipped), "{:?}", end);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn agrees_with_the_reference(
        records in vec(record(), 1..5),
        style in style(),
        packing in 0..PACKINGS,
        step in prop_oneof![1_usize..200, Just(1 << 20)],
        detail in select(vec![Detail::None, Detail::Below(TlsVersion::Tls12), Detail::All]),
    ) {
        check(&records, &style, packing, step, detail)?;
    }

    /// Cut anywhere: nothing is invented, and the file is never called whole.
    #[test]
    fn truncation_keeps_what_was_whole(
        records in vec(sound(), 1..4),
        packing in 0..3_usize,
        at: Index,
        scanner in scanner(),
    ) {
        let style = Style { blanks: vec![""], escapes: vec![false] };
        let texts: Vec<String> = records.iter().map(|record| written(record, &style)).collect();
        let file = packed(&texts, packing);
        let mut end = at.index(file.len() - 1) + 1;
        while !file.is_char_boundary(end) {
            end -= 1;
        }
        let all = calls(&read(&file, 64, Detail::All, scanner));
        let parts = read(&file[..end], 64, Detail::All, scanner);
        let kept = calls(&parts);
        prop_assert!(kept.iter().all(|call| all.contains(call)));
        // A byte order mark alone is an empty file.
        if end > 3 && !file[end..].trim().is_empty() {
            let state = parts.last().unwrap().end.as_ref().unwrap().state;
            prop_assert!(matches!(state, FileState::Damaged | FileState::Failed), "{:?}", state);
        }
    }

    /// Whatever the bytes are: no panic, and all scanners say the same of them.
    #[test]
    fn scanners_agree(
        bytes in vec(prop_oneof![any::<u8>(), select(b"{}[]\",:\\ \n12n".to_vec())], 0..300),
        step in 1_usize..100,
    ) {
        let reports = Scanner::all().map(|scanner| report(&read_decoded(&mut bytes.as_slice(), step, Detail::All, scanner)));
        let reports: Vec<String> = reports.collect();
        prop_assert!(reports.windows(2).all(|two| two[0] == two[1]), "{:#?}", reports);
    }
}

fn scanner() -> impl Strategy<Value = Scanner> {
    select(Scanner::all().collect::<Vec<_>>())
}
