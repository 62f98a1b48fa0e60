//! Refuses requests that change something when another web page caused them.

use crate::http::problem::Problem;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// Decides by `Sec-Fetch-Site`, else by `Origin`; clients that are no browsers send neither and pass.
pub(crate) fn same_origin() -> CsrfLayer<fn(ProtectionError) -> Response> {
    CsrfLayer::new().with_rejection_response(refuse)
}

fn refuse(_: ProtectionError) -> Response {
    Problem::new(StatusCode::FORBIDDEN, "Another web site caused this request, so nothing was changed.").into_response()
}
