//! How a command that runs on and on is asked to end.

use anyhow::Context as _;
use nix::sys::signal::{self, SigHandler};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The two signals that ask a server to end.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

/// Makes a file that may not grow any more an error of whoever writes to it, not the end of the process.
pub(super) fn outlive_full_files() {
    // SAFETY: to ignore a signal runs no code in its place.
    if let Err(error) = unsafe { signal::signal(signal::Signal::SIGXFSZ, SigHandler::SigIgn) } {
        tracing::debug!(%error, "a limit on the size of files would end this process");
    }
}

impl Signals {
    pub(super) fn new() -> anyhow::Result<Self> {
        let watch = |kind| signal(kind).context("cannot watch for signals");
        Ok(Self { interrupt: watch(SignalKind::interrupt())?, terminate: watch(SignalKind::terminate())? })
    }

    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
