//! The history of uploads.

use crate::{
    draw::panel::{panel, scroll},
    model::report::{FileState, SourceKind, Upload, UploadState},
    part::show,
};
use leptos::prelude::*;

pub(crate) fn history(uploads: &[Upload]) -> AnyView {
    panel("history", "History", ().into_any(), table(uploads))
}

fn table(uploads: &[Upload]) -> AnyView {
    if uploads.is_empty() {
        return view! { <p class="says">"Nothing was uploaded yet."</p> }.into_any();
    }
    let rows = uploads.iter().map(row).collect_view();
    scroll(
        "History of uploads",
        view! {
            <table class="uploads">
                <caption class="away">"Uploads, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Upload"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Came in"</th>
                        <th scope="col" class="n">"Size"</th>
                        <th scope="col" class="n">"Files"</th>
                        <th scope="col" class="n">"Calls counted"</th>
                        <th scope="col" class="n">"Already counted"</th>
                        <th scope="col" class="n">"Without TLS details"</th>
                        <th scope="col" class="n">"Records skipped"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any(),
    )
}

/// An upload that was read to its end may still have files with trouble.
fn state(upload: &Upload) -> AnyView {
    let failed = (upload.files_failed > 0).then(|| {
        view! { " "<span class="tag" data-state="failed">{show::plural(upload.files_failed, "file")}" not read in full"</span> }
    });
    let nothing = upload.is_without_logs().then(|| {
        view! { " "<span class="tag" data-state="skipped">"nothing was read"</span> }
    });
    view! { <span class="tag" data-state=colour(upload)>{upload.state.as_str()}</span>{failed}{nothing} }.into_any()
}

/// Only what was read, and in full, is good.
fn colour(upload: &Upload) -> &'static str {
    match upload.state {
        UploadState::Done if upload.is_without_logs() => FileState::Skipped.as_str(),
        UploadState::Done if upload.files_failed == 0 => upload.state.as_str(),
        UploadState::Done if upload.files_failed < upload.files_total => FileState::Damaged.as_str(),
        UploadState::Done => FileState::Failed.as_str(),
        state => state.as_str(),
    }
}

fn row(upload: &Upload) -> AnyView {
    let number = |n: i64| view! { <td class="n" class:faint=n == 0>{show::count(n)}</td> };
    let kind = match upload.kind {
        SourceKind::Upload => "",
        SourceKind::Folder => "read by the command line",
        SourceKind::Demo => "made up",
        SourceKind::Bucket => "read from a bucket",
    };
    view! {
        <tr>
            <th scope="row">
                <a class="clip" href=format!("/uploads/{}", upload.id) title=upload.name.clone()>{upload.name.clone()}</a>
                <span class="faint">" "{kind}</span>
            </th>
            <td>{state(upload)}</td>
            <td class="date">{show::moment(upload.created)}</td>
            <td class="n">{show::bytes(upload.bytes)}</td>
            {number(upload.files_total)}
            {number(upload.calls_counted)}
            {number(upload.calls_already_counted)}
            {number(upload.calls_unknown)}
            {number(upload.records_skipped)}
        </tr>
    }
    .into_any()
}
