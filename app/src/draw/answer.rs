//! The first thing on a page: a sentence that answers the question, and how sure it is.

use super::{filter::menu, source::until_words};
use crate::model::{frame::Frame, freshness::Sources, overview::Overview, verdict::State};
use crate::part::show;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

pub(crate) fn answer(overview: &Overview, sources: &Sources, now: DateTime<Utc>) -> AnyView {
    let state = overview.state;
    view! {
        <section class="answer" data-state=state_name(state) aria-labelledby="answer">
            <p class="state"><span class="dot" aria-hidden="true"></span>{state.words()}</p>
            <div>
                <h1 id="answer">{overview.sentence.clone()}</h1>
                <ul class="asides">{asides(overview)}</ul>
                {sources_words(sources, now)}
            </div>
        </section>
    }
    .into_any()
}

/// Up to when there are logs, how many accounts are late, and where they came from; leads to the sources.
fn sources_words(sources: &Sources, now: DateTime<Utc>) -> Option<AnyView> {
    let until = until_words(sources.until?, now);
    let late = (sources.late > 0)
        .then(|| format!(" · {} of {} late", show::count(sources.late), show::plural(sources.accounts, "account")));
    let buckets = match sources.buckets.as_slice() {
        [] => None,
        [(_, one)] => Some(format!("bucket {one}")),
        [(_, one), (_, two)] => Some(format!("buckets {one} and {two}")),
        many => Some(show::plural(many.len() as i64, "bucket")),
    };
    let uploads = (sources.uploads > 0).then(|| show::plural(sources.uploads, "upload"));
    let from: Vec<String> = buckets.into_iter().chain(uploads).collect();
    let from = (!from.is_empty()).then(|| format!(" · from {}", from.join(" and ")));
    let to = match sources.buckets.as_slice() {
        [] if sources.accounts == 0 => "/uploads".to_owned(),
        [(id, _)] => format!("/sources/{id}"),
        _ => "/sources".to_owned(),
    };
    Some(view! { <p class="origin"><a href=to>{until}{late}{from}</a></p> }.into_any())
}

pub(crate) const fn state_name(state: State) -> &'static str {
    match state {
        State::OnTrack => "on_track",
        State::AtRisk => "at_risk",
        State::Missed => "missed",
        State::Clear => "clear",
        State::Unknown => "unknown",
    }
}

fn asides(overview: &Overview) -> AnyView {
    let mut all: Vec<AnyView> = Vec::new();
    let frame = &overview.frame;
    all.extend(deadline_words(frame).map(|words| words.into_any()));
    if let Some(share) = overview.coverage {
        let days = format!("{} to {}", show::day(frame.from.date_naive()), last_day(frame));
        let silent = overview.silent.map(|(regions, since)| match regions {
            1 => format!("; 1 silent region left out, since {}", show::day(since)),
            _ => format!("; {regions} silent regions left out, the first since {}", show::day(since)),
        });
        let words = format!("Logs cover {} of {days}{}", show::share(share), silent.unwrap_or_default());
        all.push(view! { <a href="/coverage">{words}</a> }.into_any());
    }
    all.extend(unknown(overview));
    all.into_iter().map(|aside| view! { <li>{aside}</li> }).collect_view().into_any()
}

fn last_day(frame: &Frame) -> String {
    show::day((frame.to - chrono::Duration::seconds(1)).date_naive())
}

pub fn deadline_words(frame: &Frame) -> Option<String> {
    let deadline = frame.deadline.as_ref()?;
    let when = show::relative(deadline.date, frame.today);
    let moved = match deadline.history.len() {
        0 | 1 => String::new(),
        2 => ", moved once".into(),
        n => format!(", moved {} times", n - 1),
    };
    Some(format!("{}: {}, {when}{moved}", deadline.name, show::day(deadline.date)))
}

/// Calls without a TLS version, and why: shown, never counted as modern.
fn unknown(overview: &Overview) -> Option<AnyView> {
    let calls: i64 = overview.unknown.iter().map(|(_, calls)| calls).sum();
    if calls == 0 {
        return None;
    }
    let words = format!("{} of the calls carry no TLS details", show::percent(calls, overview.calls));
    let reasons = overview.unknown.iter().map(|(reason, calls)| {
        view! { <li><b>{show::count(*calls)}</b>" "{reason.words()}</li> }
    });
    let list = view! { <ul class="options plain">{reasons.collect_view()}</ul> }.into_any();
    Some(menu(words, list))
}
