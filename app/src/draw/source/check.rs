//! What lies in a bucket, and the choice of what to read of it.

use super::{number, place::every, queue, report::others};
use crate::{
    api::{ApiError, Fragment, ReadForm},
    draw::{html, page::refused, panel::panel},
    model::source::{Bucket, BucketCheck, BucketChoice},
    part::show,
    store::Store,
};
use chrono::Days;
use leptos::prelude::*;

/// What is offered first: enough to see the trend, soon read.
const DAYS: u64 = 90;

pub(crate) async fn check(store: &dyn Store, about: &str, query: &str) -> Result<Fragment, ApiError> {
    let bucket = store.bucket(number(about)?).await?.bucket;
    let form = ReadForm::of_query(query)?;
    // As asked for, or as it is.
    let known = || bucket.queue.as_ref().map(|queue| queue.url.clone());
    let queue = form.queue.clone().or_else(known).unwrap_or_default();
    let mut choice = BucketChoice::try_from(form)?;
    if !query.contains("from=") {
        choice.from = store.today().checked_sub_days(Days::new(DAYS - 1));
    }
    let found = store.check_bucket(bucket.id, &choice, &queue).await?;
    Ok(html(
        view! {
            {refused(query)}
            <h1>{sentence(&bucket, &found)}</h1>
            {troubles(&found)}
            {(!found.accounts.is_empty()).then(|| view! { {facts(&found, &choice)} {reading(&bucket, &found, &choice, queue)} })}
            {others(&found.others)}
            {policy(&found)}
        }
        .into_any(),
    ))
}

fn sentence(bucket: &Bucket, found: &BucketCheck) -> String {
    let place = &bucket.place;
    if found.accounts.is_empty() {
        return match found.troubles.is_empty() {
            true => format!("No CloudTrail log was found in {place}."),
            false => format!("{place} could not be looked into."),
        };
    }
    let days = found.first_day.zip(found.last_day);
    let days =
        days.map_or(String::new(), |(first, last)| format!(", from {} to {}", show::day(first), show::day(last)));
    format!(
        "{place} has logs of {} in {}{days}.",
        show::plural(found.accounts.len() as i64, "account"),
        show::plural(found.regions.len() as i64, "region")
    )
}

fn troubles(found: &BucketCheck) -> Option<AnyView> {
    let each = found.troubles.iter().map(|words| view! { <li>{words.clone()}</li> });
    (!found.troubles.is_empty()).then(|| {
        view! {
            <div class="notice" data-kind="warn">
                <p><b>"Not everything can be read."</b>" What to do:"</p>
                <ul>{each.collect_view()}</ul>
            </div>
        }
        .into_any()
    })
}

fn facts(found: &BucketCheck, choice: &BucketChoice) -> AnyView {
    let about = if found.is_extrapolated { "about " } else { "" };
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let organizations = found.organizations.iter().cloned().collect::<Vec<_>>().join(", ");
    let range = super::place::choice(choice);
    view! {
        <dl class="facts">
            {(!organizations.is_empty()).then(|| fact("Organization", organizations))}
            {fact("Accounts", show::count(found.accounts.len() as i64))}
            {fact("Regions", show::count(found.regions.len() as i64))}
            {found.first_day.map(|day| fact("First day", show::day(day)))}
            {found.last_day.map(|day| fact("Last day", show::day(day)))}
            {fact("Log files to read", format!("about {}", show::short(found.objects)))}
            {fact("Bytes to read", format!("about {}", show::bytes(found.bytes)))}
            {fact("Requests", format!("about {}", show::short(found.list_requests + found.objects)))}
            <div class="long"><dt>"Estimated for"</dt><dd>{range}</dd></div>
        </dl>
        <p class="hint">
            {format!(
                "The numbers are carried over from {}. AWS charges for requests ({about}{} to list, one for each log file), and for bytes that leave the region.",
                if found.is_extrapolated { "some accounts, regions and days to all" } else { "some days to all" },
                show::short(found.list_requests),
            )}
        </p>
    }
    .into_any()
}

/// One form, two ends: look again with this choice, or read it.
fn reading(bucket: &Bucket, found: &BucketCheck, choice: &BucketChoice, queue: String) -> AnyView {
    let id = bucket.id;
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let all = format!("/sources/{id}/check?from=");
    let fields = view! {
        <input type="hidden" name="id" value=id/>
        <div class="fields">
            <label>"First day (empty: from the beginning)" <input type="date" name="from" min="2000-01-01" max="2200-12-31" value=day(choice.from)/></label>
            <label>"Last day (empty: up to now)" <input type="date" name="to" min="2000-01-01" max="2200-12-31" value=day(choice.to)/></label>
        </div>
        <div class="pair">
            {ticks("account", "Accounts", &found.accounts.iter().chain(&choice.accounts).cloned().collect(), &choice.accounts)}
            {ticks("region", "Regions", &found.regions.iter().chain(&choice.regions).cloned().collect(), &choice.regions)}
        </div>
        <label class="tick">
            <input type="checkbox" name="follow" value="yes" checked=choice.to.is_none()/>
            {format!("Follow new logs {}", every(bucket.follow_every))}
        </label>
        <div class="fields">{queue::field("queue", queue)}</div>
        <div class="row">
            <button type="submit" class="main">"Read it"</button>
            <button type="submit" formmethod="get" formaction=format!("/sources/{id}/check")>"Estimate again"</button>
            <a href=all>"Everything from the first day on"</a>
        </div>
        <p class="hint">"The newest days are read first, so that the trend shows at once. Reading can be paused and stopped."</p>
    };
    let form = view! { <form method="post" action="/fn/read_bucket" class="choice">{fields}</form> };
    panel("read", "What to read", ().into_any(), form.into_any())
}

type Names = std::collections::BTreeSet<String>;

fn ticks(name: &'static str, title: &'static str, offered: &Names, chosen: &[String]) -> AnyView {
    let each = offered.iter().map(|value| {
        let ticked = chosen.contains(value);
        view! { <li><label class="tick"><input type="checkbox" name=format!("{name}[]") value=value.clone() checked=ticked/>{value.clone()}</label></li> }
    });
    view! {
        <fieldset>
            <legend>{title}<span class="faint">" (none ticked: all)"</span></legend>
            <ul class="boxes" tabindex="0" aria-label=title>{each.collect_view()}</ul>
        </fieldset>
    }
    .into_any()
}

fn policy(found: &BucketCheck) -> Option<AnyView> {
    let open = !found.troubles.is_empty();
    (!found.policy.is_empty()).then(|| {
        view! {
            <details class="panel policy" open=open>
                <summary><b>"The policy that the reader needs"</b></summary>
                <p>"Attach it to the role or user whose credentials the server has, or to the role that it assumes. A bucket of another account must allow the same in its own policy."</p>
                <div class="copyable">
                    <pre class="copy" tabindex="0">{found.policy.clone()}</pre>
                    <button type="button" class="needs-js" data-copy><span aria-live="polite">"Copy"</span></button>
                </div>
            </details>
        }
        .into_any()
    })
}
