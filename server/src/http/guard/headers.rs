//! Headers that every answer carries.

use crate::http::shared;
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header::CACHE_CONTROL},
    middleware::Next,
    response::Response,
};

const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    // Addresses hold filters (accounts, principals): they stay here.
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// The address of a share is a secret, and its page is for whoever was given that: nothing of it is kept, passed on or found,
/// whatever the answer is.
const OF_SHARES: [(&str, &str); 3] = [
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-robots-tag", "noindex, nofollow, noarchive"),
];

pub(crate) async fn common_headers(request: Request, next: Next) -> Response {
    let of_shares = if shared::is_one(request.uri().path()) { OF_SHARES.as_slice() } else { &[] };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS.iter().chain(of_shares) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Counts change with every upload; static files have said otherwise by now.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    response
}
