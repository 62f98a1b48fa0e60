//! The tables of a share as CSV: what the statement says, which is masked already.

use super::{answer::missing, visit::Visit};
use crate::http::{
    State,
    api::{answer::Form, row::row},
    panel::{callers::Caller, coverage::Covered, services::Service, trend::ServicePoint},
};
use app::model::{
    report::SourceKind,
    share::Opened,
    statement::{CountedFiles, Statement},
};
use axum::response::Response;
use chrono::{DateTime, Utc};

row!(Files {
    source: String,
    kind: SourceKind,
    files: i64,
    bytes: i64,
    calls: i64,
    first_hour: DateTime<Utc>,
    last_hour: DateTime<Utc>,
});

/// Whether there is a table in a file of this name.
pub(super) fn exist(file: &str) -> bool {
    matches!(file, "trend.csv" | "services.csv" | "callers.csv" | "coverage.csv" | "files.csv")
}

pub(super) fn table(state: &State, visit: &Visit, opened: &Opened) -> Response {
    let cut = if opened.share.may_narrow { visit.cut.clone() } else { Default::default() };
    let statement = cut.of(&opened.statement);
    let name = visit.table.as_deref().and_then(|table| table.strip_suffix(".csv"));
    match name {
        Some("trend") => Form::Csv.rows("trend", &points(statement)),
        Some("services") => {
            let minimum = statement.frame().minimum();
            let rows: Vec<_> = statement.services.into_iter().map(|row| Service::new(row, minimum)).collect();
            Form::Csv.rows("services", &rows)
        }
        Some("callers") => Form::Csv.rows("callers", &each::<_, Caller>(statement.callers)),
        Some("coverage") => Form::Csv.rows("coverage", &each::<_, Covered>(statement.coverage)),
        Some("files") => Form::Csv.rows("files", &each::<_, Files>(statement.counted)),
        _ => missing(state),
    }
}

fn each<M, R: From<M>>(rows: Vec<M>) -> Vec<R> {
    rows.into_iter().map(R::from).collect()
}

/// Points without calls are left out.
fn points(statement: Statement) -> Vec<ServicePoint> {
    let times = &statement.times;
    let mut points: Vec<ServicePoint> = statement
        .counts
        .into_iter()
        .flat_map(|counts| {
            let (service, tls_version) = (counts.service, counts.tls_version);
            times.iter().zip(counts.calls).filter(|(_, calls)| *calls > 0).map(move |(time, calls)| ServicePoint {
                time: *time,
                service: service.clone(),
                tls_version,
                calls,
            })
        })
        .collect();
    points.sort_by(|a, b| (a.time, &a.service, a.tls_version).cmp(&(b.time, &b.service, b.tls_version)));
    points
}

impl From<CountedFiles> for Files {
    fn from(counted: CountedFiles) -> Self {
        let CountedFiles { source, kind, files, bytes, calls, first, last } = counted;
        Self { source, kind, files, bytes, calls, first_hour: first, last_hour: last }
    }
}
