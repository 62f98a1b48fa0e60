//! What takes the place of data that did not come.

use crate::api::ApiError;
use leptos::prelude::*;

/// An error in words with a way out, and the page's status code.
pub fn failure(error: &ApiError) -> AnyView {
    notice(error, Some(way_out(error)))
}

/// An error in words and the page's status code, above a page that is there all the same.
pub fn refusal(error: &ApiError) -> AnyView {
    notice(error, None)
}

fn notice(error: &ApiError, way_out: Option<AnyView>) -> AnyView {
    status(match error {
        ApiError::NotFound(_) => 404,
        ApiError::Invalid(_) => 400,
        ApiError::Conflict(_) => 409,
        ApiError::SignedOut => 401,
        ApiError::Forbidden(_) => 403,
        ApiError::TooOften(_) => 429,
        ApiError::Broken => 500,
        ApiError::Unavailable | ApiError::Transport(_) => 503,
    });
    let title = match error {
        ApiError::NotFound(_) => "Not found",
        ApiError::Invalid(_) => "That does not work",
        ApiError::Conflict(_) | ApiError::TooOften(_) => "Not now",
        ApiError::SignedOut => "Signed out",
        ApiError::Forbidden(_) => "Not for you",
        ApiError::Broken => "Something broke",
        ApiError::Unavailable | ApiError::Transport(_) => "No answer",
    };
    view! {
        <div class="notice" data-kind="error" role="alert">
            <h1>{title}</h1>
            <p>{error.to_string()}</p>
            {way_out.map(|way_out| view! { <p>{way_out}</p> })}
        </div>
    }
    .into_any()
}

fn way_out(error: &ApiError) -> AnyView {
    match error {
        ApiError::NotFound(_) | ApiError::Invalid(_) | ApiError::Forbidden(_) => {
            view! { <a href="/">"Go to the overview"</a> }.into_any()
        }
        ApiError::SignedOut => view! { <a href="/sign-in" rel="external">"Sign in"</a> }.into_any(),
        ApiError::Conflict(_)
        | ApiError::TooOften(_)
        | ApiError::Broken
        | ApiError::Unavailable
        | ApiError::Transport(_) => view! { <a href="" rel="external">"Try again"</a> }.into_any(),
    }
}

/// Sets the status code of the page that is being rendered; in the browser there is none.
pub fn status(code: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(code)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(code))
    {
        response.set_status(code);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = code;
}
