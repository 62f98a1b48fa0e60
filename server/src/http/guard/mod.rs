//! What stands between a request and its handler, one concern per file.

mod crash;
mod csp;
mod csrf;
mod headers;
mod host;
mod log;
mod patience;
mod people;
mod report;
mod request_id;

pub(crate) use csp::REPORTS;
pub use host::Hosts;

use super::access::{Door, admit};
use axum::{Router, extract::DefaultBodyLimit, middleware, routing::post};
use tower_http::{CompressionLevel, compression::CompressionLayer};

/// A report is a few hundred bytes.
const LONGEST_REPORT: usize = 16 * 1024;

/// Wraps all routes. The last layer is the outermost one: also a refusal is logged and carries every header.
pub(crate) fn guard(routes: Router, hosts: Hosts, door: Door) -> Router {
    let reports = Router::new().route(REPORTS, post(report::receive)).layer(DefaultBodyLimit::max(LONGEST_REPORT));
    routes
        .merge(reports)
        .layer(middleware::from_fn_with_state(door, admit))
        .layer(middleware::from_fn(patience::patience))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(csrf::same_origin())
        .layer(middleware::from_fn_with_state(hosts, host::own_host))
        .layer(middleware::from_fn(crash::catch_panic))
        .layer(middleware::from_fn(people::for_people))
        .layer(middleware::from_fn(csp::content_security_policy))
        .layer(middleware::from_fn(headers::common_headers))
        .layer(middleware::from_fn(log::log))
        .layer(middleware::from_fn(request_id::request_id))
}
