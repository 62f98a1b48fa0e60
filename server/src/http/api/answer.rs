//! One answer in two forms, JSON and CSV.

use super::row::Row;
use crate::http::{accept::preferred, problem::Problem};
use axum::{
    body::{Body, Bytes},
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt as _, stream};
use serde::Serialize;
use std::convert::Infallible;

/// The form that the client asked for: by `.csv` after the path, or by `Accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Csv,
}

impl<S: Sync> FromRequestParts<S> for Form {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let csv =
            parts.uri.path().ends_with(".csv") || preferred(&parts.headers, &["application/json", "text/csv"]) == 1;
        Ok(if csv { Self::Csv } else { Self::Json })
    }
}

impl Form {
    /// Rows as a JSON array or as CSV.
    pub(crate) fn rows<R: Row>(self, name: &str, rows: &[R]) -> Response {
        self.nested(name, rows, rows)
    }

    /// `whole` as JSON (rows and what belongs to them), or the rows alone as CSV.
    pub(crate) fn nested<R: Row>(self, name: &str, rows: &[R], whole: impl Serialize) -> Response {
        let mut response = match self {
            Self::Json => axum::Json(whole).into_response(),
            Self::Csv => match text(R::COLUMNS, rows) {
                Ok(csv) => csv_response(name, Body::from(csv)),
                Err(problem) => problem.into_response(),
            },
        };
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
        response
    }
}

/// CSV of any length, batch by batch. The first batch decides whether there is an answer at all; a later one that fails
/// ends the body with an error, so that a client sees that the file is not whole.
pub(crate) async fn csv_stream<R: Row + Send + 'static>(
    name: &str,
    batches: impl Stream<Item = Result<Vec<R>, Problem>> + Send + 'static,
) -> Result<Response, Problem> {
    let mut batches = Box::pin(batches);
    let first = batches.next().await.transpose()?.unwrap_or_default();
    let first = text(R::COLUMNS, &first);
    let rest = batches.map(|batch| text(&[], &batch?));
    let body = stream::once(async { first }).chain(rest);
    let body = body.map(|part| part.map(Bytes::from).map_err(|problem| std::io::Error::other(problem.detail)));
    Ok(csv_response(name, Body::from_stream(body)))
}

fn text<R: Row>(header: &[&str], rows: &[R]) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = (|| {
        if !header.is_empty() {
            writer.write_record(header)?;
        }
        rows.iter().try_for_each(|row| writer.write_record(row.cells()))
    })();
    written.map_err(|error| error.to_string()).and_then(|()| writer.into_inner().map_err(|e| e.to_string())).map_err(
        |error| {
            tracing::error!(error, "cannot write CSV");
            Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "The table could not be written as CSV.")
        },
    )
}

fn csv_response(name: &str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"tls-sunset-{name}.csv\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::api::row::row;

    row!(Line { service: String, calls: i64 });

    #[test]
    fn csv_has_a_header_and_quotes_what_needs_it() {
        let rows = [
            Line { service: "s3".into(), calls: 1 },
            Line { service: "=cmd|' /C calc'!A0,\"x\"\nnext".into(), calls: 2 },
        ];
        let csv = String::from_utf8(text(Line::COLUMNS, &rows).unwrap_or_default()).unwrap_or_default();
        assert_eq!(csv, "service,calls\ns3,1\n\"'=cmd|' /C calc'!A0,\"\"x\"\"\nnext\",2\n");
    }

    #[test]
    fn no_rows_still_have_a_header() {
        assert_eq!(text::<Line>(Line::COLUMNS, &[]), Ok(b"service,calls\n".to_vec()));
    }
}
