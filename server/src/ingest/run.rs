//! One reading in progress: how far it is, and the way to stop it.

use crate::source::Progress;
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

/// Shared by the reading with whoever shows or cancels it.
#[derive(Debug, Default)]
pub struct Run {
    cancelled: AtomicBool,
    progress: Mutex<Arc<Progress>>,
}

impl Run {
    /// The reading stops soon; what is counted stays.
    pub fn cancel(&self) {
        self.cancelled.store(true, Relaxed);
        self.progress().cancelled.store(true, Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Relaxed)
    }

    /// Of the bytes as sent.
    pub fn bytes_read(&self) -> u64 {
        self.progress().bytes_read.load(Relaxed)
    }

    /// Progress of a new attempt, which begins at nothing.
    pub(super) fn begin(&self) -> Arc<Progress> {
        let progress = Arc::new(Progress::default());
        progress.cancelled.store(self.is_cancelled(), Relaxed);
        *self.progress() = progress.clone();
        // A cancel between the two lines above reached the old one only.
        progress.cancelled.fetch_or(self.is_cancelled(), Relaxed);
        progress
    }

    fn progress(&self) -> MutexGuard<'_, Arc<Progress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
