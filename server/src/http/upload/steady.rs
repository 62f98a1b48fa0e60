//! A request body that keeps the multipart parser's memory bounded.

use axum::body::{Body, BodyDataStream, Bytes};
use futures::{Stream, StreamExt as _, ready};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

/// The parser takes everything that is ready before it hands anything on, and keeps a part's header whatever its length.
/// So this is ready every other time only, and fails when too much went in without anything coming out.
pub(crate) struct Steady {
    body: BodyDataStream,
    pause: bool,
    held: Arc<AtomicUsize>,
}

/// More than the largest chunk from a socket (about 400 kB) and any header.
const MOST_HELD: usize = 2 << 20;

/// Told whenever the parser has handed something on.
#[derive(Clone)]
pub(crate) struct Outlet(Arc<AtomicUsize>);

impl Outlet {
    pub(crate) fn flows(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    #[error("the connection broke: {0}")]
    Connection(axum::Error),
    #[error("a part of the request begins with too long a header")]
    LongHeader,
}

impl Steady {
    pub(crate) fn new(body: Body) -> (Self, Outlet) {
        let held = Arc::new(AtomicUsize::new(0));
        (Self { body: body.into_data_stream(), pause: false, held: held.clone() }, Outlet(held))
    }
}

impl Stream for Steady {
    type Item = Result<Bytes, Broken>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.pause) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Some(chunk) = ready!(self.body.poll_next_unpin(context)) else {
            return Poll::Ready(None);
        };
        self.pause = true;
        let chunk = chunk.map_err(Broken::Connection)?;
        let held = self.held.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len();
        // One chunk may be larger: an in-memory body comes in one piece.
        if held > MOST_HELD && held > chunk.len() {
            return Poll::Ready(Some(Err(Broken::LongHeader)));
        }
        Poll::Ready(Some(Ok(chunk)))
    }
}
