//! Forms that were refused: what was typed goes with the reason into the address of the page that shows the form again. Nothing
//! of it is a secret, and no log names what follows the `?` of an address.

use super::ApiError;
use crate::view::{decode, encode};
use leptos::{prelude::use_context, server_fn::error::ServerFnUrlError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// The fields of a form (all of them texts), named as the form names them.
fn to_query(form: &impl Serialize) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(form) else { return String::new() };
    let filled =
        fields.iter().filter_map(|(name, value)| Some((name, value.as_str().filter(|text| !text.is_empty())?)));
    filled.map(|(name, text)| format!("&form%5B{name}%5D={}", encode(text))).collect()
}

/// A form that was sent back; `None` where none was.
pub(crate) fn of_query<F: DeserializeOwned>(query: &str) -> Option<F> {
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let fields = pairs.filter_map(|(name, value)| {
        let name = decode(name).ok()?;
        let name = name.strip_prefix("form[")?.strip_suffix(']')?;
        Some((name.to_owned(), Value::String(decode(value).ok()?)))
    });
    let fields: Map<String, Value> = fields.collect();
    if fields.is_empty() { None } else { serde_json::from_value(Value::Object(fields)).ok() }
}

/// Leads a browser that posted a plain form back to `page`, where `place` (an id) is the form.
pub(super) fn send_back(page: &str, place: &str, form: &impl Serialize, error: &ApiError) {
    if let Some(reason) = reason(page, error) {
        leptos_axum::redirect(&format!("{page}?{reason}{}#{place}", to_query(form)));
    }
}

/// The same for a page whose own query holds what was typed.
pub(super) fn send_back_query(page: &str, query: &str, error: &ApiError) {
    if let Some(reason) = reason(page, error) {
        leptos_axum::redirect(&format!("{page}?{query}&{reason}"));
    }
}

/// Why, as a query; `None` for whoever is no browser with a plain form.
fn reason(page: &str, error: &ApiError) -> Option<String> {
    let posted = use_context::<http::request::Parts>();
    let accepts = posted.as_ref().and_then(|posted| posted.headers.get(http::header::ACCEPT)?.to_str().ok());
    // Its address needs some host, which is not used.
    let reason = ServerFnUrlError::new(page, error.clone()).to_url("http://localhost/");
    let reason = reason.as_ref().ok().and_then(|reason| reason.query())?;
    accepts.is_some_and(|accepts| accepts.contains("text/html")).then(|| reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{BucketForm, DeadlineForm};

    #[test]
    fn what_was_typed_comes_back() {
        let form = BucketForm {
            name: "s3://logs/Ünïcode & more/?#[]=%+".into(),
            role_arn: " arn:aws:iam::111122223333:role/Reader\n".into(),
            requester_pays: "yes".into(),
            ..BucketForm::default()
        };
        let query = format!("?__err=x==&__path=%2F{}", to_query(&form));
        assert!(query.is_ascii() && !query.contains(['#', ' ', '\n']), "{query}");
        assert_eq!(of_query(&query), Some(form));
        assert_eq!(of_query::<DeadlineForm>("__err=x&q=1"), None);
    }
}
