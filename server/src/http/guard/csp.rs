//! The content security policy: a fresh nonce per request, and where browsers report what it stopped.

use crate::http::shared;
use axum::{
    extract::Request,
    http::{HeaderValue, header::CONTENT_SECURITY_POLICY},
    middleware::Next,
    response::Response,
};
use leptos::nonce::Nonce;

/// Where browsers send reports.
pub(crate) const REPORTS: &str = "/csp-report";

/// Puts a nonce into the request (pages give it to their inline scripts) and the policy that allows it on the response.
pub(crate) async fn content_security_policy(mut request: Request, next: Next) -> Response {
    if shared::is_one(request.uri().path()) {
        let mut response = next.run(request).await;
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(OF_SHARES));
        return response;
    }
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    if let Ok(policy) = HeaderValue::from_str(&policy(nonce.as_inner())) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Shared pages have no script, and a report about one would carry its secret address.
const OF_SHARES: &str = "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
                         form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Begins with nothing and allows one thing at a time.
fn policy(nonce: &str) -> String {
    [
        "default-src 'none'",
        // Our own files, Leptos' inline scripts, and compiling WebAssembly; never `unsafe-eval`.
        &format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
        "style-src 'self'",
        // ECharts writes style attributes (apache/echarts#19938); a style element stays forbidden.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        // Server functions, uploads, the WebAssembly file.
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        // Not `report-to`: browsers would prefer it, and then hold reports back for up to a minute.
        &format!("report-uri {REPORTS}"),
    ]
    .join("; ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_policy_is_exactly_this() {
        assert_eq!(
            super::policy("abc"),
            "default-src 'none'; script-src 'self' 'nonce-abc' 'wasm-unsafe-eval'; style-src 'self'; \
             style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
             form-action 'self'; frame-ancestors 'none'; base-uri 'none'; report-uri /csp-report"
        );
    }
}
