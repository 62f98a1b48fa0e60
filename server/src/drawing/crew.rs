//! The threads that draw. A JavaScript engine stays in its thread, and so there are as many as there are threads.

use super::{
    DrawError, Files, Limits, Size,
    engine::{Engine, Order},
    raster,
};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};
use tokio::sync::oneshot;

/// At most so many drawings at the same time, and on half of the processors: pages must go on being answered meanwhile,
/// however many drawings somebody asks for.
const MOST_THREADS: usize = 2;

/// The engine recurses on this stack, and so does reading SVG.
pub(super) const STACK: usize = 8 << 20;

pub(super) type Reply<T> = oneshot::Sender<Result<T, DrawError>>;

pub(super) enum Job {
    Chart { order: Order, reply: Reply<String> },
    Picture { svg: String, size: Size, reply: Reply<Vec<u8>> },
}

/// The threads end when this is dropped.
pub(super) struct Crew(Sender<Job>);

impl Crew {
    pub(super) fn start(files: &Arc<Files>, limits: Limits) -> Self {
        let (sender, jobs) = bounded(limits.queue);
        let processors = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..(processors / 2).clamp(1, MOST_THREADS) {
            let (files, jobs) = (files.clone(), jobs.clone());
            let work = move || Worker { files, limits, engine: None }.work(&jobs);
            let started = thread::Builder::new().name("drawing".into()).stack_size(STACK).spawn(work);
            if let Err(error) = started {
                tracing::error!(%error, "a thread for drawing cannot be started");
            }
        }
        Self(sender)
    }

    pub(super) fn take(&self, job: Job) -> Result<(), DrawError> {
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => DrawError::Busy,
            TrySendError::Disconnected(_) => DrawError::Ended,
        })
    }
}

struct Worker {
    files: Arc<Files>,
    limits: Limits,
    engine: Option<Engine>,
}

impl Worker {
    fn work(mut self, jobs: &Receiver<Job>) {
        for job in jobs {
            match job {
                Job::Chart { order, reply } => answer(reply, || self.draw(&order)),
                Job::Picture { svg, size, reply } => {
                    answer(reply, || raster::png(&svg, size, self.files.fonts()?));
                }
            }
        }
    }

    /// An engine that failed is not used again, nor one that has drawn a lot.
    fn draw(&mut self, order: &Order) -> Result<String, DrawError> {
        let mut engine = match self.engine.take() {
            Some(engine) => engine,
            None => Engine::new(self.files.script()?, self.limits)?,
        };
        let drawn = engine.draw(order)?;
        if engine.drawn < self.limits.drawings {
            self.engine = Some(engine);
        }
        Ok(drawn)
    }
}

/// Nobody waits any more where the other end is gone. A thread survives whatever happens in it.
fn answer<T>(reply: Reply<T>, draw: impl FnOnce() -> Result<T, DrawError>) {
    if reply.is_closed() {
        return;
    }
    let drawn = catch_unwind(AssertUnwindSafe(draw)).unwrap_or(Err(DrawError::Ended));
    // Whoever asked may have gone meanwhile.
    let _ = reply.send(drawn);
}
