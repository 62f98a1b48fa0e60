//! Shares work among threads: inputs in their order, and before those what came out of archives.

use super::{
    member::{Job, Member},
    walk::{Found, Walk},
};
use std::{
    collections::VecDeque,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Bytes of members that wait for a thread, and how many.
const BYTES: usize = 32 << 20;
const JOBS: usize = 512;

pub(crate) enum Task {
    File(Found),
    Member(Member, Job),
}

pub(crate) struct Queue<'a> {
    state: Mutex<State>,
    changed: Condvar,
    stop: &'a AtomicBool,
}

struct State {
    walk: Option<Walk>,
    jobs: VecDeque<(Member, Job)>,
    bytes: usize,
    /// Threads at work: they may still add jobs.
    busy: usize,
}

impl<'a> Queue<'a> {
    pub(crate) fn new(walk: Walk, stop: &'a AtomicBool) -> Self {
        let state = State { walk: Some(walk), jobs: VecDeque::new(), bytes: 0, busy: 0 };
        Self { state: Mutex::new(state), changed: Condvar::new(), stop }
    }

    /// The next task; waits for one, and calls `idle` before. `None` when nothing is left. [`Self::done`] must follow.
    pub(crate) fn take(&self, mut idle: impl FnMut()) -> Option<Task> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(task) = state.next() {
                state.busy += 1;
                return Some(task);
            }
            if state.busy == 0 {
                return None;
            }
            idle();
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(crate) fn done(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.busy -= 1;
        if state.busy == 0 {
            self.changed.notify_all();
        }
    }

    /// Lets waiting threads see that they should stop.
    pub(crate) fn wake(&self) {
        let _state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.changed.notify_all();
    }

    /// Leaves a member to another thread, or gives it back when enough of them wait.
    pub(crate) fn offer(&self, member: Member, job: Job) -> Option<(Member, Job)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.jobs.len() >= JOBS || state.bytes + job.bytes.len() > BYTES {
            return Some((member, job));
        }
        state.bytes += job.bytes.len();
        state.jobs.push_back((member, job));
        self.changed.notify_one();
        None
    }
}

impl State {
    fn next(&mut self) -> Option<Task> {
        if let Some((member, job)) = self.jobs.pop_front() {
            self.bytes -= job.bytes.len();
            return Some(Task::Member(member, job));
        }
        let found = self.walk.as_mut()?.next();
        if found.is_none() {
            self.walk = None;
        }
        found.map(Task::File)
    }
}
