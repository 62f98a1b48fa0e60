//! `/api/v1/coverage`

use crate::http::{
    access::Acting,
    api::{answer::Form, query::Query, row::row},
    problem::Problem,
};
use app::model::coverage::{CoverageRow, Gap};
use axum::response::Response;
use chrono::NaiveDate;

row!(Covered {
    account: String,
    region: String,
    days_with_logs: u32,
    days_expected: u32,
    days_silent: u32,
    first_day: NaiveDate,
    last_day: NaiveDate,
    gaps: Vec<String>,
});

pub(crate) async fn coverage(Acting(store): Acting, Query(view): Query, form: Form) -> Result<Response, Problem> {
    let rows: Vec<_> = store.coverage(&view).await?.rows.into_iter().map(Covered::from).collect();
    Ok(form.rows("coverage", &rows))
}

impl From<CoverageRow> for Covered {
    fn from(row: CoverageRow) -> Self {
        let CoverageRow { account, region, days_with_logs, days_expected, days_silent, first_day, last_day, gaps } =
            row;
        let gaps = gaps.iter().map(interval).collect();
        Self { account, region, days_with_logs, days_expected, days_silent, first_day, last_day, gaps }
    }
}

/// As ISO 8601 has it: both days, inclusive.
fn interval(gap: &Gap) -> String {
    format!("{}/{}", gap.first, gap.last)
}
