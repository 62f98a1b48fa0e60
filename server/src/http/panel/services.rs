//! `/api/v1/services`

use crate::http::{
    access::Acting,
    api::{answer::Form, query::Query, row::row},
    problem::Problem,
};
use app::model::{call::Scope, service::ServiceRow, tls::TlsVersion, verdict::Safe};
use axum::response::Response;
use chrono::NaiveDate;

row!(Service {
    scope: Scope,
    service: String,
    ssl3: i64,
    tls_1_0: i64,
    tls_1_1: i64,
    tls_1_2: i64,
    tls_1_3: i64,
    none: i64,
    unknown: i64,
    calls: i64,
    deprecated_calls: i64,
    callers: i64,
    open_callers: i64,
    first_seen: Option<NaiveDate>,
    last_seen: Option<NaiveDate>,
    safe_to_enforce: Safe,
    why: String,
});

pub(crate) async fn services(Acting(store): Acting, Query(view): Query, form: Form) -> Result<Response, Problem> {
    let services = store.services(&view).await?;
    let minimum = services.frame.minimum();
    let rows: Vec<_> = services.rows.into_iter().map(|row| Service::new(row, minimum)).collect();
    Ok(form.rows("services", &rows))
}

impl Service {
    pub(crate) fn new(row: ServiceRow, minimum: TlsVersion) -> Self {
        Self {
            scope: row.scope,
            ssl3: row.of(TlsVersion::Ssl3),
            tls_1_0: row.of(TlsVersion::Tls10),
            tls_1_1: row.of(TlsVersion::Tls11),
            tls_1_2: row.of(TlsVersion::Tls12),
            tls_1_3: row.of(TlsVersion::Tls13),
            none: row.of(TlsVersion::None),
            unknown: row.of(TlsVersion::Unknown),
            calls: row.total(),
            deprecated_calls: row.deprecated(minimum),
            service: row.service,
            callers: row.callers,
            open_callers: row.open_callers,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            safe_to_enforce: row.verdict.safe,
            why: row.verdict.why,
        }
    }
}
