//! `/deadlines`: what is forbidden from when on, who says so, and how the dates moved.

use super::refused;
use crate::{
    api::{DeadlineForm, Fragment, refill},
    draw::html,
    model::{
        call::Scope,
        deadline::{Deadline, Origin},
        tls::TlsVersion,
    },
    part::show,
};
use chrono::{DateTime, NaiveDate};
use leptos::prelude::*;
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) fn deadlines(deadlines: &[Deadline], query: &str, may_change: bool) -> Fragment {
    let mut sent_back = SentBack { form: refill::of_query(query), why: refused(query) };
    let cards =
        deadlines.iter().map(|deadline| view! { <li>{card(deadline, &mut sent_back, may_change)}</li> }).collect_view();
    let add = may_change.then(|| adding(&mut sent_back));
    html(
        view! {
            // Of no form that is here.
            {sent_back.why}
            <ul class="cards">{cards}</ul>
            {add}
        }
        .into_any(),
    )
}

/// A form that was refused, and why.
struct SentBack {
    form: Option<DeadlineForm>,
    why: Option<AnyView>,
}

impl SentBack {
    /// What stands in a form: what was typed there, if it is the one that was refused, with the reason.
    fn or(&mut self, form: DeadlineForm) -> (DeadlineForm, Option<AnyView>) {
        match self.form.take_if(|refused| refused.id == form.id) {
            Some(refused) => (refused, self.why.take()),
            None => (form, None),
        }
    }
}

fn adding(sent_back: &mut SentBack) -> AnyView {
    let blank = DeadlineForm::new();
    let (place, title) = (blank.place(), "add-title");
    let add = form(sent_back.or(blank));
    view! {
        <section class="panel" aria-labelledby=title id=place>
            <header><h2 id=title>"Add a deadline of your own"</h2></header>
            {add}
        </section>
    }
    .into_any()
}

fn card(deadline: &Deadline, sent_back: &mut SentBack, may_change: bool) -> AnyView {
    let id = deadline.id;
    let edit = may_change.then(|| editing(id, sent_back.or(deadline.into())));
    let ago = today().map(|today| format!(", {}", show::relative(deadline.date, today)));
    let origin = match deadline.origin {
        Origin::Preset => "preset",
        Origin::Own => "your own",
        Origin::Demo => "demo data",
    };
    view! {
        <article class="panel deadline" aria-labelledby=format!("deadline-{id}-title") id=format!("deadline-{id}")>
            <header>
                <h2 id=format!("deadline-{id}-title")>{deadline.name.clone()}</h2>
                <span class="tag">{origin}</span>
            </header>
            <p class="when"><b>{show::day(deadline.date)}</b>{ago}" · at least TLS "{deadline.minimum.as_str()}</p>
            <p>{applies_to(deadline)}</p>
            {(!deadline.note.is_empty()).then(|| view! { <p class="hint">{deadline.note.clone()}</p> })}
            {source(&deadline.source_url)}
            {history(deadline)}
            <p><a href=format!("/?deadline={id}")>"Hold the overview against it"</a></p>
            {edit}
        </article>
    }
    .into_any()
}

fn editing(id: i64, sent_back: (DeadlineForm, Option<AnyView>)) -> AnyView {
    let is_open = sent_back.1.is_some();
    view! {
        <details class="edit" open=is_open>
            <summary>"Edit or remove"</summary>
            {form(sent_back)}
            <form method="post" action="/fn/remove_deadline">
                <input type="hidden" name="id" value=id/>
                <button type="submit" class="danger">"Remove this deadline"</button>
            </form>
        </details>
    }
    .into_any()
}

fn today() -> Option<NaiveDate> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0).map(|now| now.date_naive())
}

fn applies_to(deadline: &Deadline) -> String {
    let scope = match deadline.scope {
        None => "every endpoint",
        Some(Scope::Aws) => "AWS API endpoints",
        Some(Scope::Customer) => "your own endpoints",
    };
    match deadline.services.as_slice() {
        [] => format!("Applies to {scope}, all services."),
        services => format!("Applies to {scope}, only {}.", services.join(", ")),
    }
}

/// Somebody's text: a link only where it is one, and never one that runs.
fn source(url: &str) -> Option<AnyView> {
    if url.starts_with("https://") || url.starts_with("http://") {
        let shown = url.split_once("://").map_or(url, |(_, rest)| rest).to_owned();
        Some(
            view! { <p class="clip">"Source: "<a href=url.to_owned() rel="external noreferrer">{shown}</a></p> }
                .into_any(),
        )
    } else {
        (!url.is_empty()).then(|| view! { <p class="clip">"Source: "{url.to_owned()}</p> }.into_any())
    }
}

fn history(deadline: &Deadline) -> Option<AnyView> {
    if deadline.history.len() < 2 {
        return None;
    }
    let each = deadline.history.iter().map(|revision| {
        let note = if revision.note.is_empty() { String::new() } else { format!(": {}", revision.note) };
        view! { <li><b>{show::day(revision.date)}</b>{format!(", said on {}{note}", show::day(revision.announced))}</li> }
    });
    Some(view! { <ol class="history" aria-label="How the date moved">{each.collect_view()}</ol> }.into_any())
}

/// Adds a deadline, or changes the one that it names. With why it was refused, if it was.
fn form((form, why): (DeadlineForm, Option<AnyView>)) -> AnyView {
    let scopes = [("", "Every endpoint"), ("aws", "AWS API endpoints"), ("customer", "Our own endpoints")]
        .map(|(value, name)| view! { <option value=value selected=form.scope == value>{name}</option> });
    let minimums = [TlsVersion::Tls13, TlsVersion::Tls12, TlsVersion::Tls11, TlsVersion::Tls10].map(|version| {
        view! { <option value=version.as_str() selected=form.minimum == version.as_str()>{format!("TLS {version}")}</option> }
    });
    let action = if form.id.is_empty() { "Add" } else { "Save" };
    let fields = view! {
            <input type="hidden" name="form[id]" value=form.id/>
            <label>"Name" <input name="form[name]" required maxlength="120" value=form.name/></label>
            <label>"Date" <input type="date" name="form[date]" required min="2000-01-01" max="2200-12-31" value=form.date/></label>
            <label>"Lowest version allowed" <select name="form[minimum]">{minimums.into_iter().collect_view()}</select></label>
            <label>"Applies to" <select name="form[scope]">{scopes.into_iter().collect_view()}</select></label>
            <label>"Services (empty: all)" <input name="form[services]" placeholder="s3, dynamodb" value=form.services/></label>
            <label>"Source" <input type="url" name="form[source_url]" placeholder="https://" value=form.source_url/></label>
            <label class="wide">"Note" <input name="form[note]" maxlength="2000" value=form.note/></label>
            <button type="submit" class="main">{action}</button>
    }
    .into_any();
    view! { {why} <form method="post" action="/fn/save_deadline" class="fields">{fields}</form> }.into_any()
}
