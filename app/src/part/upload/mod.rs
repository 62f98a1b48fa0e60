//! Sending archives, and watching them being read.

pub mod files;
pub mod sending;

use super::show;
use crate::{
    api::ApiError,
    model::report::{Upload, UploadState},
};
use leptos::{ev::DragEvent, html::Input, prelude::*};
use sending::{Sender, sending_bar};
use std::{cell::Cell, time::Duration};
use wasm_bindgen::JsValue;

/// Takes files and folders, dropped or picked. Without JavaScript it is a form that sends files.
pub fn drop_zone() -> AnyView {
    let sender = Sender::of_this_browser();
    let over = RwSignal::new(false);
    let drag = move |event: DragEvent, inside: bool| {
        event.prevent_default();
        over.set(inside);
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(transfer) = event.data_transfer() {
            sender.start(&transfer.into());
        }
    };
    view! {
        <form class="drop" class:over=over method="post" action="/api/v1/uploads" enctype="multipart/form-data"
            on:dragover=move |event| drag(event, true) on:dragleave=move |event| drag(event, false) on:drop=drop>
            <p><strong>"Drop CloudTrail files, a folder or an archive here"</strong></p>
            <div class="row">
                {picker(sender, "Choose files", false)}
                {picker(sender, "Choose a folder", true)}
                <button type="submit" class="without-js">"Send"</button>
            </div>
            <p class="hint">".json, .gz, .zst, .bz2, .zip, .tar, as they lie in the bucket. They stay on this machine."</p>
        </form>
        {sending_bar()}
    }
    .into_any()
}

fn picker(sender: Sender, name: &'static str, folder: bool) -> AnyView {
    let input = NodeRef::<Input>::new();
    let take = move || {
        if let Some(input) = input.get_untracked()
            && input.files().is_some_and(|files| files.length() > 0)
        {
            sender.start(&JsValue::from(input.clone()));
            input.set_value("");
        }
    };
    // Files may have been chosen before the scripts were there.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            input.set_webkitdirectory(folder);
        }
        take();
    });
    // A folder cannot be sent without scripts: its input then has no name and is not shown.
    view! {
        <label class="button" class:needs-js=folder>
            {name}
            <input node_ref=input type="file" class="away" multiple name={(!folder).then_some("file")} on:change={move |_| take()}/>
        </label>
    }
    .into_any()
}

/// Where a running upload stands; nothing for one that is finished.
pub fn progress(upload: &Upload) -> AnyView {
    let state = view! { <span class="away" role="status">{upload.state.as_str()}</span> };
    if upload.state.is_final() {
        return state.into_any();
    }
    let (bytes, read) = (upload.bytes.max(1), upload.bytes_read.min(upload.bytes));
    let (what, words) = match upload.state {
        UploadState::Receiving => ("Receiving", format!("{} so far", show::bytes(upload.bytes))),
        UploadState::Queued => ("Waiting", format!("{} to read", show::bytes(upload.bytes))),
        _ => {
            let calls = show::plural(upload.calls_counted, "call");
            ("Reading", format!("{} of {} · {calls} counted", show::bytes(read), show::bytes(upload.bytes)))
        }
    };
    let left = time_left(upload).map(|seconds| format!(" · {} left", show::about(seconds)));
    view! {
        {state}
        <p class="bar">
            <b>{what}</b>
            <progress max=bytes value=read aria-label=what></progress>
            <span>{words}{left}</span>
        </p>
        <noscript inner_html="<meta http-equiv=\"refresh\" content=\"3\">"></noscript>
    }
    .into_any()
}

/// Seconds, from how much was read since this page first saw the upload. The server has no such memory, and the first
/// look says nothing yet: what it rendered and what the browser renders first are the same.
fn time_left(upload: &Upload) -> Option<f64> {
    thread_local! {
        static FIRST: Cell<Option<(i64, f64, i64)>> = const { Cell::new(None) };
    }
    if !cfg!(target_arch = "wasm32") || upload.state != UploadState::Reading {
        return None;
    }
    let now = js_sys::Date::now();
    match FIRST.get() {
        Some((id, since, read)) if id == upload.id => {
            let speed = (upload.bytes_read - read) as f64 / (now - since).max(1.0) * 1000.0;
            (speed > 0.0 && now - since > 1000.0).then(|| (upload.bytes - upload.bytes_read).max(0) as f64 / speed)
        }
        _ => {
            FIRST.set(Some((upload.id, now, upload.bytes_read)));
            None
        }
    }
}

/// Asks again while something is under way; more patiently when there was no answer.
pub fn poll_while<T>(resource: Resource<Result<T, ApiError>>, running: impl Fn(&T) -> bool + 'static)
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    Effect::new(move |_| {
        let wait = match resource.get() {
            Some(Ok(data)) if running(&data) => 700,
            Some(Err(ApiError::Transport(_) | ApiError::Unavailable)) => 3000,
            _ => return,
        };
        let timer = set_timeout_with_handle(move || resource.refetch(), Duration::from_millis(wait));
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
}
