//! `/api/v1/trend` and `/api/v1/versions`

use crate::http::{
    access::Acting,
    api::{answer::Form, query::Query, row::row},
    problem::Problem,
};
use app::model::{
    frame::Grain,
    tls::TlsVersion,
    trend::{Point, Points, Versions},
};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;

#[derive(Serialize)]
struct Whole<'a, P> {
    grain: Grain,
    points: &'a [P],
}

row!(
    /// `app::model::trend::Point`, as a row.
    ServicePoint { time: DateTime<Utc>, service: String, tls_version: TlsVersion, calls: i64 }
);

/// All versions, whatever the deadline forbids; points without calls are left out.
pub(crate) async fn trend(Acting(store): Acting, Query(view): Query, form: Form) -> Result<Response, Problem> {
    let Points { frame, points } = store.points(&view).await?;
    let points: Vec<_> = points.into_iter().map(ServicePoint::from).collect();
    Ok(form.nested("trend", &points, Whole { grain: frame.grain, points: &points }))
}

impl From<Point> for ServicePoint {
    fn from(Point { time, service, tls_version, calls }: Point) -> Self {
        Self { time, service, tls_version, calls }
    }
}

row!(VersionPoint { time: DateTime<Utc>, tls_version: TlsVersion, calls: i64 });

/// The same over all services.
pub(crate) async fn versions(Acting(store): Acting, Query(view): Query, form: Form) -> Result<Response, Problem> {
    let Versions { frame, times, series, .. } = store.versions(&view).await?;
    let at = |version: TlsVersion, calls: Vec<i64>| {
        times.iter().zip(calls).filter(|(_, n)| *n > 0).map(move |(time, calls)| VersionPoint {
            time: *time,
            tls_version: version,
            calls,
        })
    };
    let mut points: Vec<_> = series.into_iter().flat_map(|(version, calls)| at(version, calls)).collect();
    points.sort_by_key(|point| (point.time, point.tls_version));
    Ok(form.nested("versions", &points, Whole { grain: frame.grain, points: &points }))
}
