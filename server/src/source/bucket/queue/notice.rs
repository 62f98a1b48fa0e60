//! What a message says: S3's own notification, bare or wrapped by SNS, an event of EventBridge, or a notice of CloudTrail.

use crate::source::bucket::Object;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// Objects that were put into a bucket.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Notice {
    Put(Vec<Put>),
    /// Nothing that concerns a reader: a test, something that was deleted.
    Nothing,
    /// Not of these kinds.
    Unreadable,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Put {
    pub(super) bucket: String,
    pub(super) object: Object,
}

/// How deep SNS may have wrapped it.
const WRAPPINGS: usize = 3;

pub(super) fn read(body: &str) -> Notice {
    let mut body = body.to_owned();
    for _ in 0..WRAPPINGS {
        let Ok(value) = serde_json::from_str::<Value>(&body) else { return Notice::Unreadable };
        match value.get("Message").and_then(Value::as_str) {
            Some(inner) => body = inner.to_owned(),
            None => return unwrapped(value),
        }
    }
    Notice::Unreadable
}

fn unwrapped(value: Value) -> Notice {
    if value.get("Event").is_some_and(|event| event == "s3:TestEvent") {
        return Notice::Nothing;
    }
    let puts = if value.get("Records").is_some() {
        parse(value).map(|of_s3: OfS3| of_s3.puts())
    } else if value.get("detail-type").is_some() {
        parse(value).map(|event: OfEventBridge| event.puts())
    } else {
        parse(value).map(|of_cloudtrail: OfCloudTrail| of_cloudtrail.puts())
    };
    match puts {
        None => Notice::Unreadable,
        Some(puts) if puts.is_empty() => Notice::Nothing,
        Some(puts) => Notice::Put(puts),
    }
}

fn parse<T: for<'de> Deserialize<'de>>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

#[derive(Deserialize)]
struct OfS3 {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
    event_time: Option<DateTime<Utc>>,
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Named,
    object: Described,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Described {
    key: String,
    #[serde(default)]
    size: u64,
    #[serde(default, alias = "eTag")]
    etag: String,
}

impl OfS3 {
    fn puts(self) -> Vec<Put> {
        let put = self.records.into_iter().filter(|record| record.event_name.contains("ObjectCreated:"));
        let put = put.map(|record| {
            let Entity { bucket, object } = record.s3;
            // Only here are keys written as in a form: a plus for a space, the rest by percent signs.
            let key = decode(&object.key);
            Put::new(bucket.name, Described { key, ..object }, record.event_time)
        });
        put.collect()
    }
}

#[derive(Deserialize)]
struct OfEventBridge {
    #[serde(rename = "detail-type")]
    kind: String,
    time: Option<DateTime<Utc>>,
    detail: Entity,
}

impl OfEventBridge {
    fn puts(self) -> Vec<Put> {
        let put =
            (self.kind == "Object Created").then(|| Put::new(self.detail.bucket.name, self.detail.object, self.time));
        put.into_iter().collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfCloudTrail {
    s3_bucket: String,
    s3_object_key: Vec<String>,
}

impl OfCloudTrail {
    fn puts(self) -> Vec<Put> {
        let object = |key| Described { key, size: 0, etag: String::new() };
        self.s3_object_key.into_iter().map(|key| Put::new(self.s3_bucket.clone(), object(key), None)).collect()
    }
}

impl Put {
    fn new(bucket: String, object: Described, time: Option<DateTime<Utc>>) -> Self {
        let Described { key, size, etag } = object;
        let object = Object { key, bytes: size, etag, modified: time.unwrap_or_default(), archived: false };
        Self { bucket, object }
    }
}

fn decode(key: &str) -> String {
    let spaced = key.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn keys(body: &Value) -> Vec<String> {
        match read(&body.to_string()) {
            Notice::Put(puts) => {
                puts.into_iter().map(|put| format!("{}/{} {}", put.bucket, put.object.key, put.object.bytes)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    fn of_s3(event: &str) -> Value {
        json!({ "Records": [{
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventTime": "2026-06-28T09:05:00.000Z", "eventName": event,
            "s3": {
                "bucket": { "name": "logs", "arn": "arn:aws:s3:::logs" },
                "object": { "key": "a+b/%C3%BC%2B.json.gz", "size": 7, "eTag": "e", "sequencer": "0" },
            },
        }]})
    }

    #[test]
    fn each_way_of_telling_is_understood() {
        let plain = of_s3("ObjectCreated:Put");
        assert_eq!(keys(&plain), ["logs/a b/ü+.json.gz 7"]);
        let by_sns = json!({ "Type": "Notification", "TopicArn": "arn:…", "Message": plain.to_string() });
        assert_eq!(keys(&by_sns), keys(&plain));
        let by_event_bridge = json!({
            "version": "0", "detail-type": "Object Created", "source": "aws.s3", "time": "2026-06-28T09:05:00Z",
            "detail": { "bucket": { "name": "logs" }, "object": { "key": "a+b%20.gz", "size": 5, "etag": "e" } },
        });
        assert_eq!(keys(&by_event_bridge), ["logs/a+b%20.gz 5"]);
        let inner = json!({ "s3Bucket": "logs", "s3ObjectKey": ["x.json.gz", "y.json.gz"] }).to_string();
        let by_cloudtrail = json!({ "Type": "Notification", "Message": inner });
        assert_eq!(keys(&by_cloudtrail), ["logs/x.json.gz 0", "logs/y.json.gz 0"]);
    }

    #[test]
    fn what_is_nothing_new_is_told_from_what_is_not_understood() {
        let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "…", "Bucket": "logs" });
        assert_eq!(read(&test.to_string()), Notice::Nothing);
        assert_eq!(read(&of_s3("ObjectRemoved:Delete").to_string()), Notice::Nothing);
        for other in ["", "hello", "{}", "[]", r#"{"Records":[{}]}"#, r#"{"Records":7}"#, r#"{"Message":"x"}"#] {
            assert_eq!(read(other), Notice::Unreadable, "{other}");
        }
    }
}
