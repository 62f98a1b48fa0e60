//! The report of an upload, file by file.

use crate::{
    draw::panel::{panel, scroll},
    model::report::{FILES_SHOWN, FileReport, SkippedRecord, UploadReport},
    part::show,
};
use leptos::prelude::*;

/// Those with trouble come first.
pub(crate) fn files(report: &UploadReport) -> AnyView {
    if report.files.is_empty() {
        return ().into_any();
    }
    let table = file_rows("Log files of this upload, those with trouble first", &report.files);
    let more = (report.upload.files_total > FILES_SHOWN).then(|| {
        view! { <p class="hint">{format!("The first {FILES_SHOWN} of {}; all of them are in the CSV.", show::count(report.upload.files_total))}</p> }
    });
    let csv = format!("/api/v1/uploads/{}/files.csv", report.upload.id);
    let tools = view! { <a class="quiet" href=csv download aria-label="Log files as CSV">"CSV"</a> };
    panel("files", "Log files", tools.into_any(), view! { {scroll("Log files", table)} {more} }.into_any())
}

/// What became of each.
pub(crate) fn file_rows(caption: &'static str, files: &[FileReport]) -> AnyView {
    let rows = files.iter().map(row).collect_view();
    view! {
        <table class="files">
            <caption class="away">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">"Log file"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="n">"Size"</th>
                    <th scope="col" class="n">"Calls counted"</th>
                    <th scope="col" class="n">"Already counted"</th>
                    <th scope="col" class="n">"Without TLS details"</th>
                    <th scope="col" class="n">"Records skipped"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(file: &FileReport) -> AnyView {
    let number = |n: i64| view! { <td class="n" class:faint=n == 0>{show::count(n)}</td> };
    view! {
        <tr>
            <th scope="row">
                <span class="path" title=file.name.clone()>{file.name.clone()}</span>
                {(!file.reason.is_empty()).then(|| view! { <p class="why">{file.reason.clone()}</p> })}
                {examples(&file.examples)}
            </th>
            <td><span class="tag" data-state=file.state.as_str()>{file.state.as_str()}</span></td>
            <td class="n">{show::bytes(file.bytes)}</td>
            {number(file.calls_counted)}
            {number(file.calls_already_counted)}
            {number(file.calls_unknown)}
            {number(file.records_skipped)}
        </tr>
    }
    .into_any()
}

fn examples(examples: &[SkippedRecord]) -> AnyView {
    if examples.is_empty() {
        return ().into_any();
    }
    let each = examples.iter().map(|example| {
        view! {
            <li>
                {format!("Record {}, byte {}: {}", show::count(example.record), show::count(example.offset), example.reason)}
                <code>{example.excerpt.clone()}</code>
            </li>
        }
    });
    view! {
        <details class="examples">
            <summary>"Skipped records, the first ones"</summary>
            <ol>{each.collect_view()}</ol>
        </details>
    }
    .into_any()
}
