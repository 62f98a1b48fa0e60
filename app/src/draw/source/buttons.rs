//! What may be done with a bucket: plain forms, each ends on the page that shows what it did.

use super::place::every;
use crate::model::{report::UploadState, source::Bucket};
use leptos::prelude::*;

pub(super) fn buttons(bucket: &Bucket, is_listing_failed: bool) -> AnyView {
    let id = bucket.id;
    let reading = bucket.state == UploadState::Reading;
    let act = |action: &'static str, field: Option<(&'static str, bool)>, words: String| {
        view! {
            <form method="post" action=format!("/fn/{action}")>
                <input type="hidden" name="id" value=id/>
                {field.map(|(name, value)| view! { <input type="hidden" name=name value=value.to_string()/> })}
                <button type="submit">{words}</button>
            </form>
        }
    };
    let pause = (reading || bucket.is_followed).then(|| match bucket.is_paused {
        true => act("pause_bucket", Some(("pause", false)), "Go on".into()),
        false => act("pause_bucket", Some(("pause", true)), "Pause".into()),
    });
    let follow = match bucket.is_followed {
        true => act("follow_bucket", Some(("follow", false)), "Stop following".into()),
        false => {
            act("follow_bucket", Some(("follow", true)), format!("Follow new logs {}", every(bucket.follow_every)))
        }
    };
    let cancel = reading.then(|| act("cancel_bucket", None, "Stop reading".into()));
    let retry = (bucket.progress.failed > 0 || is_listing_failed)
        .then(|| act("retry_bucket", None, "Try failed ones again".into()));
    let read = match bucket.progress.listed {
        0 if !reading => ("main", "Choose what to read"),
        _ => ("button", "Read more of it"),
    };
    view! {
        <div class="row" role="group" aria-label="What to do with it">
            <a class=read.0 href=format!("/sources/{id}/check")>{read.1}</a>
            {pause}{cancel}{retry}{follow}
            {(bucket.calls_counted > 0).then(|| view! { <a href="/">"See the overview"</a> })}
        </div>
        {reading.then(|| view! { <p class="hint">"Stopping keeps what was counted so far; it can be removed."</p> })}
    }
    .into_any()
}
