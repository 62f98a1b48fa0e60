//! Sending archives.

pub mod sending;

use super::enhance::{Go, go_to};
use leptos::{ev::DragEvent, html::Input, prelude::*};
use sending::{Sender, sending_bar};
use wasm_bindgen::JsValue;

/// Takes files and folders, dropped or picked. Without JavaScript it is a form that sends files.
pub fn drop_zone() -> AnyView {
    let sender = Sender::of_this_browser();
    let go = go_to();
    let over = RwSignal::new(false);
    let drag = move |event: DragEvent, inside: bool| {
        event.prevent_default();
        over.set(inside);
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(transfer) = event.data_transfer() {
            sender.start(&transfer.into(), go);
        }
    };
    view! {
        <form class="drop" class:over=over method="post" action="/api/v1/uploads" enctype="multipart/form-data"
            on:dragover=move |event| drag(event, true) on:dragleave=move |event| drag(event, false) on:drop=drop>
            <p><strong>"Drop CloudTrail files, a folder or an archive here"</strong></p>
            <div class="row">
                {picker(sender, go, "Choose files", false)}
                {picker(sender, go, "Choose a folder", true)}
                <button type="submit" class="without-js">"Send"</button>
            </div>
            <p class="hint">".json, .gz, .zst, .bz2, .zip, .tar, as they lie in the bucket. They go to this server and nowhere else."</p>
        </form>
        {sending_bar()}
    }
    .into_any()
}

fn picker(sender: Sender, go: Go, name: &'static str, folder: bool) -> AnyView {
    let input = NodeRef::<Input>::new();
    let take = move || {
        if let Some(input) = input.get_untracked()
            && input.files().is_some_and(|files| files.length() > 0)
        {
            sender.start(&JsValue::from(input.clone()), go);
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
