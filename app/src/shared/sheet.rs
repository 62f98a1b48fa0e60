//! A statement on a page.

use super::{Card, document, panels, tables, trend::trend, words};
use crate::{
    draw::answer,
    model::{
        share::ShareKind,
        statement::{Cut, Statement},
        trend::DrawnTrend,
    },
    part::show,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// What is shown, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    pub title: &'a str,
    pub note: &'a str,
    pub kind: ShareKind,
    pub creator: &'a str,
    pub expires: DateTime<Utc>,
    pub may_narrow: bool,
    /// All that is shared, and what the recipient left of it.
    pub whole: &'a Statement,
    pub shown: &'a Statement,
    pub cut: &'a Cut,
    pub door: Door<'a>,
    /// The trend of what is shown; a plain line without one.
    pub chart: Option<&'a DrawnTrend>,
    /// The address of its picture, with scheme and host.
    pub image: Option<&'a str>,
    /// SHA-256 of the evidence, where it is always the same.
    pub evidence: Option<&'a str>,
}

/// How the page is come by, which decides what leads further.
#[derive(Debug, Clone, Copy)]
pub enum Door<'a> {
    /// Not by a link yet: the creator sees what the recipient will see.
    Preview,
    /// The path of the share.
    Open { path: &'a str },
    /// The same behind a password: `key` opens it for a while. It is posted, so that no address ever holds it.
    Key { path: &'a str, key: &'a str },
}

/// The whole document.
pub fn page(style: &str, sheet: &Sheet<'_>) -> String {
    let card = Card { title: sheet.title, words: &sheet.whole.overview.sentence, image: sheet.image };
    document(style, sheet.title, card, body(sheet))
}

/// The same without a document around it.
pub(crate) fn body(sheet: &Sheet<'_>) -> AnyView {
    let (title, note) = (sheet.title.to_owned(), sheet.note.to_owned());
    view! {
        <header class="shared-head">
            <p class="shared-title">{title}</p>
            {(!note.is_empty()).then(|| view! { <p class="shared-note">{note}</p> })}
            <p class="hint">{origin(sheet)}</p>
        </header>
        {answered(sheet)}
        {narrowing(sheet)}
        <div class="pair shared-first">
            {trend(sheet)}
            {panels::unknown(sheet)}
        </div>
        {tables::services(sheet)}
        <div class="pair">
            {panels::rules(sheet)}
            {panels::logs(sheet)}
        </div>
        {tables::callers(sheet)}
        <footer class="bottom shared-foot"><p>{origin(sheet)}" · made with TLS Sunset"</p></footer>
    }
    .into_any()
}

fn origin(sheet: &Sheet<'_>) -> String {
    words::origin(sheet.creator, sheet.kind, sheet.whole.made, sheet.expires)
}

fn answered(sheet: &Sheet<'_>) -> AnyView {
    let overview = &sheet.whole.overview;
    let (first, last) = overview.frame.days();
    let mut asides = vec![format!("{} to {}", show::day(first), show::day(last))];
    asides.extend(answer::deadline_words(&overview.frame));
    asides.extend(overview.coverage.map(|share| format!("logs cover {} of the range", show::share(share))));
    asides.extend(sheet.whole.filters.iter().map(words::filter));
    view! {
        <section class="answer" data-state=answer::state_name(overview.state) aria-labelledby="answer">
            <p class="state"><span class="dot" aria-hidden="true"></span>{overview.state.words()}</p>
            <div>
                <h1 id="answer">{overview.sentence.clone()}</h1>
                <ul class="asides">{asides.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul>
            </div>
        </section>
    }
    .into_any()
}

/// A part of the page.
pub(super) fn panel(id: &'static str, title: &'static str, tools: AnyView, body: AnyView) -> AnyView {
    view! {
        <section class="panel" id=format!("shared-{id}") aria-label=title>
            <header><h2>{title}</h2><div class="tools">{tools}</div></header>
            {body}
        </section>
    }
    .into_any()
}

/// The same numbers for a spreadsheet.
pub(super) fn csv(sheet: &Sheet<'_>, table: &'static str) -> AnyView {
    let label = format!("{table} as CSV");
    match sheet.door {
        Door::Preview => ().into_any(),
        Door::Open { path } => {
            let query = sheet.cut.query();
            let mark = if query.is_empty() { "" } else { "?" };
            let to = format!("{path}/{table}.csv{mark}{query}");
            view! { <a class="quiet" href=to download aria-label=label>"CSV"</a> }.into_any()
        }
        Door::Key { path, key } => view! {
            <form method="post" action=format!("{path}/{table}.csv")>
                {hidden(sheet.cut, key)}
                <button type="submit" class="quiet" aria-label=label>"CSV"</button>
            </form>
        }
        .into_any(),
    }
}

/// All that is shared as a file that can be checked.
pub(super) fn evidence(sheet: &Sheet<'_>) -> Option<AnyView> {
    const WORDS: &str = "Evidence (ZIP)";
    let link = match sheet.door {
        Door::Preview => return None,
        Door::Open { path } => view! { <a href=format!("{path}/evidence.zip") download>{WORDS}</a> }.into_any(),
        Door::Key { path, key } => view! {
            <form method="post" action=format!("{path}/evidence.zip")>
                {hidden(&Cut::default(), key)}
                <button type="submit" class="quiet">{WORDS}</button>
            </form>
        }
        .into_any(),
    };
    let all =
        (!sheet.cut.is_whole()).then_some(" It holds all that is shared, not only the part that this page shows.");
    let digest = sheet.evidence.map(|digest| {
        let digest = digest.to_owned();
        view! { " Its SHA-256 is "<code>{digest}</code>"." }
    });
    Some(
        view! {
            {link}
            <p class="hint">
                "This page as a PDF, every table, and what was counted from where. "<code>"tls-sunset verify"</code>
                " tells whether it was changed, and counts it anew from log files."{all}{digest}
            </p>
        }
        .into_any(),
    )
}

fn hidden(cut: &Cut, key: &str) -> AnyView {
    let field = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    let days = [("from", cut.first), ("to", cut.last)];
    let days = days.into_iter().filter_map(|(name, day)| Some(field(name, day?.to_string())));
    let services = cut.services.iter().map(|service| field("service", service.clone()));
    view! {
        {field("key", key.to_owned())}
        {days.collect_view()}
        {services.collect_view()}
    }
    .into_any()
}

/// The recipient may leave out days and services.
fn narrowing(sheet: &Sheet<'_>) -> Option<AnyView> {
    let (path, key) = match sheet.door {
        _ if !sheet.may_narrow => return None,
        Door::Preview => return None,
        Door::Open { path } => (path, None),
        Door::Key { path, key } => (path, Some(key)),
    };
    let method = if key.is_some() { "post" } else { "get" };
    let (first, last) = sheet.whole.frame().days();
    let date = |name: &'static str, words: &'static str, day: Option<chrono::NaiveDate>| {
        let value = day.map(|day| day.to_string());
        view! { <label>{words}" "<input type="date" name=name min=first.to_string() max=last.to_string() value=value/></label> }
    };
    let services = sheet.whole.services.iter().map(|row| {
        let (name, ticked) = (row.service.clone(), sheet.cut.services.contains(&row.service));
        view! { <li><label class="tick"><input type="checkbox" name="service" value=name.clone() checked=ticked/>{name}</label></li> }
    });
    let is_cut = !sheet.cut.is_whole();
    let action = path.to_owned();
    let all = match key {
        None => view! { <a href=path.to_owned()>"All that is shared"</a> }.into_any(),
        Some(key) => view! {
            <form method="post" action=path.to_owned()>{hidden(&Cut::default(), key)}<button type="submit">"All that is shared"</button></form>
        }
        .into_any(),
    };
    Some(
        view! {
            {is_cut.then(|| view! {
                <div class="notice row"><p>"Only a part of what is shared is in the numbers below. The answer, verdicts, coverage and log files speak of all of it."</p> {all}</div>
            })}
            <details class="shared-narrow" open=is_cut>
                <summary>"Look at a part of it"</summary>
                <form method=method action=action class="fields">
                    {key.map(|key| view! { <input type="hidden" name="key" value=key.to_owned()/> })}
                    {date("from", "First day", sheet.cut.first)}
                    {date("to", "Last day", sheet.cut.last)}
                    <fieldset class="wide"><legend>"Services (none ticked: all)"</legend><ul class="boxes">{services.collect_view()}</ul></fieldset>
                    <button type="submit" class="main">"Show"</button>
                </form>
            </details>
        }
        .into_any(),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A part of the page about this statement.
    pub(in crate::shared) fn html(statement: &Statement, part: impl Fn(&Sheet<'_>) -> AnyView) -> String {
        let sheet = Sheet {
            title: "A title",
            note: "",
            kind: ShareKind::Frozen,
            creator: "Ann",
            expires: statement.made,
            may_narrow: false,
            whole: statement,
            shown: statement,
            cut: &Cut::default(),
            door: Door::Preview,
            chart: None,
            image: None,
            evidence: None,
        };
        part(&sheet).to_html()
    }
}
