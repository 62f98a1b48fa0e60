//! What is shown where a link is pasted: the answer and the trend as a picture. It is masked, as the page is.

use super::answer;
use crate::{
    drawing::{Card, DrawError, Said, Theme, card::SIZE},
    http::State,
};
use app::{
    api::ApiError,
    chart,
    model::share::Opened,
    shared::{LOCKED, LOCKED_WORDS},
};
use axum::{
    http::header::CONTENT_TYPE,
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;

pub(super) const NAME: &str = "preview.png";

pub(super) async fn answer(state: &State, opened: &Opened) -> Response {
    let overview = &opened.statement.overview;
    let said =
        Said { title: opened.share.title.clone(), state: Some(overview.state), sentence: overview.sentence.clone() };
    let option = chart::json(&chart::still(&opened.statement.trend()));
    respond(state, picture(state, said, Some(option)).await)
}

/// That there is something, and no more.
pub(super) async fn locked(state: &State) -> Response {
    let said = Said { title: LOCKED.into(), state: None, sentence: LOCKED_WORDS.into() };
    respond(state, picture(state, said, None).await)
}

/// `option`: of the chart, which is left out where it cannot be drawn.
async fn picture(state: &State, said: Said, option: Option<String>) -> Result<Arc<[u8]>, DrawError> {
    let drawing = &state.drawing;
    let card = Card::lay_out(drawing, said).await?;
    let chart = match option {
        Some(option) => {
            drawing.svg(option, card.chart_size(), Theme::Light).await.inspect_err(|e| drawing.note(e)).ok()
        }
        None => None,
    };
    drawing.png(card.svg(drawing.files(), chart.as_deref())?, SIZE).await
}

fn respond(state: &State, picture: Result<Arc<[u8]>, DrawError>) -> Response {
    match picture {
        Ok(picture) => ([(CONTENT_TYPE, "image/png")], picture.to_vec()).into_response(),
        Err(error) => {
            state.drawing.note(&error);
            answer::unavailable(state, ApiError::Unavailable)
        }
    }
}
