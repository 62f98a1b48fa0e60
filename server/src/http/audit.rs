//! `/api/v1/audit`, and a line in it for every export.

use super::{
    State,
    access::{Acting, actor},
    api::{
        answer::{Form, csv_stream},
        row::row,
    },
    problem::Problem,
};
use app::{
    model::audit::{Action, AuditFilter, Entry},
    store::{AUDIT_PAGE, Store},
};
use axum::{
    extract::{self, RawQuery, Request},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use futures::{Stream, stream};
use std::sync::Arc;

row!(Line { id: i64, time: DateTime<Utc>, name: String, address: String, action: Action, about: String });

/// JSON comes with the newest lines, older ones by `before`; CSV holds all of them.
pub(crate) async fn list(Acting(store): Acting, RawQuery(query): RawQuery, form: Form) -> Result<Response, Problem> {
    let filter: AuditFilter = query.unwrap_or_default().parse()?;
    if form == Form::Csv {
        return csv_stream("audit", all(store, filter)).await;
    }
    let rows: Vec<_> = store.audit(&filter, AUDIT_PAGE).await?.into_iter().map(Line::from).collect();
    Ok(form.rows("audit", &rows))
}

/// So many are asked for at once where all are wanted.
const BATCH: i64 = 5000;

fn all(store: Arc<dyn Store>, filter: AuditFilter) -> impl Stream<Item = Result<Vec<Line>, Problem>> + Send {
    stream::try_unfold(Some(filter), move |filter| {
        let store = store.clone();
        async move {
            let Some(filter) = filter else { return Ok(None) };
            let entries = store.audit(&filter, BATCH).await?;
            let oldest = entries.last().filter(|_| entries.len() as i64 == BATCH).map(|entry| entry.id);
            let next = oldest.map(|id| AuditFilter { before: Some(id), ..filter });
            Ok(Some((entries.into_iter().map(Line::from).collect(), next)))
        }
    })
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        let Entry { id, time, name, address, action, about } = entry;
        Self { id, time, name, address, action, about }
    }
}

/// What leaves as a file is written down, or does not leave.
pub(crate) async fn note_exports(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    let actor = actor(request.extensions());
    let about = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let response = next.run(request).await;
    let csv = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/csv"));
    if csv && response.status() == StatusCode::OK {
        let noted = state.store.acting(actor).note(Action::Export, &about).await;
        if let Err(error) = noted {
            return Problem::from(error).into_response();
        }
    }
    response
}
