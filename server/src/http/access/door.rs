//! Who asks: everybody may, or somebody who signed in.

use crate::{
    access::{Accounts, Desk, Sender},
    http::accept::preferred,
};
use app::model::person::Actor;
use axum::{
    extract::ConnectInfo,
    http::{Method, header, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// Tells who sends a request. Cheap to clone.
#[derive(Clone)]
pub struct Door {
    /// None: nobody needs to sign in.
    accounts: Option<Accounts>,
    /// Whose word about the sender's address is taken.
    proxies: Arc<[IpAddr]>,
}

/// Longest text that is kept of what a browser says it is.
const LONGEST_AGENT: usize = 200;

impl Door {
    /// Whoever reaches the server may do everything.
    #[must_use]
    pub fn open() -> Self {
        Self { accounts: None, proxies: Arc::default() }
    }

    /// `proxies`: those in front of the server, by whose `X-Forwarded-For` the sender is known.
    #[must_use]
    pub fn with_accounts(accounts: Accounts, proxies: Vec<IpAddr>) -> Self {
        Self { accounts: Some(accounts), proxies: proxies.into() }
    }

    pub(super) async fn recognise(&self, request: &Parts) -> sqlx::Result<Actor> {
        let sender = self.sender(request);
        match &self.accounts {
            None => Ok(Actor { address: sender.address, agent: sender.agent, ..Actor::local() }),
            Some(accounts) => accounts.recognise(request, sender).await,
        }
    }

    pub(in crate::http) fn desk(&self, actor: Actor) -> Option<Desk> {
        self.accounts.clone().map(|accounts| Desk::new(accounts, actor))
    }

    /// Where somebody who has not signed in is led, instead of being refused; programs are not led anywhere.
    pub(super) async fn way_in(&self, actor: &Actor, request: &Parts) -> Option<String> {
        let path = request.uri.path();
        let page = !path.starts_with("/api/") && preferred(&request.headers, &["application/json", "text/html"]) == 1;
        if actor.role.is_some() || !page {
            return None;
        }
        if !self.accounts.as_ref()?.is_set_up().await.unwrap_or(true) {
            return Some("/setup".into());
        }
        if request.method != Method::GET || path == "/" {
            return Some("/sign-in".into());
        }
        let back = request.uri.path_and_query().map_or(path, |back| back.as_str());
        Some(format!("/sign-in?next={}", utf8_percent_encode(back, NON_ALPHANUMERIC)))
    }

    fn sender(&self, request: &Parts) -> Sender {
        let peer = request.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
        let header = |name| request.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        // Each proxy adds the address that it saw at the end: what stands before ours may be anything.
        let told = || {
            let hops = header(header::HeaderName::from_static("x-forwarded-for")).flat_map(|line| line.split(','));
            let hops: Vec<&str> = hops.collect();
            let known = hops.into_iter().rev().map_while(|hop| hop.trim().parse().ok());
            known.map(|hop: IpAddr| hop.to_canonical()).find(|hop| !self.proxies.contains(hop))
        };
        let trusted = peer.is_some_and(|peer| self.proxies.contains(&peer));
        let address = if trusted { told().or(peer) } else { peer };
        let agent: String = header(header::USER_AGENT).next().unwrap_or_default().chars().take(LONGEST_AGENT).collect();
        Sender { address: address.map(|address| address.to_string()).unwrap_or_default(), agent }
    }
}

pub(super) fn lead(way: &str) -> Response {
    Redirect::to(way).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn sender(peer: &str, forwarded: &str) -> String {
        let door =
            Door { proxies: Arc::new(["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()]), ..Door::open() };
        let mut request = Request::get("/").header("x-forwarded-for", forwarded).body(()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        door.sender(&request.into_parts().0).address
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        for (peer, forwarded, expected) in [
            ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
            ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "nonsense", "10.0.0.1"),
            ("10.0.0.1", "nonsense, 203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(sender(peer, forwarded), expected, "{peer} {forwarded}");
        }
    }
}
