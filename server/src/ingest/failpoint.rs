//! Where a test may kill the process: between any two things that must not come apart. Debug builds only.

/// Each step on the way of an upload, in its order, those of a bucket, and those of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A file lies in the spool folder, and the database does not know it yet.
    Spooled,
    /// All files are known; the upload does not wait to be read yet.
    Received,
    Queued,
    Leased,
    /// The upload says that it is being read.
    Begun,
    /// Within the transaction that counts: nothing is written yet.
    Held,
    /// The same: everything is written, and not committed.
    Counted,
    Committed,
    /// All is counted; the upload does not say so yet.
    Read,
    /// It has ended; its files lie in the spool folder.
    Ended,
    /// It is still leased.
    Cleared,
    /// A page of a bucket's objects is listed, and not noted.
    Listed,
    Noted,
    /// Objects are leased.
    Taken,
    Downloaded,
    /// A queue told of objects, and they are not noted.
    Heard,
    /// They are noted; the messages are still in the queue.
    Told,
    /// Nothing waits in the queue any more; its objects wait to be read.
    Deleted,
}

impl Step {
    pub const OF_UPLOADS: [(Self, &str); 11] = [
        (Self::Spooled, "spooled"),
        (Self::Received, "received"),
        (Self::Queued, "queued"),
        (Self::Leased, "leased"),
        (Self::Begun, "begun"),
        (Self::Held, "held"),
        (Self::Counted, "counted"),
        (Self::Committed, "committed"),
        (Self::Read, "read"),
        (Self::Ended, "ended"),
        (Self::Cleared, "cleared"),
    ];

    pub const OF_BUCKETS: [(Self, &str); 7] = [
        (Self::Listed, "listed"),
        (Self::Noted, "noted"),
        (Self::Taken, "taken"),
        (Self::Downloaded, "downloaded"),
        (Self::Held, "held"),
        (Self::Counted, "counted"),
        (Self::Committed, "committed"),
    ];

    pub const OF_QUEUES: [(Self, &str); 3] = [(Self::Heard, "heard"), (Self::Told, "told"), (Self::Deleted, "deleted")];
}

/// Ends the process when a thread begins the log file or archive that `SUNSET_KILL_READING` names.
#[cfg(debug_assertions)]
pub(super) fn reach_file(name: &str) {
    use std::{env, sync::LazyLock};
    static KILL_READING: LazyLock<Option<String>> = LazyLock::new(|| env::var("SUNSET_KILL_READING").ok());
    if KILL_READING.as_deref() == Some(name) {
        nix::sys::signal::raise(nix::sys::signal::Signal::SIGKILL).ok();
    }
}

/// Ends the process here, as a power failure would, if `SUNSET_KILL_AT` names this step.
#[cfg(debug_assertions)]
pub(super) fn reach(step: Step) {
    use std::{env, sync::LazyLock};
    static KILL_AT: LazyLock<Option<String>> = LazyLock::new(|| env::var("SUNSET_KILL_AT").ok());
    let steps = || Step::OF_UPLOADS.iter().chain(&Step::OF_BUCKETS).chain(&Step::OF_QUEUES);
    let name = || steps().find(|(known, _)| *known == step).map(|(_, name)| *name);
    if KILL_AT.is_some() && KILL_AT.as_deref() == name() {
        nix::sys::signal::raise(nix::sys::signal::Signal::SIGKILL).ok();
    }
}

/// In a release build there is nothing to reach.
#[cfg(not(debug_assertions))]
pub(super) fn reach(_step: Step) {}

#[cfg(not(debug_assertions))]
pub(super) fn reach_file(_name: &str) {}
