//! The progress bar on a terminal; nothing where there is none.

use crate::ingest::{Buckets, Run};
use indicatif::{ProgressBar, ProgressStyle};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

pub(super) struct Bar {
    bar: ProgressBar,
    ticks: JoinHandle<()>,
}

/// Follows a run on standard error.
pub(super) fn show(run: Arc<Run>, bytes: u64) -> Bar {
    let bar = styled(bytes);
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

/// Follows the reading of a bucket: it grows while more is listed.
pub(super) fn follow(buckets: Buckets, id: i64) -> Bar {
    let bar = styled(0);
    let ticks = tokio::spawn({
        let bar = bar.clone();
        async move {
            loop {
                if let Ok(bucket) = buckets.get(id).await {
                    bar.set_length(bucket.progress.bytes.unsigned_abs());
                    bar.set_position(bucket.progress.bytes_read.unsigned_abs());
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        }
    });
    Bar { bar, ticks }
}

fn styled(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left") {
        bar.set_style(style);
    }
    bar
}

impl Bar {
    pub(super) fn finish(self) {
        self.ticks.abort();
        self.bar.finish_and_clear();
    }
}
