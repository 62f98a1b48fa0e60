//! What a message says: S3's own notification, bare or wrapped by SNS, an event of EventBridge, or a notice of CloudTrail.
//!
//! Anybody who may send to the queue may have written it. What makes no sense in it is skipped, and costs nothing beside it.

use super::Told;
use crate::source::bucket::LARGEST;
use serde::Deserialize;
use serde_json::Value;

/// What a message says about one bucket.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Notice {
    /// What was put there.
    pub(super) objects: Vec<Told>,
    /// Parts that are not understood, and keys that no log file can have.
    pub(super) odd: u64,
    /// It is about the bucket, or about none.
    pub(super) is_ours: bool,
    /// It is about another bucket, or about another one too.
    pub(super) is_others: bool,
}

/// How deep SNS may have wrapped it.
const WRAPPINGS: usize = 3;

/// What CloudTrail sends to SNS to try whether it may.
const TRIAL: &str = "CloudTrail validation message.";

/// S3's longest, in bytes.
const LONGEST_KEY: usize = 1024;

/// Nothing if it is not of these kinds.
pub(super) fn read(body: &str, bucket: &str) -> Option<Notice> {
    let mut body = body.to_owned();
    for _ in 0..WRAPPINGS {
        let value: Value = serde_json::from_str(&body).ok()?;
        match value.get("Message").and_then(Value::as_str) {
            Some(TRIAL) => return Some(Notice { is_ours: true, ..Notice::default() }),
            Some(inner) => body = inner.to_owned(),
            None => return unwrapped(value, bucket),
        }
    }
    None
}

fn unwrapped(value: Value, bucket: &str) -> Option<Notice> {
    let mut notice = Notice::default();
    let understood = if value.get("Event").is_some_and(|event| event == "s3:TestEvent") {
        notice.is_about(value.get("Bucket").and_then(Value::as_str).unwrap_or(bucket), bucket);
        true
    } else if value.get("Records").is_some() {
        notice.add_s3(value, bucket)
    } else if value.get("detail-type").is_some() {
        notice.add_event_bridge(value, bucket)
    } else {
        notice.add_cloudtrail(value, bucket)
    };
    understood.then_some(notice)
}

fn parse<T: for<'de> Deserialize<'de>>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

#[derive(Deserialize)]
struct OfS3 {
    #[serde(rename = "Records")]
    records: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
    s3: Entity,
}

#[derive(Deserialize)]
struct OfEventBridge {
    #[serde(rename = "detail-type")]
    kind: String,
    detail: Entity,
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
    size: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfCloudTrail {
    s3_bucket: String,
    s3_object_key: Vec<Value>,
}

impl Notice {
    /// True if it is about the bucket that is asked for.
    fn is_about(&mut self, named: &str, bucket: &str) -> bool {
        let is_ours = named == bucket;
        self.is_ours |= is_ours;
        self.is_others |= !is_ours;
        is_ours
    }

    /// A key as it is; nothing if no object of a trail can have it.
    fn put(&mut self, key: Option<String>, size: &Value) {
        match key.filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY && !key.contains('\0')) {
            // What is told to be larger is found out when it is got.
            Some(key) => self.objects.push(Told { key, bytes: size.as_u64().unwrap_or_default().min(LARGEST) }),
            None => self.odd += 1,
        }
    }

    fn add_s3(&mut self, value: Value, bucket: &str) -> bool {
        let Some(OfS3 { records }) = parse(value) else { return false };
        let mut understood = records.is_empty();
        for record in records {
            let Some(Record { event_name, s3 }) = parse(record) else {
                self.odd += 1;
                continue;
            };
            understood = true;
            if self.is_about(&s3.bucket.name, bucket) && event_name.contains("ObjectCreated:") {
                // Only here are keys written as in a form: a plus for a space, the rest by percent signs.
                self.put(decode(&s3.object.key), &s3.object.size);
            }
        }
        understood
    }

    fn add_event_bridge(&mut self, value: Value, bucket: &str) -> bool {
        let Some(OfEventBridge { kind, detail }) = parse(value) else { return false };
        if self.is_about(&detail.bucket.name, bucket) && kind == "Object Created" {
            self.put(Some(detail.object.key), &detail.object.size);
        }
        true
    }

    fn add_cloudtrail(&mut self, value: Value, bucket: &str) -> bool {
        let Some(OfCloudTrail { s3_bucket, s3_object_key }) = parse(value) else { return false };
        if self.is_about(&s3_bucket, bucket) {
            for key in s3_object_key {
                let Value::String(key) = key else {
                    self.odd += 1;
                    continue;
                };
                self.put(Some(key), &Value::Null);
            }
        }
        true
    }
}

/// Nothing if it is no text.
fn decode(key: &str) -> Option<String> {
    let spaced = key.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(body: &Value) -> Vec<String> {
        let notice = read(&body.to_string(), "logs").expect("a notice");
        assert!(notice.is_ours && !notice.is_others && notice.odd == 0, "{notice:?}");
        notice.objects.into_iter().map(|told| format!("{} {}", told.key, told.bytes)).collect()
    }

    fn record(event: &str, bucket: &str, key: &str, size: &Value) -> Value {
        json!({
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventTime": "2026-06-28T09:05:00.000Z", "eventName": event,
            "s3": {
                "bucket": { "name": bucket, "arn": format!("arn:aws:s3:::{bucket}") },
                "object": { "key": key, "size": size, "eTag": "e", "sequencer": "0" },
            },
        })
    }

    fn of_s3(event: &str, bucket: &str) -> Value {
        json!({ "Records": [record(event, bucket, "a+b/%C3%BC%2B.json.gz", &json!(7))] })
    }

    #[test]
    fn each_way_of_telling_is_understood() {
        let plain = of_s3("ObjectCreated:Put", "logs");
        assert_eq!(told(&plain), ["a b/ü+.json.gz 7"]);
        let by_sns = json!({ "Type": "Notification", "TopicArn": "arn:…", "Message": plain.to_string() });
        assert_eq!(told(&by_sns), told(&plain));
        let by_event_bridge = json!({
            "version": "0", "detail-type": "Object Created", "source": "aws.s3", "time": "2026-06-28T09:05:00Z",
            "detail": { "bucket": { "name": "logs" }, "object": { "key": "a+b%20.gz", "size": 5, "etag": "e" } },
        });
        assert_eq!(told(&by_event_bridge), ["a+b%20.gz 5"]);
        let inner = json!({ "s3Bucket": "logs", "s3ObjectKey": ["x.json.gz", "y.json.gz"] }).to_string();
        let by_cloudtrail = json!({ "Type": "Notification", "Message": inner });
        assert_eq!(told(&by_cloudtrail), ["x.json.gz 0", "y.json.gz 0"]);
    }

    #[test]
    fn what_is_nothing_new_is_told_from_what_is_not_understood() {
        let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "…", "Bucket": "logs" });
        let trial = json!({ "Type": "Notification", "Message": TRIAL });
        for nothing in [test, trial, of_s3("ObjectRemoved:Delete", "logs")] {
            assert_eq!(told(&nothing), [""; 0], "{nothing}");
        }
        for other in ["", "hello", "{}", "[]", r#"{"Records":[{}]}"#, r#"{"Records":7}"#, r#"{"Message":"x"}"#] {
            assert_eq!(read(other, "logs"), None, "{other}");
        }
    }

    #[test]
    fn what_others_need_is_told_from_what_is_ours() {
        let test = json!({ "Event": "s3:TestEvent", "Bucket": "another" });
        for others in [test, of_s3("ObjectCreated:Put", "another"), of_s3("ObjectRemoved:Delete", "another")] {
            let notice = read(&others.to_string(), "logs").expect("a notice");
            assert!(notice.is_others && !notice.is_ours && notice.objects.is_empty(), "{others}");
        }
        let put = |bucket| record("ObjectCreated:Put", bucket, "x", &json!(1));
        let both = json!({ "Records": [put("another"), put("logs")] });
        let notice = read(&both.to_string(), "logs").expect("a notice");
        assert!(notice.is_others && notice.is_ours && notice.objects.len() == 1, "{notice:?}");
    }

    #[test]
    fn what_makes_no_sense_costs_nothing_beside_it() {
        let put = |key: &str, size: Value| record("ObjectCreated:Put", "logs", key, &size);
        let long = "x".repeat(1025);
        let records = json!({ "Records": [
            put("good", json!(7)), put("a%00b", json!(1)), put("%ff%fe", json!(1)), put("", json!(1)), put(&long, json!(1)),
            put("huge", json!(u64::MAX)), put("more", json!(1e300)), put("less", json!(-7)), put("none", json!("7")),
            { "eventName": 7 }, "text", null, [],
        ] });
        let notice = read(&records.to_string(), "logs").expect("a notice");
        let sizes: Vec<(&str, u64)> = notice.objects.iter().map(|told| (told.key.as_str(), told.bytes)).collect();
        assert_eq!(sizes, [("good", 7), ("huge", LARGEST), ("more", 0), ("less", 0), ("none", 0)]);
        assert_eq!((notice.odd, notice.is_ours, notice.is_others), (8, true, false));
        let keys = json!({ "s3Bucket": "logs", "s3ObjectKey": ["a\0b", 7, null, "good"] });
        let notice = read(&keys.to_string(), "logs").expect("a notice");
        assert_eq!((notice.objects.len(), notice.odd), (1, 3));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for not_a_notice in [deep, r#"{"Records":"\ud800"}"#.to_owned(), json!({ "s3Bucket": 1 }).to_string()] {
            assert_eq!(read(&not_a_notice, "logs"), None);
        }
    }
}
