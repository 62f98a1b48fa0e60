//! `/api/v1/coverage`

use crate::http::{
    State,
    api::{answer::Form, query::Query, row::row},
    problem::Problem,
};
use app::model::coverage::CoverageRow;
use axum::{extract, response::Response};
use chrono::NaiveDate;

row!(Covered {
    account: String,
    region: String,
    days_with_logs: u32,
    days_expected: u32,
    first_day: NaiveDate,
    last_day: NaiveDate,
});

pub(crate) async fn coverage(
    extract::State(state): extract::State<State>,
    Query(view): Query,
    form: Form,
) -> Result<Response, Problem> {
    let rows: Vec<_> = state.store.coverage(&view).await?.rows.into_iter().map(Covered::from).collect();
    Ok(form.rows("coverage", &rows))
}

impl From<CoverageRow> for Covered {
    fn from(row: CoverageRow) -> Self {
        let CoverageRow { account, region, days_with_logs, days_expected, first_day, last_day } = row;
        Self { account, region, days_with_logs, days_expected, first_day, last_day }
    }
}
