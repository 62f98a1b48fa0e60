//! One reading thread: its buffers, and what it does with one file or member.

use super::{
    Body, Ledger, Options, Progress, Resume,
    input::Counted,
    member::{Job, Layers, Member, WHOLE},
    queue::{Queue, Task},
    raw::{self, Raw},
    walk::{Found, Skip},
};
use crate::{
    archive::{decode::Guard, inflate::Inflater, limit::Budget, name},
    format::{self, Counter, Counters, PADDING, Scanner, Window},
    tally::{Detail, Part},
};
use app::model::report::FileState;
use crossbeam_channel::Sender;
use std::{
    fs::File,
    io::{self, Read as _},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

pub(crate) struct Worker<'a> {
    thread: usize,
    pub(super) queue: &'a Queue<'a>,
    detail: Detail,
    pub(super) hashes: bool,
    progress: &'a Progress,
    ledger: &'a dyn Ledger,
    /// What the ledger was told that this thread is at.
    at: Option<Arc<str>>,
    parts: Sender<Part>,
    pub(super) stop: &'a AtomicBool,
    counters: Counters,
    scanner: Scanner,
    pub(super) inflater: Inflater,
    /// Bytes as they lie on disk, and the window of a stream: reused from file to file.
    raw: Vec<u8>,
    pub(super) window: Vec<u8>,
    /// For decoded bytes, with room for [`WHOLE`] of them.
    pub(super) buffers: Vec<Vec<u8>>,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(
        thread: usize,
        queue: &'a Queue<'a>,
        options: &Options,
        progress: &'a Progress,
        ledger: &'a dyn Ledger,
        parts: Sender<Part>,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            thread,
            queue,
            detail: options.detail,
            hashes: options.hashes,
            progress,
            ledger,
            at: None,
            parts,
            stop,
            counters: Counters::default(),
            scanner: Scanner::fastest(),
            inflater: Inflater::new(),
            raw: Vec::new(),
            window: Vec::new(),
            buffers: Vec::new(),
        }
    }

    pub(crate) fn run(mut self) {
        let queue = self.queue;
        while let Some(task) = queue.take(|| self.at_nothing()) {
            match task {
                Task::File(found) => self.file(found),
                Task::Member(member, job) => self.member(&member, job),
            }
            queue.done();
        }
        self.at_nothing();
    }

    /// Says what this thread is at.
    pub(super) fn at(&mut self, member: &Member) {
        if !self.at.as_ref().is_some_and(|at| Arc::ptr_eq(at, &member.name)) {
            self.ledger.at(self.thread, Some(&member.name));
            self.at = Some(member.name.clone());
        }
    }

    fn at_nothing(&mut self) {
        if self.at.take().is_some() {
            self.ledger.at(self.thread, None);
        }
    }

    pub(super) fn may_begin(&self, member: &Member) -> bool {
        self.ledger.may_begin(&member.name)
    }

    fn file(&mut self, found: Found) {
        let budget = Arc::new(Budget::new(None));
        let mut member = Member { name: found.name.into(), depth: 0, budget };
        if !self.may_begin(&member) {
            return;
        }
        let body = match found.body {
            Ok(body) => body,
            Err(skip) => return self.skip(&member, &skip),
        };
        if let Some(reason) = name::skipped(&member.name) {
            let size = match &body {
                Body::Path(path) => path.metadata().map_or(0, |metadata| metadata.len()),
                Body::Bytes(bytes) => bytes.len() as u64,
            };
            self.progress.bytes_read.fetch_add(size, Ordering::Relaxed);
            return self.trouble(&member, FileState::Skipped, reason);
        }
        self.at(&member);
        self.guarded(&mut member, |worker, member| match body {
            Body::Path(path) => {
                if let Err(error) = worker.open(member, &path) {
                    worker.trouble(member, FileState::Failed, &reading_failed(&error));
                }
            }
            Body::Bytes(bytes) => worker.at_hand(member, bytes),
        });
    }

    fn skip(&mut self, member: &Member, skip: &Skip) {
        match skip {
            Skip::Link => self.trouble(member, FileState::Skipped, "a link; links within folders are not followed"),
            Skip::Special => self.trouble(member, FileState::Skipped, "no ordinary file"),
            Skip::Unreadable(error) => self.trouble(member, FileState::Failed, &reading_failed(error)),
        }
    }

    /// A small file is read at once, a large one as a stream.
    fn open(&mut self, member: &mut Member, path: &Path) -> io::Result<()> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let size = metadata.is_file().then_some(metadata.len());
        member.budget = Arc::new(Budget::new(size));
        let input = Counted::new(file, size, self.progress);
        match size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size <= WHOLE) {
            Some(_) => {
                let mut raw = std::mem::take(&mut self.raw);
                raw.clear();
                (&input).take(WHOLE as u64).read_to_end(&mut raw)?;
                let len = raw.len();
                self.whole(member, &mut raw, len, Layers::NONE);
                self.raw = raw;
            }
            None if size.is_some() => self.seekable(member, &input)?,
            None => self.tapped(member, &input),
        }
        input.finish();
        Ok(())
    }

    fn at_hand(&mut self, member: &mut Member, mut bytes: Vec<u8>) {
        let len = bytes.len();
        member.budget = Arc::new(Budget::new(Some(len as u64)));
        if len <= WHOLE {
            self.whole(member, &mut bytes, len, Layers::NONE);
        } else {
            self.stream(member, &self.raw(&bytes), Box::new(bytes.as_slice()));
        }
        self.progress.bytes_read.fetch_add(len as u64, Ordering::Relaxed);
    }

    pub(super) fn member(&mut self, member: &Member, job: Job) {
        self.at(member);
        self.guarded(&mut member.clone(), |worker, member| worker.unpack(member, job));
    }

    /// Whatever happens within, other files go on.
    fn guarded(&mut self, member: &mut Member, read: impl FnOnce(&mut Self, &mut Member)) {
        let result = catch_unwind(AssertUnwindSafe(|| read(self, member)));
        if result.is_err() {
            tracing::error!(file.name = %member.name, "a parser panicked");
            self.counters = Counters::default();
            self.inflater = Inflater::new();
            self.trouble(member, FileState::Failed, "an error of ours while reading it; please report it");
        }
    }

    /// A log file whose first `len` bytes, all of it, are in `bytes`, out of these layers.
    pub(super) fn log(&mut self, member: &Member, bytes: &mut Vec<u8>, len: usize, layers: Layers<'_>) {
        if let Some(after) = self.resume_after(member) {
            let raw = layers.outermost.or_else(|| bytes.get(..len)).unwrap_or_default();
            let raw = Raw::Hashed(self.hashes.then(|| raw::sha256(raw)));
            self.count(member, after, &mut Window::whole(bytes, len), &raw);
        }
    }

    /// Bytes at hand, hashed where that is wanted and needed.
    pub(super) fn raw<'r>(&self, bytes: &'r [u8]) -> Raw<'r> {
        if self.hashes { Raw::AtHand(bytes) } else { Raw::Hashed(None) }
    }

    pub(super) fn resume_after(&self, member: &Member) -> Option<u64> {
        match self.ledger.resume(&member.name) {
            Resume::New => Some(0),
            Resume::After(records) => Some(records),
            Resume::Done => None,
        }
    }

    pub(super) fn count(&mut self, member: &Member, resume_after: u64, window: &mut Window<'_>, raw: &Raw<'_>) {
        let (parts, stop) = (&self.parts, self.stop);
        let mut emit = |mut part: Part| {
            if let Some(end) = part.end.as_mut().filter(|end| end.state == FileState::Done) {
                end.sha256 = raw.sha256();
            }
            send(parts, stop, part)
        };
        let counter = Counter::new(member.name.clone(), self.detail, resume_after, &mut self.counters, &mut emit);
        let _stopped = format::read(self.scanner, window, counter, stop);
    }

    /// Reports a file of which nothing is counted.
    pub(super) fn trouble(&self, member: &Member, state: FileState, reason: &str) {
        if self.stop.load(Ordering::Relaxed) || self.resume_after(member).is_none() {
            return;
        }
        let _stopped = send(&self.parts, self.stop, Part::uncounted(member.name.clone(), state, reason));
    }

    pub(super) fn guard<'g>(&self, member: &'g Member) -> Guard<'g>
    where
        'a: 'g,
    {
        Guard { budget: &member.budget, stop: self.stop }
    }

    /// One of [`Self::buffers`], which should be given back.
    pub(super) fn take_buffer(&mut self) -> Vec<u8> {
        // Fresh zeroes cost nothing until they are written over.
        self.buffers.pop().unwrap_or_else(|| vec![0; WHOLE + PADDING])
    }
}

fn send(parts: &Sender<Part>, stop: &AtomicBool, part: Part) -> ControlFlow<()> {
    if stop.load(Ordering::Relaxed) || parts.send(part).is_err() {
        stop.store(true, Ordering::Relaxed);
        return ControlFlow::Break(());
    }
    ControlFlow::Continue(())
}

/// Errors of the operating system, in words for the user.
pub(super) fn reading_failed(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string(),
    }
}
