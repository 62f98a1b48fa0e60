//! Headers that every answer carries.

use crate::http::{shared, sign_in};
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

/// The address of a share is a secret, and its page is for whoever was given that; so is the one with which somebody comes back
/// from signing in elsewhere. Nothing of it is kept, passed on or found, whatever the answer is.
const OF_SECRETS: [(&str, &str); 3] = [
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-robots-tag", "noindex, nofollow, noarchive"),
];

pub(crate) async fn common_headers(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_secret = shared::is_one(path) || sign_in::is_back(path);
    let of_secrets = if is_secret { OF_SECRETS.as_slice() } else { &[] };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS.iter().chain(of_secrets) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Counts change with every upload; static files have said otherwise by now.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    response
}
