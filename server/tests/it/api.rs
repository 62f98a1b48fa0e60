//! Real answers are held against their description.

use crate::web::Web;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::BTreeSet;

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn every_answer_is_as_described(pool: PgPool) {
    let web = Web::new(pool).await;
    let document = web.json("/api/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    assert_described(&web, &document, 1, "empty").await;

    let bytes = crate::trail::week();
    let id = web.upload(&[("a.json", &bytes), ("picture.png", b"\x89PNG\r\n\x1a\n")]).await;
    web.ended(id).await;
    let checked = assert_described(&web, &document, id, "filled").await;
    assert_eq!(checked, 13);
}

/// Asks for every JSON answer of the description; answers how many there were.
async fn assert_described(web: &Web, document: &Value, id: i64, when: &str) -> usize {
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let Some(schema) = item.pointer("/get/responses/200/content/application~1json/schema") else {
            continue;
        };
        // Held against their description where there is a bucket.
        if path.starts_with("/api/v1/sources") {
            continue;
        }
        let asked = path.replace("{id}", &id.to_string());
        let answer = web.get(&format!("{asked}?range=all&grain=day")).await;
        if when == "empty" && path.contains("{id}") {
            answer.problem(404);
            continue;
        }
        assert_eq!(answer.status, 200, "{when} {asked}: {}", answer.text());
        let value = answer.json();
        check(document, schema, &value).unwrap_or_else(|why| panic!("{when} {asked}: {why}\n{value:#}"));
        let rows = [&value, &value["points"], &value["days"]].into_iter().find_map(Value::as_array);
        assert!(when == "empty" || rows.is_none_or(|rows| !rows.is_empty()), "{asked} shows nothing of the upload");
        checked += 1;
    }
    checked
}

/// As much of JSON Schema as the description uses.
pub(crate) fn check(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).ok_or(format!("{reference} leads nowhere"))?;
        return check(document, target, value);
    }
    if let Some(constant) = schema.get("const") {
        return if constant == value { Ok(()) } else { Err(format!("{value} is not {constant}")) };
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(schemas) = schema[choice].as_array() {
            let fits = schemas.iter().filter(|s| check(document, s, value).is_ok()).count();
            return if fits == 1 { Ok(()) } else { Err(format!("{value} fits {fits} of {schema}")) };
        }
    }
    if let Some(texts) = schema["enum"].as_array()
        && !texts.contains(value)
    {
        return Err(format!("{value} is none of {texts:?}"));
    }
    match schema["type"].as_str() {
        Some("object") => check_object(document, schema, value),
        Some("array") => {
            let items = value.as_array().ok_or(format!("{value} is no array"))?;
            let of = |i: usize| schema["prefixItems"].get(i).unwrap_or(&schema["items"]);
            items.iter().enumerate().try_for_each(|(i, item)| check(document, of(i), item))
        }
        Some("string") if !value.is_string() => Err(format!("{value} is no string")),
        Some("integer") if !value.is_i64() => Err(format!("{value} is no integer")),
        Some("number") if !value.is_number() => Err(format!("{value} is no number")),
        Some("boolean") if !value.is_boolean() => Err(format!("{value} is no boolean")),
        Some("null") if !value.is_null() => Err(format!("{value} is not null")),
        _ => check_format(schema, value),
    }
}

fn check_object(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let fields = value.as_object().ok_or(format!("{value} is no object"))?;
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        fields.get(name).ok_or(format!("{name} is missing in {value}"))?;
    }
    for (name, field) in fields {
        match schema["properties"].get(name).or(schema.get("additionalProperties")) {
            Some(Value::Bool(false)) => return Err(format!("{name} is not described")),
            Some(schema) => check(document, schema, field).map_err(|why| format!("{name}: {why}"))?,
            None => {}
        }
    }
    Ok(())
}

fn check_format(schema: &Value, value: &Value) -> Result<(), String> {
    let text = value.as_str().unwrap_or_default();
    let fits = match schema["format"].as_str() {
        Some("date") => text.parse::<chrono::NaiveDate>().is_ok(),
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        _ => true,
    };
    if fits { Ok(()) } else { Err(format!("{value} is no {}", schema["format"])) }
}

#[test]
fn the_checker_can_fail() {
    let document = json!({ "components": { "schemas": { "S": { "type": "string", "enum": ["a"] } } } });
    let schema = json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": {
            "a": { "type": "array", "items": { "$ref": "#/components/schemas/S" } },
            "b": { "anyOf": [{ "type": "string", "format": "date" }, { "type": "null" }] },
        },
    });
    for good in [json!({ "a": [] }), json!({ "a": ["a"], "b": null }), json!({ "a": [], "b": "2023-06-28" })] {
        assert_eq!(check(&document, &schema, &good), Ok(()));
    }
    for bad in [
        json!({}),
        json!({ "a": ["b"] }),
        json!({ "a": [1] }),
        json!({ "a": [], "b": "x" }),
        json!({ "a": [], "c": 1 }),
    ] {
        assert!(check(&document, &schema, &bad).is_err(), "{bad}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_view_that_makes_no_sense_says_so_in_words(pool: PgPool) {
    let web = Web::new(pool).await;
    for (query, word) in [
        ("grain=year", "hour, day, week, month"),
        ("from=yesterday", "2023-06-28"),
        ("from=2023-02-01&to=2023-01-01", "ends before it begins"),
        ("tls_version=1.4", "1.3"),
        ("deadline=soon", "number"),
        ("service=%FF", "UTF-8"),
    ] {
        for panel in ["overview", "trend", "versions", "services", "callers", "open-callers", "coverage", "callers.csv"]
        {
            let detail = web.get(&format!("/api/v1/{panel}?{query}")).await.problem(400);
            assert!(detail.contains(word), "{panel}?{query}: {detail}");
        }
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn callers_come_page_by_page_or_all_at_once(pool: PgPool) {
    let web = Web::new(pool).await;
    web.ended(web.upload(&[("a.json", &crate::trail::callers(120))]).await).await;
    let mut addresses = BTreeSet::new();
    let mut next = Some("/api/v1/callers?range=all".to_owned());
    let mut pages = 0;
    while let Some(path) = next {
        let answer = web.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-total-count")), (200, "120"));
        let rows = answer.json();
        addresses.extend(rows.as_array().expect("rows").iter().map(|row| row["source_address"].to_string()));
        next = link(answer.header("link"), "next");
        pages += 1;
    }
    assert_eq!((pages, addresses.len()), (3, 120));
    let csv = web.csv("/api/v1/callers.csv?range=all&page=2").await;
    assert_eq!(csv.lines().count(), 121, "a page of the screen is no page of the file");
}

/// The address of a `Link` header with this relation.
fn link(header: &str, relation: &str) -> Option<String> {
    let wanted = format!("rel=\"{relation}\"");
    let link = header.split(", <").find(|link| link.ends_with(&wanted))?;
    Some(link.trim_start_matches('<').split('>').next()?.to_owned())
}
