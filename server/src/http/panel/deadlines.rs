//! `/api/v1/deadlines`

use crate::http::{
    access::Acting,
    api::{answer::Form, row::row},
    problem::Problem,
};
use app::model::{
    call::Scope,
    deadline::{Deadline, Origin},
    tls::TlsVersion,
};
use axum::response::Response;
use chrono::NaiveDate;

row!(
    /// CSV has one line per date that a deadline ever had; the one in force says so.
    DeadlineDate {
        id: i64,
        name: String,
        date: NaiveDate,
        announced: NaiveDate,
        in_force: bool,
        scope: Option<Scope>,
        services: Vec<String>,
        minimum: TlsVersion,
        origin: Origin,
        source_url: String,
        note: String,
    }
);

pub(crate) async fn deadlines(Acting(store): Acting, form: Form) -> Result<Response, Problem> {
    let deadlines = store.deadlines().await?;
    let rows: Vec<_> = deadlines.iter().flat_map(dates).collect();
    Ok(form.nested("deadlines", &rows, &deadlines))
}

fn dates(deadline: &Deadline) -> impl Iterator<Item = DeadlineDate> {
    let newest = deadline.history.len().saturating_sub(1);
    deadline.history.iter().enumerate().map(move |(index, revision)| DeadlineDate {
        id: deadline.id,
        name: deadline.name.clone(),
        date: revision.date,
        announced: revision.announced,
        in_force: index == newest,
        scope: deadline.scope,
        services: deadline.services.clone(),
        minimum: deadline.minimum,
        origin: deadline.origin,
        source_url: deadline.source_url.clone(),
        note: revision.note.clone(),
    })
}
