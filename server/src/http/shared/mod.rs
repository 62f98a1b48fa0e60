//! `/s/TOKEN`: what the link of a share leads to. Plain pages without scripts; a token opens its share and nothing else.
//!
//! `visit` (who knocks, and how) → `Store::open_share` → `answer` (the page, or why not), `tables` (as CSV), `evidence`
//! (as a file that can be checked), `picture` (for whoever is shown the link).

mod answer;
mod evidence;
mod picture;
mod tables;
mod visit;

pub(crate) use answer::missing;

use super::State;
use app::model::share::Opening;
use axum::{Router, extract, extract::DefaultBodyLimit, response::Response, routing::get};
use visit::Visit;

/// A password and what somebody narrows to.
const LONGEST_FORM: usize = 64 * 1024;

/// For whoever has a link.
pub(crate) const PATHS: [&str; 2] = ["/s/{token}", "/s/{token}/{table}"];

/// Nothing is found here but by a link.
pub(crate) fn routes() -> Router<State> {
    let [one, of_one] = PATHS;
    Router::new()
        .route(one, get(page).post(page))
        .route(of_one, get(table).post(table))
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
}

/// Whether what is asked for is, or was meant to be, a share: then nothing of the address may be kept or passed on.
pub(crate) fn is_one(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    path == "s" || path.starts_with("s/") || path.to_ascii_lowercase().contains(crate::share::token::PREFIX)
}

async fn page(extract::State(state): extract::State<State>, visit: Visit) -> Response {
    match visit.open(&state).await {
        Ok(Opening::Open(opened)) => answer::page(&state, &visit, &opened).await,
        Ok(other) => answer::closed(&state, &visit, &other),
        Err(error) => answer::unavailable(&state, error),
    }
}

async fn table(extract::State(state): extract::State<State>, visit: Visit) -> Response {
    let file = visit.table.as_deref().unwrap_or_default();
    let opened = match visit.open(&state).await {
        // Looking at a picture is no look at the share: programs fetch it, for whoever is shown the link.
        Ok(Opening::Open(opened)) if file == picture::NAME => return picture::answer(&state, &opened).await,
        Ok(Opening::Locked(_)) if file == picture::NAME => return picture::locked(&state).await,
        Ok(Opening::Open(opened)) => opened,
        Ok(other) => return answer::closed(&state, &visit, &other),
        Err(error) => return answer::unavailable(&state, error),
    };
    if file != evidence::NAME && !tables::exist(file) {
        return answer::missing(&state);
    }
    if let Err(error) = visit.note_export(&state, &opened, file).await {
        return answer::unavailable(&state, error);
    }
    match file {
        evidence::NAME => evidence::answer(&state, &opened).await,
        _ => tables::table(&state, &visit, &opened),
    }
}
