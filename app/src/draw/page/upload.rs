//! `/uploads/ID`: how far it is, and what became of every file.

use super::{progress::progress, refused};
use crate::{
    api::{ApiError, Fragment},
    draw::{panel::panel, table::files},
    model::{
        person::Role,
        report::{Removal, Upload, UploadReport, UploadState},
    },
    part::show,
    store::Store,
};
use leptos::prelude::*;

pub(crate) async fn upload(store: &dyn Store, about: &str, query: &str) -> Result<Fragment, ApiError> {
    let id = about.parse().map_err(|_| ApiError::NotFound(format!("There is no upload “{about}”.")))?;
    let report = store.upload(id).await?;
    let running = !report.upload.state.is_final();
    // Files are listed at the end: a list that changes every moment cannot be read.
    let may_change = store.actor().may(Role::Analyst);
    let below = match running {
        true if may_change => cancelling(id),
        true => ().into_any(),
        false if may_change => {
            let removal = store.removal(id).await?;
            view! { {files(&report)} {removing(id, removal)} }.into_any()
        }
        false => files(&report),
    };
    let html = view! { {refused(query)} {head(&report)} {below} };
    Ok(Fragment { html: html.to_html(), again: running, ..Fragment::default() })
}

fn head(report: &UploadReport) -> AnyView {
    let upload = &report.upload;
    view! {
        <h1 class="clip" title=upload.name.clone()>{upload.name.clone()}</h1>
        <p class="lead">{sentence(upload)}</p>
        {progress(upload)}
        {trouble(upload)}
        {(!upload.reason.is_empty()).then(|| view! { <p class="notice" data-kind="error">{upload.reason.clone()}</p> })}
        {facts(report)}
        {(upload.calls_counted > 0 && upload.state.is_final()).then(|| view! {
            <p><a class="main" href="/">"See the overview"</a></p>
        })}
    }
    .into_any()
}

fn sentence(upload: &Upload) -> String {
    let calls = show::plural(upload.calls_counted, "call");
    match upload.state {
        UploadState::Done if upload.is_without_logs() => "Nothing was read.".into(),
        UploadState::Receiving => "It is still being received.".into(),
        UploadState::Queued => "It waits for its turn.".into(),
        UploadState::Reading => format!("{calls} counted so far."),
        UploadState::Failed => format!("It failed; {calls} had been counted before."),
        UploadState::Cancelled => format!("It was cancelled; {calls} had been counted before and stay."),
        UploadState::Done if upload.calls_counted == 0 && upload.calls_already_counted > 0 => {
            format!(
                "Nothing new: all of its {} were already counted.",
                show::plural(upload.calls_already_counted, "call")
            )
        }
        UploadState::Done => match upload.calls_already_counted {
            0 => format!("{calls} counted."),
            again => format!("{calls} counted; {} more were already counted.", show::count(again)),
        },
    }
}

/// Whatever could not be read is said beside what was counted.
fn trouble(upload: &Upload) -> Option<AnyView> {
    if upload.is_without_logs() {
        let words = match upload.files_total {
            0 => "There was no file in it.".into(),
            1 => "It is no log file that is known here; the reason is below.".into(),
            total => format!(
                "None of its {} files is a log file that is known here; the reasons are below.",
                show::count(total)
            ),
        };
        return Some(view! { <p class="notice" data-kind="warn">{words}</p> }.into_any());
    }
    if upload.files_failed == 0 {
        return None;
    }
    let words = match (upload.files_failed, upload.files_total) {
        (1, 1) => "It could not be read in full; the reason is below.".into(),
        (failed, total) if failed == total => {
            format!("None of its {} files could be read in full; the reasons are below.", show::count(total))
        }
        (failed, total) => format!(
            "{} of {} could not be read in full: calls may be missing from the counts. The reasons are below.",
            show::count(failed),
            show::plural(total, "file")
        ),
    };
    Some(view! { <p class="notice" data-kind="error">{words}</p> }.into_any())
}

fn facts(report: &UploadReport) -> AnyView {
    let upload = &report.upload;
    let reasons = report.unknown.iter().map(|(reason, calls)| {
        view! { <li><b>{show::count(*calls)}</b>" "{reason.words()}</li> }
    });
    let took = upload.started.zip(upload.finished).map(|(from, to)| show::took(from, to));
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <dl class="facts">
            {fact("Came in", show::moment(upload.created))}
            {fact("Size", show::bytes(upload.bytes))}
            {took.map(|took| fact("Read in", took))}
            {fact("Log files", show::count(upload.files_total))}
            {fact("Skipped files", show::count(upload.files_skipped))}
            {fact("Failed or damaged", show::count(upload.files_failed))}
            {fact("Calls counted", show::count(upload.calls_counted))}
            {fact("Already counted", show::count(upload.calls_already_counted))}
            {fact("Records skipped", show::count(upload.records_skipped))}
            <div>
                <dt>"Without TLS details"</dt>
                <dd>{show::count(upload.calls_unknown)}<ul class="reasons">{reasons.collect_view()}</ul></dd>
            </div>
        </dl>
    }
    .into_any()
}

/// A plain form: what it did is seen on the page where it leads.
fn cancelling(id: i64) -> AnyView {
    view! {
        <form method="post" action="/fn/cancel_upload">
            <input type="hidden" name="id" value=id/>
            <button type="submit">"Stop reading"</button>
            <span class="hint">" What was counted so far stays, and can be removed."</span>
        </form>
    }
    .into_any()
}

fn removing(id: i64, removal: Removal) -> AnyView {
    let body = view! {
        <p>{preview(removal)}</p>
        <form method="post" action="/fn/remove_upload">
            <input type="hidden" name="id" value=id/>
            <button type="submit" class="danger">"Remove this upload"</button>
        </form>
    };
    panel("remove", "Remove it", ().into_any(), body.into_any())
}

fn preview(removal: Removal) -> String {
    let calls = show::plural(removal.calls, "call");
    match removal.also_in_others {
        _ if removal.calls == 0 => "It added no call, so removing it changes no count.".into(),
        0 => format!("Removing it takes {calls} out of the counts. No other upload contained any of them."),
        n => format!(
            "Removing it takes {calls} out of the counts. {} of them came in other uploads too: these are counted again \
             when one of those is uploaded again.",
            show::count(n)
        ),
    }
}
