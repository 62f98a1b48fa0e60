//! Who opens a link, and what they bring.

use super::picture;
use crate::{
    http::{State, access::actor},
    share::token::Token,
};
use app::{
    access::origin_behind,
    api::ApiError,
    model::{
        audit::Action,
        person::Actor,
        share::{Knock, Opened, Opening},
        statement::Cut,
    },
    store::Store,
    view::field,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts as _, Path, Request},
    http::{
        HeaderMap, HeaderName, Method, StatusCode,
        header::{HOST, USER_AGENT},
        request::Parts,
        uri::Authority,
    },
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;

pub(super) struct Visit {
    /// As in the address; it may be anything.
    token: String,
    pub(super) table: Option<String>,
    knock: Knock,
    pub(super) cut: Cut,
    /// Anybody: a link opens to whoever has it.
    actor: Actor,
    /// How the server was called.
    origin: String,
}

impl FromRequest<State> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, state: &State) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let path = Path::<Vec<(String, String)>>::from_request_parts(&mut parts, state).await;
        let path = path.map(|Path(path)| path).unwrap_or_default();
        let of_path = |name: &str| path.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let (token, table) = (of_path("token").unwrap_or_default(), of_path("table"));
        let actor = actor(&parts.extensions);
        let is_view = parts.method != Method::HEAD && table.is_none() && !is_program(&parts.headers);
        let (knock, cut, origin) = (Knock { is_view, ..Knock::default() }, Cut::default(), origin(&parts));
        let mut visit = Self { token, table, knock, cut, actor, origin };
        if parts.method == Method::POST {
            let bytes = Bytes::from_request(Request::from_parts(parts, body), state).await;
            let form = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
            let form = String::from_utf8_lossy(&form);
            let field = |name| Some(field(&form, name)).filter(|value| !value.is_empty());
            visit.knock.password = field("password");
            visit.knock.key = field("key");
            visit.cut = Cut::of_query(&form);
        } else {
            visit.cut = Cut::of_query(parts.uri.query().unwrap_or_default());
        }
        Ok(visit)
    }
}

impl Visit {
    pub(super) async fn open(&self, state: &State) -> Result<Opening, ApiError> {
        self.store(state).open_share(&self.token, self.knock.clone()).await
    }

    /// The audit log learns what was taken away, and never the link.
    pub(super) async fn note_export(&self, state: &State, opened: &Opened, file: &str) -> Result<(), ApiError> {
        let about = format!("{file} of share {}: {}", opened.share.id, opened.share.title);
        self.store(state).note(Action::Export, &about).await
    }

    fn store(&self, state: &State) -> Arc<dyn Store> {
        state.store.acting(self.actor.clone())
    }

    /// Where the share is; only ever for a token that has been found, and so has nothing that an address must escape.
    pub(super) fn path(&self) -> String {
        Token::parse(&self.token).map_or_else(String::new, |token| format!("/s/{}", token.reveal()))
    }

    /// Where its picture is, for programs elsewhere.
    pub(super) fn image(&self) -> String {
        format!("{}{}/{}", self.origin, self.path(), picture::NAME)
    }
}

/// How the server was called: the host guard has let that name through.
fn origin(parts: &Parts) -> String {
    let header = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(HOST).or_else(|| parts.uri.authority().map(Authority::as_str)).unwrap_or_default();
    origin_behind(host, header(HeaderName::from_static("x-forwarded-proto")))
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
