//! `/api/openapi.json`: the API described for programs (OpenAPI 3.1).

use super::{TABLES, schema};
use app::model::audit::Action;
use axum::Json;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

pub(crate) async fn show() -> Json<&'static Value> {
    Json(&DOCUMENT)
}

pub(super) fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "TLS Sunset",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "description": "Calls, callers and coverage behind the dashboard. The query string of a page is the query string \
                of its endpoints: what a page shows, its endpoint answers. `Accept: text/csv`, or `.csv` after the path, \
                gives a table as CSV.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths(),
        "components": {
            "parameters": parameters(),
            "responses": {
                "Problem": {
                    "description": "What is wrong and what to do (RFC 9457)",
                    "content": { super::super::problem::PROBLEM_JSON: { "schema": reference("Problem") } },
                },
            },
            "schemas": schema::schemas(),
        },
    })
}

fn paths() -> Value {
    let mut paths = Map::new();
    let mut add = |path: &str, method: &str, operation: Value| {
        if TABLES.contains(&path) && method == "get" {
            paths.insert(format!("{path}.csv"), json!({ "get": as_csv(&operation) }));
        }
        paths.entry(path).or_insert_with(|| json!({}))[method] = operation;
    };
    for (name, summary, schema) in PANELS {
        add(&format!("/api/v1/{name}"), "get", table(name, summary, schema, view()));
    }
    add(
        "/api/v1/deadlines",
        "get",
        table("deadlines", "Deadlines, each with every date it ever had", "Deadlines", vec![]),
    );
    add("/api/v1/uploads", "get", table("uploads", "All uploads, newest first", "Uploads", vec![]));
    add("/api/v1/uploads", "post", send());
    let id = || vec![json!({ "$ref": "#/components/parameters/id" })];
    add("/api/v1/uploads/{id}", "get", plain("upload", "Where an upload stands, and its report", "UploadReport", id()));
    add("/api/v1/uploads/{id}", "delete", done("removeUpload", "Remove an upload, and its counts with it"));
    add("/api/v1/uploads/{id}/cancel", "post", done("cancelUpload", "Stop reading an upload; what was counted stays"));
    add(
        "/api/v1/uploads/{id}/files",
        "get",
        table("uploadFiles", "What became of each log file of an upload", "Files", id()),
    );
    add(
        "/api/v1/audit",
        "get",
        table("audit", "Who did what, newest first; for administrators", "Audit", audit_parameters()),
    );
    add("/api/v1/sources", "get", plain("sources", "The buckets that are connected, newest first", "Sources", vec![]));
    add(
        "/api/v1/sources/{id}",
        "get",
        plain("source", "How far a bucket is, how fresh its logs are, and what made trouble", "SourceReport", id()),
    );
    add("/api/openapi.json", "get", plain("openapi", "This description", "Anything", vec![]));
    add("/healthz", "get", probe("healthz", "The process is alive"));
    add("/readyz", "get", probe("readyz", "The database answers"));
    Value::Object(paths)
}

/// Name (path and operation), summary, schema.
const PANELS: [(&str, &str, &str); 7] = [
    ("overview", "The answer: does deprecated TLS reach zero before the deadline?", "Overview"),
    ("trend", "Calls per bucket of time, service and TLS version", "Trend"),
    ("versions", "Calls per bucket of time and TLS version", "Versions"),
    ("services", "Services with their calls per TLS version, and whether it is safe to enforce", "Services"),
    (
        "callers",
        "Callers with a deprecated TLS version; JSON page by page (see the Link header), CSV all of them",
        "Callers",
    ),
    ("open-callers", "Open callers per day, and when they reach zero", "OpenCallers"),
    ("coverage", "Accounts and regions, and the days on which they have logs", "Coverage"),
];

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn operation(name: &str, summary: &str, parameters: Vec<Value>, status: &str, answer: Value) -> Value {
    json!({
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": { status: answer, "default": { "$ref": "#/components/responses/Problem" } },
    })
}

fn plain(name: &str, summary: &str, schema: &str, parameters: Vec<Value>) -> Value {
    let answer = json!({ "description": summary, "content": { "application/json": { "schema": reference(schema) } } });
    operation(name, summary, parameters, "200", answer)
}

/// JSON, or CSV for those who ask for it.
fn table(name: &str, summary: &str, schema: &str, parameters: Vec<Value>) -> Value {
    let mut operation = plain(name, summary, schema, parameters);
    operation["responses"]["200"]["content"]["text/csv"] = json!({ "schema": { "type": "string" } });
    operation
}

fn as_csv(table: &Value) -> Value {
    let mut operation = table.clone();
    operation["operationId"] = format!("{}Csv", table["operationId"].as_str().unwrap_or_default()).into();
    operation["responses"]["200"]["content"] = json!({ "text/csv": { "schema": { "type": "string" } } });
    operation
}

fn done(name: &str, summary: &str) -> Value {
    let id = json!({ "$ref": "#/components/parameters/id" });
    operation(name, summary, vec![id], "204", json!({ "description": "Done" }))
}

fn probe(name: &str, summary: &str) -> Value {
    let answer = json!({ "description": summary, "content": { "text/plain": { "schema": { "type": "string" } } } });
    operation(name, summary, vec![], "200", answer)
}

fn send() -> Value {
    let accepted = json!({
        "description": "Received; it is being read. Location is the address of its report",
        "headers": { "Location": { "schema": { "type": "string" } } },
        "content": { "application/json": { "schema": reference("Accepted") } },
    });
    let mut operation = operation("upload", "Send log files and archives", vec![], "202", accepted);
    operation["operationId"] = "sendUpload".into();
    operation["responses"]["303"] = json!({ "description": "The same, for clients that prefer text/html" });
    operation["requestBody"] = json!({
        "required": true,
        "description": "Any number of fields “file”, each with its (relative) name",
        "content": { "multipart/form-data": { "schema": {
            "type": "object",
            "properties": { "file": { "type": "array", "items": { "type": "string", "contentMediaType": "application/octet-stream" } } },
            "required": ["file"],
        } } },
    });
    operation
}

fn audit_parameters() -> Vec<Value> {
    let parameter = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "query", "description": description, "schema": schema });
    vec![
        parameter("name", "Only what this person did", json!({ "type": "string" })),
        parameter("action", "Only this", json!({ "type": "string", "enum": Action::ALL.map(Action::as_str).to_vec() })),
        parameter("from", "First day", json!({ "type": "string", "format": "date" })),
        parameter("to", "Last day", json!({ "type": "string", "format": "date" })),
        parameter("before", "Only lines with a smaller id", json!({ "type": "integer" })),
    ]
}

/// Query parameters of a view (`app::view`): name, schema, meaning.
fn view_parameters() -> [(&'static str, Value, &'static str); 13] {
    let text = || json!({ "type": "string" });
    let list = || json!({ "type": "array", "items": { "type": "string" } });
    [
        (
            "range",
            json!({ "type": "string", "enum": ["7d", "30d", "90d", "1y", "all"] }),
            "The last days that have logs",
        ),
        ("from", text(), "First day, or an RFC 3339 time"),
        ("to", text(), "Last day, or an RFC 3339 time (exclusive)"),
        ("grain", json!({ "type": "string", "enum": ["hour", "day", "week", "month"] }), "Width of a bucket of time"),
        ("deadline", json!({ "type": "integer" }), "A deadline's id"),
        ("account", list(), "Only these accounts"),
        ("region", list(), "Only these regions"),
        ("service", list(), "Only these services"),
        ("tls_version", list(), "Only these TLS versions: ssl3, 1.0, 1.1, 1.2, 1.3, none, unknown"),
        ("q", text(), "Only callers that contain this text"),
        ("sort", text(), "Column of the services; `-` before it: most first"),
        ("callers", text(), "Column of the callers; `-` before it: most first"),
        ("page", json!({ "type": "integer", "minimum": 1 }), "Page of the callers"),
    ]
}

fn view() -> Vec<Value> {
    view_parameters().iter().map(|(name, ..)| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
}

fn parameters() -> Value {
    let mut all = Map::new();
    for (name, schema, description) in view_parameters() {
        let mut parameter = json!({ "name": name, "in": "query", "description": description, "schema": schema });
        if parameter["schema"]["type"] == "array" {
            parameter["style"] = "form".into();
            parameter["explode"] = false.into();
        }
        all.insert(name.into(), parameter);
    }
    let id = json!({ "name": "id", "in": "path", "required": true, "description": "Number of an upload or a source", "schema": { "type": "integer" } });
    all.insert("id".into(), id);
    Value::Object(all)
}
