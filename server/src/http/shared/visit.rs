//! Who opens a link, and what they bring.

use crate::{
    http::{State, access::actor},
    share::{strikes::Strikes, token::Token},
};
use app::{
    api::ApiError,
    model::{
        audit::Action,
        person::Actor,
        share::{Knock, Lock, Opened, Opening},
        statement::Cut,
    },
};
use axum::{
    body::Bytes,
    extract::{ConnectInfo, FromRequest, Path, Request},
    http::{HeaderMap, Method, StatusCode, header::USER_AGENT},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

pub(super) struct Visit {
    /// As in the address; it may be anything.
    token: String,
    pub(super) table: Option<String>,
    knock: Knock,
    pub(super) cut: Cut,
    /// Anybody: a link opens to whoever has it.
    actor: Actor,
    address: Option<IpAddr>,
    strikes: Arc<Strikes>,
}

/// Why nothing was looked for.
pub(super) enum Refused {
    TooMany(DateTime<Utc>),
    Unavailable(ApiError),
}

impl FromRequest<State> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, state: &State) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let path = <Path<Vec<(String, String)>> as axum::extract::FromRequestParts<State>>::from_request_parts(
            &mut parts, state,
        );
        let path = path.await.map(|Path(path)| path).unwrap_or_default();
        let of_path = |name: &str| path.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let strikes = parts.extensions.get::<Arc<Strikes>>().cloned().unwrap_or_default();
        let address =
            address(&parts.headers, parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()));
        let (token, table) = (of_path("token").unwrap_or_default(), of_path("table"));
        let actor = actor(&parts.extensions);
        let actor = Actor { address: address.map(|address| address.to_string()).unwrap_or_default(), ..actor };
        let is_view = parts.method != Method::HEAD && table.is_none() && !is_program(&parts.headers);
        let mut visit = Self {
            token,
            table,
            knock: Knock { is_view, ..Knock::default() },
            cut: Cut::default(),
            actor,
            address,
            strikes,
        };
        if parts.method == Method::POST {
            let bytes = Bytes::from_request(Request::from_parts(parts, body), state).await;
            let form = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
            let form = String::from_utf8_lossy(&form);
            visit.knock.password = field(&form, "password");
            visit.knock.key = field(&form, "key");
            visit.cut = Cut::of_query(&form);
        } else {
            visit.cut = Cut::of_query(parts.uri.query().unwrap_or_default());
        }
        Ok(visit)
    }
}

impl Visit {
    pub(super) async fn open(&self, state: &State, is_page: bool) -> Result<Opening, Refused> {
        let now = state.store.now();
        if let Some(until) = self.strikes.until(self.address, now) {
            return Err(Refused::TooMany(until));
        }
        let knock = Knock { is_view: self.knock.is_view && is_page, ..self.knock.clone() };
        let opening = state.store.open_share(&self.token, knock).await.map_err(Refused::Unavailable)?;
        if matches!(opening, Opening::Missing | Opening::Locked(Lock::Wrong)) {
            self.strikes.add(self.address, now);
        }
        if let Opening::Open(opened) = &opening {
            self.note(state, opened, is_page).await.map_err(Refused::Unavailable)?;
        }
        Ok(opening)
    }

    /// The audit log learns who looked, and never the link.
    async fn note(&self, state: &State, opened: &Opened, is_page: bool) -> Result<(), ApiError> {
        let store = state.store.acting(self.actor.clone());
        let about = format!("share {}: {}", opened.share.id, opened.share.title);
        match &self.table {
            None if is_page && self.knock.is_view => store.note(Action::ViewShare, &about).await,
            Some(table) if !is_page => store.note(Action::Export, &format!("{table} of {about}")).await,
            _ => Ok(()),
        }
    }

    /// Where the share is; only ever for a token that has been found, and so has nothing that an address must escape.
    pub(super) fn path(&self) -> String {
        Token::parse(&self.token).map_or_else(String::new, |token| format!("/s/{}", token.reveal()))
    }
}

/// A field of a form as browsers post it.
fn field(form: &str, name: &str) -> Option<String> {
    let value = form.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))?.1;
    let value = value.replace('+', " ");
    percent_decode_str(&value).decode_utf8().ok().map(Into::into).filter(|value: &String| !value.is_empty())
}

/// Of whoever asks; what stands in front of the server on the same machine says whom it asks for.
fn address(headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    let forwarded = || {
        headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    match peer {
        Some(peer) if peer.is_loopback() => forwarded().or(Some(peer)),
        peer => peer,
    }
}

/// Programs fetch a pasted link to show what it leads to; nobody has looked at it then.
fn is_program(headers: &HeaderMap) -> bool {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    const SIGNS: [&str; 9] = [
        "bot",
        "crawler",
        "spider",
        "preview",
        "facebookexternalhit",
        "embedly",
        "slack-imgproxy",
        "whatsapp",
        "skypeuri",
    ];
    SIGNS.iter().any(|sign| agent.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_on_the_same_machine_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "192.0.2.9, 198.51.100.7".parse().expect("a value"));
        let (local, far) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([203, 0, 113, 5]));
        assert_eq!(
            address(&headers, Some(local)),
            Some(IpAddr::from([198, 51, 100, 7])),
            "what the proxy itself added"
        );
        assert_eq!(address(&headers, Some(far)), Some(far));
        assert_eq!(address(&HeaderMap::new(), Some(local)), Some(local));
        assert_eq!(address(&headers, None), None);
    }

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        assert_eq!(field("key=&password=a+b%26c%C3%A4&password=x", "password").as_deref(), Some("a b&cä"));
        assert_eq!(field("key=&password=a", "key"), None);
        assert_eq!(field("passwords=a", "password"), None);
    }
}
