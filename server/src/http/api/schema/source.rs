//! Buckets, field by field as in `app::model::source`.

use super::{flag, list, number, object, of, one_of, optional, text, time};
use serde_json::{Value, json};

pub(super) fn sources() -> Value {
    json!({
        "Sources": list(of("Source")),
        "Source": object(bucket()),
        "SourceReport": report(),
        "Place": object([
            ("bucket", text()), ("prefix", text()), ("region", text()), ("role_arn", optional(text())),
            ("external_id", optional(text())), ("endpoint", optional(text())), ("requester_pays", flag()),
        ]),
        "Choice": object([
            ("accounts", list(text())), ("regions", list(text())), ("from", optional(super::day())),
            ("to", optional(super::day())),
        ]),
        "Queue": object([
            ("url", text()), ("since", optional(time())), ("answered", optional(time())), ("told_at", optional(time())),
            ("told", number()), ("others", number()), ("trouble", text()), ("is_relied_on", flag()),
        ]),
        "Progress": object([
            ("listings_left", number()), ("listed", number()), ("waiting", number()), ("read", number()),
            ("failed", number()), ("bytes", number()), ("bytes_read", number()),
            ("bytes_per_second", optional(json!({ "type": "number" }))), ("seconds_left", optional(number())),
        ]),
    })
}

fn bucket() -> [(&'static str, Value); 17] {
    [
        ("id", number()),
        ("place", of("Place")),
        ("choice", of("Choice")),
        ("state", one_of(&["queued", "reading", "done", "failed", "cancelled"])),
        ("is_paused", flag()),
        ("is_followed", flag()),
        ("follow_every", number()),
        ("looked", optional(time())),
        ("next_look", optional(time())),
        ("queue", optional(of("Queue"))),
        ("trouble", text()),
        ("created", time()),
        ("progress", of("Progress")),
        ("calls_counted", number()),
        ("calls_already_counted", number()),
        ("calls_unknown", number()),
        ("records_skipped", number()),
    ]
}

fn report() -> Value {
    let mut report = object(bucket());
    let counted = |first: Value| json!({ "type": "array", "prefixItems": [first, number()] });
    let trail = object([
        ("organization", optional(text())),
        ("account", text()),
        ("region", text()),
        ("newest", optional(time())),
        ("looked", optional(time())),
    ]);
    for (name, schema) in [
        ("freshness", list(trail)),
        ("listings_failed", list(object([("prefix", text()), ("reason", text())]))),
        ("files", list(of("FileReport"))),
        ("others", list(counted(text()))),
        ("unknown", list(counted(of("UnknownReason")))),
    ] {
        super::require(&mut report, name, schema);
    }
    report
}
