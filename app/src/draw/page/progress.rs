//! Where a running upload stands.

use crate::{
    model::report::{Upload, UploadState},
    part::show,
};
use leptos::prelude::*;
use std::time::{SystemTime, UNIX_EPOCH};

/// Asks for the page again where no script does.
const REFRESH: &str = r#"<meta http-equiv="refresh" content="3">"#;

/// Nothing for one that is finished.
pub(crate) fn progress(upload: &Upload) -> AnyView {
    if upload.state.is_final() {
        return ().into_any();
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
        <p class="bar">
            <b>{what}</b>
            <progress max=bytes value=read aria-label=what></progress>
            <span>{words}{left}</span>
        </p>
        <noscript inner_html=REFRESH></noscript>
    }
    .into_any()
}

/// Seconds, if it goes on as fast as until now.
fn time_left(upload: &Upload) -> Option<f64> {
    let since = upload.started?.timestamp() as f64;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs_f64();
    let (read, rest) = (upload.bytes_read as f64, (upload.bytes - upload.bytes_read).max(0) as f64);
    // The first seconds say little about the rest.
    (upload.state == UploadState::Reading && now - since > 2.0 && read > 0.0).then(|| rest * (now - since) / read)
}
