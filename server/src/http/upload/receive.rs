//! `POST /api/v1/uploads`: files stream from the request into the spool folder.

use super::steady::{Broken, Outlet, Steady};
use crate::{
    http::{State, accept::preferred, access::Acting, problem::Problem},
    ingest::{self, Receiving},
};
use app::{api::ApiError, model::audit::Action};
use axum::{
    Json,
    body::Body,
    extract,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use multer::{Field, Multipart};
use serde_json::json;
use std::time::Duration;

/// Name of the form field that holds a file; others are ignored.
const FIELD: &str = "file";

/// How long a refusal waits for the client to stop sending: one that still sends would not read it.
const LINGER: Duration = Duration::from_secs(5);

pub(crate) async fn receive(
    extract::State(state): extract::State<State>,
    Acting(store): Acting,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let boundary = match boundary(&headers) {
        Ok(boundary) => boundary,
        Err(problem) => return problem.into_response(),
    };
    let (steady, outlet) = Steady::new(body);
    let mut parts = Multipart::new(steady, boundary);
    match receive_parts(&state, &mut parts, &outlet).await {
        Ok(id) => match store.note(Action::Upload, &format!("upload {id}")).await {
            Ok(()) => accepted(id, &headers),
            Err(error) => Problem::from(error).into_response(),
        },
        Err(problem) => {
            let _ = tokio::time::timeout(LINGER, drain(parts, &outlet)).await;
            problem.into_response()
        }
    }
}

async fn receive_parts(state: &State, parts: &mut Multipart<'_>, outlet: &Outlet) -> Result<i64, Problem> {
    let patience = Patience(state.longest_silence);
    let mut receiving = None;
    while let Some(field) = patience.wait(parts.next_field()).await? {
        outlet.flows();
        // A form that was sent without a choice holds one file without a name.
        if field.name() == Some(FIELD) && field.file_name() != Some("") {
            let receiving = match &mut receiving {
                Some(receiving) => receiving,
                none => none.insert(state.uploads.begin(field.file_name().unwrap_or_default()).await.map_err(refused)?),
            };
            receive_file(receiving, field, outlet, patience).await?;
        } else {
            skip(field, outlet, patience).await?;
        }
    }
    match receiving {
        Some(receiving) => receiving.finish().await.map_err(refused),
        None => Err(Problem::bad_request(format!(
            "No file was sent: choose at least one, and send each in a form field named “{FIELD}”."
        ))),
    }
}

async fn receive_file(
    receiving: &mut Receiving,
    mut field: Field<'_>,
    outlet: &Outlet,
    patience: Patience,
) -> Result<(), Problem> {
    let mut file = receiving.file(field.file_name().unwrap_or_default()).await.map_err(refused)?;
    while let Some(chunk) = patience.wait(field.chunk()).await? {
        outlet.flows();
        file.write(&chunk).await.map_err(refused)?;
    }
    file.finish().await.map_err(refused)
}

async fn skip(mut field: Field<'_>, outlet: &Outlet, patience: Patience) -> Result<(), Problem> {
    while patience.wait(field.chunk()).await?.is_some() {
        outlet.flows();
    }
    Ok(())
}

/// Waits for the next piece, but not for ever: a connection may be dead without anybody having been told.
#[derive(Clone, Copy)]
struct Patience(Duration);

impl Patience {
    async fn wait<T>(self, piece: impl Future<Output = multer::Result<T>>) -> Result<T, Problem> {
        match tokio::time::timeout(self.0, piece).await {
            Ok(piece) => piece.map_err(malformed),
            Err(_) => Err(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                format!("Nothing came for {} seconds; send it again.", self.0.as_secs()),
            )),
        }
    }
}

/// Reads what is left of a request that was refused.
async fn drain(mut parts: Multipart<'_>, outlet: &Outlet) {
    while let Ok(Some(field)) = parts.next_field().await {
        outlet.flows();
        if skip(field, outlet, Patience(LINGER)).await.is_err() {
            return;
        }
    }
}

/// A form of a browser without scripts is led to the upload's page, everybody else gets its address.
fn accepted(id: i64, headers: &HeaderMap) -> Response {
    let page = format!("/uploads/{id}");
    if preferred(headers, &["application/json", "text/html"]) == 1 {
        return Redirect::to(&page).into_response();
    }
    let mut response = (StatusCode::ACCEPTED, Json(json!({ "id": id, "url": page }))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/uploads/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn boundary(headers: &HeaderMap) -> Result<String, Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    multer::parse_boundary(content_type).map_err(|error| match error {
        multer::Error::NoBoundary => Problem::bad_request("The multipart request names no boundary in its Content-Type."),
        _ => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("Send the files as multipart/form-data, each in a field named “{FIELD}”, as `curl -F {FIELD}=@logs.zip` does."),
        ),
    })
}

fn refused(error: ingest::Error) -> Problem {
    let full = matches!(error, ingest::Error::NoRoom { .. });
    let mut problem = Problem::from(ApiError::from(error));
    if full {
        problem.status = StatusCode::INSUFFICIENT_STORAGE;
    }
    problem
}

fn malformed(error: multer::Error) -> Problem {
    let broken = match &error {
        multer::Error::StreamReadFailed(source) => source.downcast_ref::<Broken>(),
        _ => None,
    };
    tracing::info!(error = ?error.to_string(), "an upload could not be received");
    match broken {
        Some(Broken::Connection(_)) => {
            Problem::bad_request("The connection broke off before everything was sent; send it again.")
        }
        Some(Broken::LongHeader) => Problem::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "A part of the request begins with too long a header.",
        ),
        None => Problem::bad_request("The multipart request is malformed or ends too early; send it again."),
    }
}
