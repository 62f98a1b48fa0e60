//! The progress bar on a terminal; nothing where there is none.

use crate::ingest::Run;
use indicatif::{ProgressBar, ProgressStyle};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

pub(super) struct Bar {
    bar: ProgressBar,
    ticks: JoinHandle<()>,
}

/// Follows a run on standard error.
pub(super) fn show(run: Arc<Run>, bytes: u64) -> Bar {
    let bar = ProgressBar::new(bytes);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left") {
        bar.set_style(style);
    }
    let ticks = tokio::spawn({
        let bar = bar.clone();
        async move {
            loop {
                bar.set_position(run.bytes_read().min(bytes));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    });
    Bar { bar, ticks }
}

impl Bar {
    pub(super) fn finish(self) {
        self.ticks.abort();
        self.bar.finish_and_clear();
    }
}
