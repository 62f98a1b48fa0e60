//! Problems are for programs; a person who meets one gets the same sentence as a page.

use crate::http::{accept::preferred, problem::Problem, shared};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};

pub(crate) async fn for_people(request: Request, next: Next) -> Response {
    let person = preferred(request.headers(), &["application/json", "text/html"]) == 1;
    let is_shared = shared::is_one(request.uri().path());
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().filter(|_| person).cloned() else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(problem.page(!is_shared)))
}
