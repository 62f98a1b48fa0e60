//! `/api/v1/overview`: the answer itself.

use crate::http::{
    access::Acting,
    api::{answer::Form, query::Query, row::row},
    problem::Problem,
};
use app::model::{overview::Overview, tls::UnknownReason, verdict};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Serialize;
use std::{collections::BTreeMap, slice};

row!(Answer {
    state: verdict::State,
    sentence: String,
    as_of: NaiveDate,
    deadline: Option<String>,
    deadline_date: Option<NaiveDate>,
    open_services: i64,
    open_callers: i64,
    calls: i64,
    deprecated_calls: i64,
    calls_after_deadline: i64,
    coverage: Option<f64>,
});

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    answer: &'a Answer,
    forecast: &'a app::model::forecast::Forecast,
    /// Calls without a TLS version, by reason.
    unknown: BTreeMap<&'static str, i64>,
}

pub(crate) async fn overview(Acting(store): Acting, Query(view): Query, form: Form) -> Result<Response, Problem> {
    let overview = store.overview(&view).await?;
    let unknown =
        overview.unknown.iter().map(|(reason, calls): &(UnknownReason, i64)| (reason.as_str(), *calls)).collect();
    let answer = Answer::new(&overview);
    Ok(form.nested(
        "overview",
        slice::from_ref(&answer),
        Whole { answer: &answer, forecast: &overview.forecast, unknown },
    ))
}

impl Answer {
    fn new(overview: &Overview) -> Self {
        let deadline = overview.frame.deadline.as_ref();
        Self {
            state: overview.state,
            sentence: overview.sentence.clone(),
            as_of: overview.frame.as_of,
            deadline: deadline.map(|d| d.name.clone()),
            deadline_date: deadline.map(|d| d.date),
            open_services: overview.open_services,
            open_callers: overview.open_callers,
            calls: overview.calls,
            deprecated_calls: overview.deprecated_calls,
            calls_after_deadline: overview.calls_after_deadline,
            coverage: overview.coverage,
        }
    }
}
