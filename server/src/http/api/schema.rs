//! Schemas of the answers (JSON Schema 2020-12), field by field as in `panel` and `app::model`.

mod source;

use app::model::audit::Action;
use serde_json::{Map, Value, json};

pub(super) fn schemas() -> Value {
    let mut all = Map::new();
    for part in [common(), answers(), panels(), uploads(), source::sources()] {
        if let Value::Object(part) = part {
            all.extend(part);
        }
    }
    Value::Object(all)
}

/// An object with exactly these fields: name and schema.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let required = json!(required);
    let properties: Map<String, Value> = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn of(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn number() -> Value {
    json!({ "type": "integer" })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn day() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn one_of(texts: &[&str]) -> Value {
    json!({ "type": "string", "enum": texts })
}

fn optional(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn common() -> Value {
    json!({
        "Anything": true,
        "Problem": object([("type", text()), ("title", text()), ("status", number()), ("detail", text())]),
        "TlsVersion": one_of(&["ssl3", "1.0", "1.1", "1.2", "1.3", "none", "unknown"]),
        "Scope": one_of(&["aws", "customer"]),
        "Grain": one_of(&["hour", "day", "week", "month"]),
        "UnknownReason": one_of(&[
            "on_behalf", "console", "service_event", "old_record", "placeholder", "unrecognised", "unreported",
        ]),
        "Forecast": { "oneOf": [
            { "const": "reached" },
            object([("none", one_of(&["not_falling", "too_few_days", "low_coverage"]))]),
            object([("zero", object([
                ("zero", day()), ("early", day()), ("late", optional(day())), ("per_day", json!({ "type": "number" })),
            ]))]),
        ] },
    })
}

fn answers() -> Value {
    json!({
        "Overview": object([
            ("state", one_of(&["on_track", "at_risk", "missed", "clear", "unknown"])), ("sentence", text()),
            ("as_of", day()), ("deadline", optional(text())), ("deadline_date", optional(day())),
            ("open_services", number()), ("open_callers", number()), ("calls", number()), ("deprecated_calls", number()),
            ("calls_after_deadline", number()), ("coverage", optional(json!({ "type": "number" }))),
            ("forecast", of("Forecast")), ("unknown", json!({ "type": "object", "additionalProperties": number() })),
        ]),
        "Trend": object([("grain", of("Grain")), ("points", list(object([
            ("time", time()), ("service", text()), ("tls_version", of("TlsVersion")), ("calls", number()),
        ])))]),
        "Versions": object([("grain", of("Grain")), ("points", list(object([
            ("time", time()), ("tls_version", of("TlsVersion")), ("calls", number()),
        ])))]),
        "OpenCallers": object([("forecast", of("Forecast")), ("days", list(object([
            ("day", day()), ("open_callers", number()), ("has_logs", flag()),
        ])))]),
    })
}

fn panels() -> Value {
    json!({
        "Audit": list(object([
            ("id", number()), ("time", time()), ("name", text()), ("address", text()),
            ("action", one_of(&Action::ALL.map(Action::as_str))), ("about", text()),
        ])),
        "Services": list(object([
            ("scope", of("Scope")), ("service", text()), ("ssl3", number()), ("tls_1_0", number()), ("tls_1_1", number()),
            ("tls_1_2", number()), ("tls_1_3", number()), ("none", number()), ("unknown", number()), ("calls", number()),
            ("deprecated_calls", number()), ("callers", number()), ("open_callers", number()),
            ("first_seen", optional(day())), ("last_seen", optional(day())),
            ("safe_to_enforce", one_of(&["yes", "no", "unknown"])), ("why", text()),
        ])),
        "Callers": list(object([
            ("scope", of("Scope")), ("account", text()), ("service", text()), ("principal", text()), ("user_agent", text()),
            ("source_address", text()), ("tls_versions", list(of("TlsVersion"))), ("calls", number()),
            ("first_seen", time()), ("last_seen", time()), ("open", flag()),
        ])),
        "Coverage": list(object([
            ("account", text()), ("region", text()), ("days_with_logs", number()), ("days_expected", number()),
            ("days_silent", number()), ("first_day", day()), ("last_day", day()), ("gaps", list(text())),
        ])),
        "Deadlines": list(object([
            ("id", number()), ("name", text()), ("date", day()), ("scope", optional(of("Scope"))), ("services", list(text())),
            ("minimum", of("TlsVersion")), ("source_url", text()), ("note", text()),
            ("origin", one_of(&["preset", "own", "demo"])),
            ("history", list(object([("date", day()), ("announced", day()), ("note", text())]))),
        ])),
    })
}

fn uploads() -> Value {
    let summary = || {
        [
            ("id", number()),
            ("kind", one_of(&["upload", "folder", "demo"])),
            ("name", text()),
            ("state", one_of(&["receiving", "queued", "reading", "done", "failed", "cancelled"])),
            ("reason", text()),
            ("created", time()),
            ("started", optional(time())),
            ("finished", optional(time())),
            ("bytes", number()),
            ("bytes_read", number()),
            ("calls_counted", number()),
            ("calls_already_counted", number()),
            ("calls_unknown", number()),
            ("records_skipped", number()),
            ("files_total", number()),
            ("files_skipped", number()),
            ("files_failed", number()),
        ]
    };
    let file = || {
        [
            ("name", text()),
            ("state", one_of(&["done", "damaged", "skipped", "failed"])),
            ("reason", text()),
            ("bytes", number()),
            ("calls_counted", number()),
            ("calls_already_counted", number()),
            ("calls_unknown", number()),
            ("records_skipped", number()),
        ]
    };
    let mut report = object(summary());
    let mut detailed = object(file());
    require(
        &mut detailed,
        "examples",
        list(object([("record", number()), ("offset", number()), ("reason", text()), ("excerpt", text())])),
    );
    require(&mut report, "files", list(of("FileReport")));
    require(&mut report, "unknown", list(json!({ "type": "array", "prefixItems": [of("UnknownReason"), number()] })));
    json!({
        "Accepted": object([("id", number()), ("url", text())]),
        "Uploads": list(object(summary())),
        "UploadReport": report,
        "FileReport": detailed,
        "Files": list(object(file())),
    })
}

fn require(object: &mut Value, name: &str, schema: Value) {
    object["properties"][name] = schema;
    if let Some(required) = object["required"].as_array_mut() {
        required.push(name.into());
    }
}
