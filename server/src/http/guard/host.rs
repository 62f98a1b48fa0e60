//! Answers only to our own host names: a web page elsewhere cannot reach the server by letting its own name point
//! to 127.0.0.1 (DNS rebinding).

use crate::http::problem::Problem;
use axum::{
    extract::{Request, State},
    http::{StatusCode, header::HOST, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Names of the machine that a browser cannot be tricked about. Any port is good: an SSH tunnel may end at another one.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Host names that the server answers to, besides the loopback ones.
#[derive(Debug, Clone, Default)]
pub struct Hosts(Arc<[String]>);

impl Hosts {
    /// Each `name` (any port) or `name:port`.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(|n| n.trim().to_ascii_lowercase()).filter(|n| !n.is_empty()).collect())
    }

    fn include(&self, authority: &str) -> bool {
        let Ok(authority) = authority.to_ascii_lowercase().parse::<Authority>() else {
            return false;
        };
        let own = |name: &str| name == authority.host() || name == authority.as_str();
        LOOPBACK.into_iter().any(|name| name == authority.host()) || self.0.iter().any(|name| own(name))
    }
}

pub(crate) async fn own_host(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    if is_for(&hosts, &request) {
        return next.run(request).await;
    }
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "This server does not answer to that host name: use http://localhost or http://127.0.0.1 with its port, or start \
         it with --host NAME.",
    )
    .into_response()
}

/// The `Host` header, and the address itself where it names a host too.
fn is_for(hosts: &Hosts, request: &Request) -> bool {
    let header = request.headers().get(HOST).map(|h| h.to_str().unwrap_or_default());
    let target = request.uri().authority().map(Authority::as_str);
    (header.is_some() || target.is_some()) && header.into_iter().chain(target).all(|name| hosts.include(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_names() {
        let hosts = Hosts::new(["TLS.example.org".into(), "proxy:8443".into(), " ".into()]);
        for good in ["localhost", "LOCALHOST:3000", "127.0.0.1:3000", "[::1]:9", "tls.example.org:1", "proxy:8443"] {
            assert!(hosts.include(good), "{good}");
        }
        for bad in ["", "proxy", "proxy:1", "evil.example", "localhost.evil.example:3000", "127.0.0.2", "a b", "::1"] {
            assert!(!hosts.include(bad), "{bad}");
        }
    }
}
