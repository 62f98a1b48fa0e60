//! Where log files come from: files, folders, spooled uploads and buckets, and everything nested in them.
//!
//! `walk` (files of the inputs) → `queue` (work for threads) → `worker` (one file or member) with `open` (archives) →
//! `archive`, `format`. `member`, `input` and `raw` (with its hash) are what is passed around; `room` says when there is none on a
//! disk.

pub mod bucket;
mod input;
mod member;
mod open;
mod queue;
mod raw;
pub(crate) mod room;
mod walk;
mod worker;

use crate::tally::{Detail, Part};
use crossbeam_channel::RecvTimeoutError;
use queue::Queue;
use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};
use walk::Walk;
use worker::Worker;

/// Parts that wait for the sink.
const PARTS: usize = 16;

/// How often a reading without parts looks whether it is cancelled.
const GLANCE: Duration = Duration::from_millis(50);

/// One thing to read, under the name that the user knows it by.
#[derive(Debug, Clone)]
pub struct Input {
    pub name: String,
    pub body: Body,
}

/// Where an input's bytes are.
#[derive(Debug, Clone)]
pub enum Body {
    /// A file, or a folder of files.
    Path(PathBuf),
    /// At hand, as those of an object of a bucket.
    Bytes(Vec<u8>),
}

impl Input {
    #[must_use]
    pub fn path(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), body: Body::Path(path.into()) }
    }

    #[must_use]
    pub fn bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), body: Body::Bytes(bytes) }
    }
}

/// How far a reading is; shared with whoever shows it or stops it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Of the inputs' bytes as they lie on disk or in the bucket.
    pub bytes_read: AtomicU64,
    /// Set to stop; `read` then returns soon.
    pub cancelled: AtomicBool,
}

/// What is known of a log file from an earlier, interrupted reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// Read it from its beginning.
    New,
    /// This many records were consumed and committed.
    After(u64),
    /// Read to its end: nothing to do.
    Done,
}

/// What is known of log files before a reading, and told of during it. A function that answers [`Resume`] is one.
pub trait Ledger: Sync {
    /// How far a log file was read before.
    fn resume(&self, name: &str) -> Resume;

    /// Whether a file, an archive or a member of one may be begun; if not, nothing is said of it.
    fn may_begin(&self, _name: &str) -> bool {
        true
    }

    /// What a reading thread (they count from 0) is at from now on; `None`: at nothing.
    fn at(&self, _thread: usize, _name: Option<&str>) {}
}

impl<F: Fn(&str) -> Resume + Sync> Ledger for F {
    fn resume(&self, name: &str) -> Resume {
        self(name)
    }
}

/// What one reading needs to know.
pub struct Options {
    pub detail: Detail,
    /// Reading threads; 0: one per core.
    pub threads: usize,
    /// Whether to hash log files as they lie there ([`FileEnd::sha256`](crate::tally::FileEnd::sha256)). Compressed ones are a tenth
    /// or less of what is read of them, so that costs little; of plain ones every byte is hashed.
    pub hashes: bool,
}

/// Reads all log files of `inputs`, in parallel, and hands their parts to `sink` on the calling thread until it breaks.
/// The parts of one file come in order; files come in any order. Blocks.
pub fn read(
    inputs: Vec<Input>,
    options: &Options,
    progress: &Progress,
    ledger: &dyn Ledger,
    sink: &mut dyn FnMut(Part) -> ControlFlow<()>,
) {
    let threads = match options.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        n => n,
    };
    let stop = AtomicBool::new(false);
    let queue = Queue::new(Walk::new(inputs), &stop);
    let (sender, parts) = crossbeam_channel::bounded(PARTS);
    thread::scope(|scope| {
        for thread in 0..threads {
            let worker = Worker::new(thread, &queue, options, progress, ledger, sender.clone(), &stop);
            scope.spawn(move || worker.run());
        }
        drop(sender);
        while !progress.cancelled.load(Ordering::Relaxed) {
            let flow = match parts.recv_timeout(GLANCE) {
                Ok(part) => sink(part),
                Err(RecvTimeoutError::Timeout) => ControlFlow::Continue(()),
                Err(RecvTimeoutError::Disconnected) => ControlFlow::Break(()),
            };
            if flow.is_break() {
                break;
            }
        }
        drop(parts);
        // Threads that wait to hand over a part find nobody there, the others see this.
        stop.store(true, Ordering::Relaxed);
        queue.wake();
    });
}
