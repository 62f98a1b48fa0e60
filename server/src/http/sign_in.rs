//! To the OpenID provider and back.
//!
//! The way there is a link and not a form: Chromium holds `form-action` against every redirect that follows a form, and where a
//! provider sends people to is its own affair. What a link lacks, that no other page makes anybody go, is checked here.

use super::{
    State,
    access::{ANYBODY, Rule, actor},
    problem::Problem,
};
use crate::access::{BACK, Came, Desk, NoWayIn, cookie};
use app::access::{COOKIE, cookie as line, here, origin};
use axum::{
    Router,
    extract::{self, Query, Request, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

/// Where the button leads.
const AWAY: &str = "/sign-in/provider";

pub(crate) const RULES: [(Method, &str, Rule); 2] = [(Method::GET, AWAY, ANYBODY), (Method::GET, BACK, ANYBODY)];

/// What a browser remembers while somebody signs in elsewhere, as long as that may take.
const WAY: &str = "__Host-sunset-way";
const WHILE: &str = "; Max-Age=600";
const NO_MORE: &str = "; Max-Age=0";

pub(crate) fn routes() -> Router<State> {
    Router::new().route(AWAY, get(leave)).route(BACK, get(come_back))
}

/// Addresses with codes that are good once.
pub(crate) fn is_back(path: &str) -> bool {
    path == BACK
}

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    next: String,
}

async fn leave(
    extract::State(state): extract::State<State>,
    wish: Result<Query<Wish>, QueryRejection>,
    request: Request,
) -> Response {
    let next = wish.map(|Query(wish)| wish.next).unwrap_or_default();
    if is_made_to(request.headers()) {
        return to(&door("", &next), &[]);
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(|authority| authority.as_str())).unwrap_or_default();
    let desk = match desk(&state, &request) {
        Ok(desk) => desk,
        Err(problem) => return problem.into_response(),
    };
    match desk.depart(&next, &origin(host)).await {
        Ok((address, secret)) => to(&address, &[line(WAY, &secret, WHILE)]),
        Err(no) => refuse(no, &[]),
    }
}

/// What the provider adds to our address.
#[derive(Default, Deserialize)]
struct Told {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

async fn come_back(
    extract::State(state): extract::State<State>,
    told: Result<Query<Told>, QueryRejection>,
    request: Request,
) -> Response {
    let desk = match desk(&state, &request) {
        Ok(desk) => desk,
        Err(problem) => return problem.into_response(),
    };
    // Where something stands twice, nothing was told.
    let Told { state, code, iss, error } = told.map(|Query(told)| told).unwrap_or_default();
    let secret = cookie(request.headers(), WAY).map(str::to_owned);
    match desk.arrive(Came { secret, state, code, issuer: iss, error }).await {
        Ok((key, next)) => to(&next, &[line(COOKIE, &key.0, ""), line(WAY, "", NO_MORE)]),
        Err(no) => refuse(no, &[]),
    }
}

/// Another page leads there, or a form, a picture, a frame: it is not somebody's own wish.
fn is_made_to(headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).map(HeaderValue::as_bytes);
    !matches!(said("sec-fetch-site"), None | Some(b"same-origin" | b"none"))
        || !matches!(said("sec-fetch-mode"), None | Some(b"navigate"))
}

fn desk(state: &State, request: &Request) -> Result<Desk, Problem> {
    let none = || Problem::not_found("There are no accounts: the server was started with SUNSET_AUTH=none.");
    state.door.desk(actor(request.extensions())).ok_or_else(none)
}

fn refuse(no: NoWayIn, cookies: &[String]) -> Response {
    match no {
        NoWayIn::Refused(why, next) => to(&door(why.as_str(), &next), cookies),
        NoWayIn::Failed(error) => Problem::from(error).into_response(),
    }
}

/// The sign-in page, which says why it is seen again: in one of our own words, or none.
fn door(why: &str, next: &str) -> String {
    let why = if why.is_empty() { String::new() } else { format!("why={why}") };
    let next = match here(next) {
        "/" => String::new(),
        next => format!("next={}", utf8_percent_encode(next, NON_ALPHANUMERIC)),
    };
    let fields: Vec<String> = [why, next].into_iter().filter(|field| !field.is_empty()).collect();
    if fields.is_empty() { "/sign-in".into() } else { format!("/sign-in?{}", fields.join("&")) }
}

fn to(address: &str, cookies: &[String]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let Ok(location) = HeaderValue::from_str(address) else {
        return Problem::new(StatusCode::BAD_GATEWAY, "The provider's address cannot be used.").into_response();
    };
    headers.insert(header::LOCATION, location);
    for value in cookies.iter().filter_map(|line| HeaderValue::from_str(line).ok()) {
        headers.append(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_made_to_go() {
        let made_to = |headers: &[(&'static str, &'static str)]| {
            let all = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
            is_made_to(&HeaderMap::from_iter(all))
        };
        assert!(!made_to(&[]), "browsers that do not tell");
        assert!(!made_to(&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")]));
        assert!(!made_to(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]));
        for site in ["cross-site", "same-site", "something-new"] {
            assert!(made_to(&[("sec-fetch-site", site), ("sec-fetch-mode", "navigate")]), "{site}");
        }
        assert!(made_to(&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "no-cors")]));
    }

    #[test]
    fn the_door_remembers_only_ways_of_ours() {
        assert_eq!(door("", "/"), "/sign-in");
        assert_eq!(door("no_role", "//evil.example"), "/sign-in?why=no_role");
        assert_eq!(door("away", "/callers?q=a&b"), "/sign-in?why=away&next=%2Fcallers%3Fq%3Da%26b");
    }
}
