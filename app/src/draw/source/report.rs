//! What became of a bucket's log files, how fresh they are, and what goes when it is removed.

use super::{number, place::until, queue};
use crate::{
    api::{ApiError, Fragment},
    draw::{
        html,
        panel::{panel, scroll},
        table::file_rows,
    },
    model::{
        freshness::{Standing, late_accounts, standings},
        person::Role,
        report::{FILES_SHOWN, Removal},
        source::{BucketReport, Freshness, ListingFailed},
    },
    part::show,
    store::Store,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

pub(crate) async fn report(store: &dyn Store, about: &str, query: &str) -> Result<Fragment, ApiError> {
    let id = number(about)?;
    let report = store.bucket(id).await?;
    let removal = match store.actor().may(Role::Analyst) {
        true => Some(store.bucket_removal(id).await?),
        false => None,
    };
    Ok(html(
        view! {
            {troubled(&report)}
            {freshness(&report, store.now())}
            {others(&report.others)}
            {unknown(&report)}
            {removal.is_some().then(|| queue::form(&report.bucket, query))}
            {removal.map(|removal| removing(id, removal))}
        }
        .into_any(),
    ))
}

fn troubled(report: &BucketReport) -> Option<AnyView> {
    if report.files.is_empty() && report.listings_failed.is_empty() {
        return None;
    }
    let listings = report.listings_failed.iter().map(|ListingFailed { prefix, reason }| {
        view! { <li><code class="path">{prefix.clone()}</code><p class="why">{reason.clone()}</p></li> }
    });
    let listings = (!report.listings_failed.is_empty()).then(|| {
        view! { <p>"These parts could not be listed, so nothing of them is counted:"</p><ul class="listings">{listings.collect_view()}</ul> }
    });
    let table = (!report.files.is_empty()).then(|| {
        scroll("Log files with trouble", file_rows("Log files of this bucket that made trouble", &report.files))
    });
    let cut = (report.files.len() as i64 >= FILES_SHOWN).then(|| {
        view! { <p class="hint">{format!("The first {FILES_SHOWN}; more may have the same trouble.")}</p> }
    });
    Some(panel("files", "What made trouble", ().into_any(), view! { {listings}{table}{cut} }.into_any()))
}

/// How many accounts and regions are shown; the API has all.
const TRAILS_SHOWN: usize = 500;

fn freshness(report: &BucketReport, now: DateTime<Utc>) -> Option<AnyView> {
    let (bucket, trails) = (&report.bucket, &report.freshness);
    if trails.is_empty() {
        return None;
    }
    let followed = bucket.is_followed;
    let mut rows: Vec<(Standing, &Freshness)> = standings(bucket, trails, now).into_iter().zip(trails).collect();
    // Late ones first, the longest late before others.
    let rank = |standing: Standing| match standing {
        Standing::Late => 0,
        Standing::Empty => 1,
        Standing::Fresh => 2,
        Standing::Silent => 3,
    };
    rows.sort_by_key(|(standing, trail)| (if followed { rank(*standing) } else { 0 }, trail.newest));
    let body = rows
        .iter()
        .take(TRAILS_SHOWN)
        .map(|(standing, trail)| row(followed.then_some(*standing), trail, now))
        .collect_view();
    let organizations = trails.iter().any(|trail| trail.organization.is_some());
    let caption = "Up to when there are logs, per account and region";
    let table = view! {
        <table class="fresh">
            <caption class="away">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{if organizations { "Account (organization)" } else { "Account" }}</th>
                    <th scope="col">"Region"</th>
                    {followed.then(|| view! { <th scope="col">"Standing"</th> })}
                    <th scope="col" class="n">"Newest log delivered"</th>
                    <th scope="col" class="n">"Age"</th>
                    <th scope="col" class="n">"Looked"</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
    };
    let cut = (trails.len() > TRAILS_SHOWN)
        .then(|| view! { <p class="hint">{format!("The first {TRAILS_SHOWN} of {}; the API has all.", show::count(trails.len() as i64))}</p> });
    let words = sentence(report, now);
    let body = view! { <p>{words}</p> {scroll("Accounts and regions", table.into_any())} {cut} };
    Some(panel("freshness", "How fresh the logs are", ().into_any(), body.into_any()))
}

fn sentence(report: &BucketReport, now: DateTime<Utc>) -> String {
    let newest = report.freshness.iter().filter_map(|trail| trail.newest).max();
    let logs = newest.map_or("There is no log yet.".to_owned(), |newest| format!("Logs until {}.", until(newest, now)));
    if !report.bucket.is_followed {
        return format!("{logs} What came later is not looked for, because the bucket is not followed.");
    }
    match late_accounts(&report.bucket, &report.freshness, now) {
        (_, 0) => format!("{logs} No account is late."),
        (accounts, late) => format!(
            "{logs} {} of {} late: no region of theirs has a log that is newer than an hour or three looks. Their trail may have \
             stopped,{} or nobody called anything.",
            show::count(late),
            if accounts == 1 { "1 account is".into() } else { format!("{} accounts are", show::count(accounts)) },
            if report.bucket.queue.is_some() { " the queue may not be told of it," } else { "" },
        ),
    }
}

fn row(standing: Option<Standing>, trail: &Freshness, now: DateTime<Utc>) -> AnyView {
    let organization = trail.organization.as_ref().map(|id| view! { <span class="faint">" "{id.clone()}</span> });
    let moment = |time: Option<DateTime<Utc>>| time.map_or("–".to_owned(), show::moment);
    let colour = |standing: Standing| match standing {
        Standing::Fresh => "done",
        Standing::Late => "skipped",
        Standing::Silent | Standing::Empty => "none",
    };
    view! {
        <tr>
            <th scope="row">{trail.account.clone()}{organization}</th>
            <td>{trail.region.clone()}</td>
            {standing.map(|standing| view! { <td><span class="tag" data-state=colour(standing)>{standing.as_str()}</span></td> })}
            <td class="n">{moment(trail.newest)}</td>
            <td class="n">{trail.newest.map(|newest| show::ago(newest, now))}</td>
            <td class="n faint">{trail.looked.map(|looked| show::ago(looked, now))}</td>
        </tr>
    }
    .into_any()
}

/// What is there besides and is left alone.
pub(super) fn others(others: &[(String, i64)]) -> Option<AnyView> {
    let each = others.iter().map(|(kind, number)| view! { <li><b>{show::count(*number)}</b>" "{kind.clone()}</li> });
    (!others.is_empty()).then(|| {
        let body = view! {
            <p>"Known by their keys, and left alone before anything is downloaded:"</p>
            <ul class="others">{each.collect_view()}</ul>
        };
        panel("others", "What is not read", ().into_any(), body.into_any())
    })
}

fn unknown(report: &BucketReport) -> Option<AnyView> {
    let each =
        report.unknown.iter().map(|(reason, calls)| view! { <li><b>{show::count(*calls)}</b>" "{reason.words()}</li> });
    (!report.unknown.is_empty()).then(|| {
        let list = view! { <ul class="others">{each.collect_view()}</ul> };
        panel("unknown", "Calls without TLS details", ().into_any(), list.into_any())
    })
}

fn removing(id: i64, removal: Removal) -> AnyView {
    let calls = show::plural(removal.calls, "call");
    let others = match removal.also_in_others {
        0 => "No other source contained any of them.".to_owned(),
        n => format!(
            "{} of them came in other sources too: these are counted again when one of those is read again.",
            show::count(n)
        ),
    };
    let body = view! {
        <p>{format!("Removing it stops its reading and following, forgets it, and takes {calls} out of the counts. {others} Nothing in the bucket itself changes.")}</p>
        <form method="post" action="/fn/remove_bucket">
            <input type="hidden" name="id" value=id/>
            <button type="submit" class="danger">"Remove this source"</button>
        </form>
    };
    panel("remove", "Remove it", ().into_any(), body.into_any())
}
