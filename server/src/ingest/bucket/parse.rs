//! Parsing chunks of objects, on a thread of its own.

use crate::{
    db,
    ingest::batch::Batch,
    source::{self, Body, Input, Options, Progress, Resume},
    tally::Part,
};
use std::{collections::HashMap, fs, mem::take, ops::ControlFlow};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// Objects that were downloaded.
#[derive(Default)]
pub(super) struct Chunk {
    /// All that end with it.
    pub(super) objects: Vec<i64>,
    pub(super) inputs: Vec<Input>,
    /// Those that could not be had.
    pub(super) ended: Vec<Part>,
    /// How far they were read before.
    pub(super) marks: HashMap<String, Resume>,
    /// Its place on the way, until it is counted.
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

/// A chunk, or a part of it, to be counted.
pub(super) struct Parsed {
    pub(super) batch: Batch,
    /// With the last part: the objects that end.
    pub(super) end: Option<(Vec<i64>, Option<OwnedSemaphorePermit>)>,
}

/// Until no more chunks come, or nobody takes what comes of them.
pub(super) fn parse(
    mut chunks: mpsc::Receiver<Chunk>,
    options: &Options,
    progress: &Progress,
    send: &mpsc::Sender<Parsed>,
) {
    while let Some(chunk) = chunks.blocking_recv() {
        let Chunk { objects, inputs, ended, marks, permit } = chunk;
        let files = inputs.iter().filter_map(|input| match &input.body {
            Body::Path(path) => Some(path.clone()),
            Body::Bytes(_) => None,
        });
        let files: Vec<_> = files.collect();
        let mut batch = Batch::default();
        ended.into_iter().for_each(|part| batch.push(part));
        let resume = |name: &str| marks.get(&*db::file_name(name)).copied().unwrap_or(Resume::New);
        source::read(inputs, options, progress, &resume, &mut |part| {
            batch.push(part);
            if batch.is_full() && send.blocking_send(Parsed { batch: take(&mut batch), end: None }).is_err() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        files.into_iter().for_each(|file| drop(fs::remove_file(file)));
        if progress.cancelled.load(std::sync::atomic::Ordering::Relaxed)
            || send.blocking_send(Parsed { batch, end: Some((objects, permit)) }).is_err()
        {
            return;
        }
    }
}
