//! `/uploads/ID`: how far it is, and what became of every file.

use crate::{
    api::{self, ApiError, CancelUpload, RemoveUpload},
    model::report::{Removal, Upload, UploadReport, UploadState},
    part::{
        failure::{failure, loaded},
        panel::panel,
        show,
        upload::{files::files, poll_while, progress},
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn Page() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| id.parse::<i64>().ok()).unwrap_or(-1));
    let report = Resource::new(move || id.get(), api::upload);
    poll_while(report, |report: &UploadReport| !report.upload.state.is_final());
    view! {
        <Title text="Upload"/>
        <p class="crumbs"><a href="/uploads">"Uploads"</a>" / "{move || id.get()}</p>
        {loaded(report, move |report| view! { {head(&report)} {files(&report)} }.into_any())}
        {move || actions(id.get(), report)}
    }
}

fn head(report: &UploadReport) -> AnyView {
    let upload = &report.upload;
    view! {
        <h1 class="clip" title=upload.name.clone()>{upload.name.clone()}</h1>
        <p class="lead">{sentence(upload)}</p>
        {progress(upload)}
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
            {fact("Failed files", show::count(upload.files_failed))}
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

/// What can be done with it: stop it while it runs, remove it afterwards.
fn actions(id: i64, report: Resource<Result<UploadReport, ApiError>>) -> AnyView {
    let cancel = ServerAction::<CancelUpload>::new();
    let remove = ServerAction::<RemoveUpload>::new();
    Effect::new(move |_| {
        if cancel.version().get() > 0 {
            report.refetch();
        }
    });
    let failed = move || {
        let error = cancel.value().get().and_then(Result::err).or_else(|| remove.value().get().and_then(Result::err));
        error.map(|error| failure(&error))
    };
    let buttons =
        loaded(
            report,
            move |report| {
                if report.upload.state.is_final() { removing(id, remove) } else { cancelling(id, cancel) }
            },
        );
    view! { {buttons} {failed} }.into_any()
}

fn cancelling(id: i64, cancel: ServerAction<CancelUpload>) -> AnyView {
    view! {
        <ActionForm action=cancel>
            <input type="hidden" name="id" value=id/>
            <button type="submit" disabled=cancel.pending()>"Stop reading"</button>
            <span class="hint">" What was counted so far stays, and can be removed."</span>
        </ActionForm>
    }
    .into_any()
}

fn removing(id: i64, remove: ServerAction<RemoveUpload>) -> AnyView {
    let removal = Resource::new(move || id, api::removal);
    let body = view! {
        {loaded(removal, |removal| view! { <p>{preview(removal)}</p> }.into_any())}
        <ActionForm action=remove>
            <input type="hidden" name="id" value=id/>
            <button type="submit" class="danger" disabled=remove.pending()>"Remove this upload"</button>
        </ActionForm>
    };
    panel("remove", "Remove it", ().into_any(), body.into_any())
}

fn preview(removal: Removal) -> String {
    let calls = show::plural(removal.calls, "call");
    match removal.also_in_others {
        0 => format!("Removing it takes {calls} out of the counts. No other upload contained any of them."),
        n => format!(
            "Removing it takes {calls} out of the counts. {} of them came in other uploads too: these are counted again \
             when one of those is uploaded again.",
            show::count(n)
        ),
    }
}
