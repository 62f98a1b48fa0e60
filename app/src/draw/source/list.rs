//! All buckets, and what to know before the first.

use super::{
    place::{choice, entered, state},
    progress::{bar, fresh},
};
use crate::{api::Fragment, model::source::Bucket, part::show};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

pub(crate) fn list(buckets: &[Bucket], now: DateTime<Utc>, may_change: bool) -> Fragment {
    let cards = buckets.iter().map(|bucket| view! { <li>{card(bucket, now, may_change)}</li> });
    let runs = buckets.iter().any(super::progress::runs);
    let reload = runs
        .then(|| view! { <p class="without-js"><a href="/sources" rel="external">"See how far they are now"</a></p> });
    let all = match buckets {
        [] if may_change => none(),
        [] => view! { <p class="says">"No bucket is connected yet."</p> }.into_any(),
        _ => view! { <ul class="cards sources" aria-label="Connected buckets">{cards.collect_view()}</ul> }.into_any(),
    };
    Fragment { html: view! { {all} {reload} }.to_html(), again: runs, ..Fragment::default() }
}

fn card(bucket: &Bucket, now: DateTime<Utc>, may_change: bool) -> AnyView {
    let (id, place) = (bucket.id, bucket.place.to_string());
    let (word, colour) = state(bucket);
    let trouble = (!bucket.trouble.is_empty())
        .then(|| view! { <p class="notice" data-kind="error">{bucket.trouble.clone()}</p> });
    let entered = entered(&bucket.place);
    let failed = bucket.progress.failed;
    view! {
        <article class="panel source" aria-labelledby=format!("source-{id}")>
            <header>
                <h2 id=format!("source-{id}")><a class="clip" href=format!("/sources/{id}") title=place.clone()>{place.clone()}</a></h2>
                <span class="tag" data-state=colour>{word}</span>
            </header>
            {(!entered.is_empty()).then(|| view! { <p class="hint clip" title=entered.join(" · ")>{entered.join(" · ")}</p> })}
            {bar(bucket)}
            {trouble}
            <p>{counted(bucket, may_change)}</p>
            {(bucket.progress.listed > 0).then(|| view! { <p class="hint">{format!("Asked for: {}.", choice(&bucket.choice))}</p> })}
            {fresh(bucket, now).map(|words| view! { <p class="hint">{words}</p> })}
            {(failed > 0).then(|| view! { <p><a href=format!("/sources/{id}#files")>{format!("{} failed: see why", show::plural(failed, "log file"))}</a></p> })}
        </article>
    }
    .into_any()
}

/// What came of it until now.
pub(super) fn counted(bucket: &Bucket, may_change: bool) -> AnyView {
    if bucket.progress.listed == 0 && bucket.calls_counted == 0 {
        let check = format!("/sources/{}/check", bucket.id);
        return match bucket.is_followed || super::progress::runs(bucket) {
            true => "No log file was found yet.".into_any(),
            false if !may_change => "Nothing was read yet.".into_any(),
            false => view! { "Nothing was read yet. "<a href=check>"Choose what to read"</a> }.into_any(),
        };
    }
    let calls = show::plural(bucket.calls_counted, "call");
    let again = match bucket.calls_already_counted {
        0 => String::new(),
        again => format!("; {} more were already counted", show::count(again)),
    };
    format!("{calls} counted, from {}{again}.", show::plural(bucket.progress.read - bucket.progress.failed, "log file"))
        .into_any()
}

fn none() -> AnyView {
    view! {
        <section class="panel" aria-labelledby="none-title">
            <header><h2 id="none-title">"No bucket is connected yet"</h2></header>
            <p>"An organization's trail writes into one bucket, for years. This is how its logs get here:"</p>
            <ol class="steps">
                <li>
                    <b>"Let this server in. "</b>
                    "It uses the AWS credentials of its own environment: an instance or container role, a profile, SSO, or "
                    <code>"AWS_ACCESS_KEY_ID"</code>" and "<code>"AWS_SECRET_ACCESS_KEY"</code>
                    ". They are never typed in here, stored or shown."
                </li>
                <li><b>"Name the bucket "</b>"below, and a role to assume if it belongs to another account."</li>
                <li>
                    <b>"See what lies there: "</b>
                    "accounts, regions, days, how much it is, and the policy to attach if something is not allowed. "
                    "Nothing is read before you say so."
                </li>
            </ol>
            <p class="hint">
                "Which bucket it is: "<code>"aws cloudtrail describe-trails --query 'trailList[].S3BucketName'"</code>
            </p>
        </section>
    }
    .into_any()
}
