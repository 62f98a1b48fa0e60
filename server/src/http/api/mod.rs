//! `/api/v1`: the one list of endpoints, and what they share.

pub(crate) mod answer;
mod openapi;
pub(crate) mod query;
pub(crate) mod row;
mod schema;

use super::{
    State,
    access::{
        ADMINISTRATOR, ANALYST,
        Rule::{self, Anybody},
        VIEWER,
    },
    audit, panel, probe, source, upload,
};
use axum::{
    Router,
    http::Method,
    routing::{MethodRouter, delete, get, post},
};

/// Every endpoint, and who may call it. The OpenAPI description is held against this list by a test.
fn endpoints() -> Vec<(Method, Rule, &'static str, MethodRouter<State>)> {
    vec![
        (Method::GET, VIEWER, "/api/openapi.json", get(openapi::show)),
        (Method::GET, Anybody, "/healthz", get(probe::alive)),
        (Method::GET, Anybody, "/readyz", get(probe::ready)),
        (Method::GET, VIEWER, "/api/v1/overview", get(panel::overview::overview)),
        (Method::GET, VIEWER, "/api/v1/trend", get(panel::trend::trend)),
        (Method::GET, VIEWER, "/api/v1/versions", get(panel::trend::versions)),
        (Method::GET, VIEWER, "/api/v1/services", get(panel::services::services)),
        (Method::GET, VIEWER, "/api/v1/callers", get(panel::callers::callers)),
        (Method::GET, VIEWER, "/api/v1/open-callers", get(panel::callers::open_callers)),
        (Method::GET, VIEWER, "/api/v1/coverage", get(panel::coverage::coverage)),
        (Method::GET, VIEWER, "/api/v1/deadlines", get(panel::deadlines::deadlines)),
        (Method::GET, VIEWER, "/api/v1/uploads", get(upload::list)),
        (Method::POST, ANALYST, "/api/v1/uploads", post(upload::receive)),
        (Method::GET, VIEWER, "/api/v1/uploads/{id}", get(upload::report)),
        (Method::DELETE, ANALYST, "/api/v1/uploads/{id}", delete(upload::remove)),
        (Method::POST, ANALYST, "/api/v1/uploads/{id}/cancel", post(upload::cancel)),
        (Method::GET, VIEWER, "/api/v1/uploads/{id}/files", get(upload::files)),
        (Method::GET, ADMINISTRATOR, "/api/v1/audit", get(audit::list)),
        (Method::GET, VIEWER, "/api/v1/sources", get(source::list)),
        (Method::GET, VIEWER, "/api/v1/sources/{id}", get(source::report)),
    ]
}

/// Endpoints that come as CSV too, also under their path with `.csv` behind it.
const TABLES: [&str; 11] = [
    "/api/v1/overview",
    "/api/v1/trend",
    "/api/v1/versions",
    "/api/v1/services",
    "/api/v1/callers",
    "/api/v1/open-callers",
    "/api/v1/coverage",
    "/api/v1/deadlines",
    "/api/v1/uploads",
    "/api/v1/uploads/{id}/files",
    "/api/v1/audit",
];

pub(super) fn routes() -> Router<State> {
    with_csv_twins().into_iter().fold(Router::new(), |router, (.., path, handler)| router.route(&path, handler))
}

/// Who may call each endpoint.
pub(super) fn rules() -> impl Iterator<Item = (Method, String, Rule)> {
    with_csv_twins().into_iter().map(|(method, rule, path, _)| (method, path, rule))
}

fn with_csv_twins() -> Vec<(Method, Rule, String, MethodRouter<State>)> {
    let mut all = Vec::new();
    for (method, rule, path, handler) in endpoints() {
        if method == Method::GET && TABLES.contains(&path) {
            all.push((Method::GET, rule, format!("{path}.csv"), handler.clone()));
        }
        all.push((method, rule, path.to_owned(), handler));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_description_names_exactly_the_routes() {
        let routes: BTreeSet<_> = with_csv_twins()
            .into_iter()
            .map(|(method, _, path, _)| format!("{} {path}", method.as_str().to_lowercase()))
            .collect();
        let document = openapi::document();
        let described: BTreeSet<_> = document["paths"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(path, item)| {
                item.as_object().into_iter().flatten().map(move |(method, _)| format!("{method} {path}"))
            })
            .collect();
        assert_eq!(routes, described);
    }

    #[test]
    fn every_operation_has_its_own_name_and_every_reference_leads_somewhere() {
        let document = openapi::document();
        let text = document.to_string();
        let names: Vec<_> =
            text.split("\"operationId\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(names.len(), with_csv_twins().len());
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
        for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
    }
}
