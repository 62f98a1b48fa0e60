//! `/uploads`: what is running, and everything that came in before.

use super::progress::progress;
use crate::{api::Fragment, draw::table::history, model::report::Upload};
use leptos::prelude::*;

pub(crate) fn uploads(uploads: &[Upload]) -> Fragment {
    let running: Vec<&Upload> = uploads.iter().filter(|upload| !upload.state.is_final()).collect();
    let each = running.iter().map(|upload| {
        view! { <li><a href=format!("/uploads/{}", upload.id)>{upload.name.clone()}</a>{progress(upload)}</li> }
    });
    let list = (!running.is_empty())
        .then(|| view! { <ul class="running" aria-label="Running uploads">{each.collect_view()}</ul> });
    let html = view! { {list} {history(uploads)} };
    Fragment { html: html.to_html(), again: !running.is_empty(), ..Fragment::default() }
}
