//! The page of a share, and the pages that stand in its place.

use super::visit::Visit;
use crate::http::{State, problem::Problem};
use app::{
    api::ApiError,
    model::share::{Lock, Opened, Opening},
    shared::{self, Door, Sheet},
};
use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{Html, IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};

pub(super) async fn page(state: &State, visit: &Visit, opened: &Opened) -> Response {
    let Opened { share, statement, key, evidence } = opened;
    let path = visit.path();
    let cut = if share.may_narrow { visit.cut.clone() } else { Default::default() };
    let shown = cut.of(statement);
    let door = match key {
        Some(key) => Door::Key { path: &path, key },
        None => Door::Open { path: &path },
    };
    let chart = state.store.drawn(&shown.trend()).await;
    let sheet = Sheet {
        title: &share.title,
        note: &share.note,
        kind: share.kind,
        creator: &share.creator,
        expires: share.expires,
        may_narrow: share.may_narrow,
        whole: statement,
        shown: &shown,
        cut: &cut,
        door,
        chart: chart.as_ref(),
        image: Some(&visit.image()),
        evidence: evidence.as_deref(),
    };
    Html(shared::page(&state.site.assets.style, &sheet)).into_response()
}

/// Why it does not open. What it is about is not said.
pub(super) fn closed(state: &State, visit: &Visit, opening: &Opening) -> Response {
    let words = |status, title, words| plain(state, status, title, words);
    match opening {
        Opening::Paused => words(StatusCode::FORBIDDEN, "This link is paused", "Ask whoever sent it to you."),
        Opening::Gone => words(
            StatusCode::GONE,
            "This link has ended",
            "It has expired or was revoked. Ask whoever sent it to you for a new one.",
        ),
        Opening::Locked(lock) => locked(state, visit, *lock),
        Opening::TooMany(until) => {
            let words = "There were too many mistaken links. Try again in some minutes.";
            later(plain(state, StatusCode::TOO_MANY_REQUESTS, "Not so fast", words), *until, state.store.now())
        }
        Opening::Missing | Opening::Open(_) => missing(state),
    }
}

/// The same for every address that is no link.
pub(crate) fn missing(state: &State) -> Response {
    plain(
        state,
        StatusCode::NOT_FOUND,
        "There is no such link",
        "It may be cut off or mistyped: use it as it was sent to you.",
    )
}

fn locked(state: &State, visit: &Visit, lock: Lock) -> Response {
    let now = state.store.now();
    let page = Html(shared::locked(&state.site.assets.style, &visit.path(), Some(&visit.image()), lock, now));
    match lock {
        Lock::Closed => (StatusCode::OK, page).into_response(),
        Lock::Wrong => (StatusCode::FORBIDDEN, page).into_response(),
        Lock::Until(until) => later((StatusCode::TOO_MANY_REQUESTS, page).into_response(), until, now),
    }
}

pub(super) fn unavailable(state: &State, error: ApiError) -> Response {
    let problem = Problem::from(error);
    plain(state, problem.status, "Not now", "The page cannot be shown at the moment. Try again later.")
}

fn later(mut response: Response, until: DateTime<Utc>, now: DateTime<Utc>) -> Response {
    let seconds = (until - now).num_seconds().max(1);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn plain(state: &State, status: StatusCode, title: &str, words: &str) -> Response {
    (status, Html(shared::plain(&state.site.assets.style, title, words))).into_response()
}
