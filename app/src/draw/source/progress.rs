//! How far a bucket is.

use super::{
    buttons::buttons,
    list::counted,
    number,
    place::{choice, entered, every, state, until},
    queue::told,
};
use crate::{
    api::{ApiError, Fragment, QueueForm, refill},
    draw::page::refused,
    model::{person::Role, report::UploadState, source::Bucket},
    part::show,
    store::Store,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// Asks for the page again where no script does.
const REFRESH: &str = r#"<meta http-equiv="refresh" content="5">"#;

/// The head of a source's page.
pub(crate) async fn source(store: &dyn Store, about: &str, query: &str) -> Result<Fragment, ApiError> {
    let report = store.bucket(number(about)?).await?;
    let (bucket, now, place) = (&report.bucket, store.now(), report.bucket.place.to_string());
    let may_change = store.actor().may(Role::Analyst);
    let (word, colour) = state(bucket);
    let entered = entered(&bucket.place);
    let refresh = runs(bucket).then(|| view! { <noscript inner_html=REFRESH></noscript> });
    let html = view! {
        {refill::of_query::<QueueForm>(query).is_none().then(|| refused(query))}
        <div class="row titled">
            <h1 class="clip" title=place.clone()>{place.clone()}</h1>
            <span class="tag" data-state=colour>{word}</span>
        </div>
        {(!entered.is_empty()).then(|| view! { <p class="hint">{entered.join(" · ")}</p> })}
        <p class="lead">{counted(bucket, may_change)}</p>
        {bar(bucket)}
        {(!bucket.trouble.is_empty()).then(|| view! { <p class="notice" data-kind="error">{bucket.trouble.clone()}</p> })}
        {fresh(bucket, now).map(|words| view! { <p>{words}</p> })}
        {told(bucket, now)}
        {may_change.then(|| buttons(bucket, !report.listings_failed.is_empty()))}
        {facts(bucket)}
        {refresh}
    };
    Ok(Fragment { html: html.to_html(), again: runs(bucket), ..Fragment::default() })
}

/// Something is under way that changes by itself.
pub(super) fn runs(bucket: &Bucket) -> bool {
    bucket.state == UploadState::Reading && !bucket.is_paused
}

/// Nothing where nothing is left to do.
pub(super) fn bar(bucket: &Bucket) -> AnyView {
    if bucket.state != UploadState::Reading {
        return ().into_any();
    }
    let progress = &bucket.progress;
    let what = match progress {
        _ if bucket.is_paused => "Paused",
        progress if progress.listed == 0 => "Listing",
        _ => "Reading",
    };
    let files = match progress.listed {
        0 => "no log file found yet".to_owned(),
        listed => format!("{} of {}", show::count(progress.read), show::plural(listed, "log file")),
    };
    let bytes = (progress.bytes > 0)
        .then(|| format!(" · {} of {}", show::bytes(progress.bytes_read), show::bytes(progress.bytes)));
    let speed = progress.bytes_per_second.filter(|speed| *speed >= 1.0 && !bucket.is_paused);
    let speed = speed.map(|speed| format!(" · {}/s", show::bytes(speed as i64)));
    let left =
        progress.seconds_left.filter(|_| !bucket.is_paused).map(|left| format!(" · {} left", show::about(left as f64)));
    let more = (progress.listings_left > 0).then(|| match progress.listings_left {
        1 => " · 1 month of an account and region is still to be listed".to_owned(),
        n => format!(" · {} months of accounts and regions are still to be listed", show::count(n)),
    });
    view! {
        <p class="bar">
            <b>{what}</b>
            <progress max=progress.bytes.max(1) value=progress.bytes_read.min(progress.bytes) aria-label=what></progress>
            <span>{files}{bytes}{speed}{left}{more}</span>
        </p>
    }
    .into_any()
}

/// When it was and will be looked for new log files.
pub(super) fn fresh(bucket: &Bucket, now: DateTime<Utc>) -> Option<String> {
    if !bucket.is_followed {
        return None;
    }
    let looked = bucket.looked.map(|looked| format!(", looked {}", show::ago(looked, now)));
    let next = match bucket.next_look {
        _ if bucket.is_paused => Some(", next when it goes on".to_owned()),
        Some(next) if next > now => Some(format!(", again {}", show::ago(next, now))),
        Some(_) => Some(", looking now".to_owned()),
        None => None,
    };
    let how = match bucket.queue.as_ref().is_some_and(|queue| queue.is_relied_on) {
        true => "New log files are told of by a queue; the bucket is looked through once a day".to_owned(),
        false => format!("New log files are looked for {}", every(bucket.follow_every)),
    };
    Some(format!("{how}{}{}.", looked.unwrap_or_default(), next.unwrap_or_default()))
}

fn facts(bucket: &Bucket) -> AnyView {
    let progress = &bucket.progress;
    if progress.listed == 0 {
        return ().into_any();
    }
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <dl class="facts">
            {fact("Log files listed", show::count(progress.listed))}
            {fact("Read", show::count(progress.read))}
            {fact("Failed", show::count(progress.failed))}
            {fact("Size in the bucket", show::bytes(progress.bytes))}
            {fact("Calls counted", show::count(bucket.calls_counted))}
            {fact("Already counted", show::count(bucket.calls_already_counted))}
            {fact("Without TLS details", show::count(bucket.calls_unknown))}
            {fact("Records skipped", show::count(bucket.records_skipped))}
            <div class="long"><dt>"Asked for"</dt><dd>{choice(&bucket.choice)}</dd></div>
        </dl>
    }
    .into_any()
}

/// Up to when there are logs, in a sentence's middle.
pub(crate) fn until_words(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("Logs until {}", until(time, now))
}
