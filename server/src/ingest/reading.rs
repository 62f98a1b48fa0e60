//! Reads one upload and counts its calls, batch by batch.

use super::{
    Claim, Error, Run,
    batch::Batch,
    begun::Slots,
    collector::Collector,
    commit,
    failpoint::{self, Step},
    suspect::{Pass, Suspects},
};
use crate::{
    db::{self, log_file::Mark},
    source::{self, Input, Ledger, Options, Progress, Resume},
    tally::{Detail, Tls},
};
use app::model::{report::UploadState, tls::TlsVersion};
use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering::Relaxed},
};
use tokio::sync::mpsc;

const CANCELLED: &str = "Cancelled before it was read to its end; what was counted until then stays.";
const STOPPED: &str = "Not read to its end; what was counted until then stays.";

/// Reads an upload from where an earlier attempt left it to its end, or until `run` is cancelled. `threads`: 0 for one per
/// core. Answers the upload's final state.
///
/// # Errors
/// The upload is not at its end: if that passes ([`Error::is_passing`]) claim and read it again; anything else
/// will happen again.
pub async fn read(claim: &mut Claim, inputs: Vec<Input>, run: &Run, threads: usize) -> Result<UploadState, Error> {
    read_noted(claim, inputs, run, threads, None).await
}

/// The same; `slots`: where to note what its threads are at.
pub(super) async fn read_noted(
    claim: &mut Claim,
    inputs: Vec<Input>,
    run: &Run,
    threads: usize,
    slots: Option<Arc<Slots>>,
) -> Result<UploadState, Error> {
    let Some(detail_below) = start(claim).await? else {
        return Ok(UploadState::Cancelled);
    };
    failpoint::reach(Step::Begun);
    let suspects = Suspects::load(claim).await?;
    let progress = run.begin();
    let stop = StopOnDrop(progress.clone());
    let mut passes = vec![(Pass::Others, threads)];
    if !suspects.is_empty() {
        passes.push((Pass::Suspects, 1));
    }
    for (pass, threads) in passes {
        let known = Known { marks: marks(claim).await?, suspects: suspects.clone(), pass, slots: slots.clone() };
        let options = Options { detail: detail(detail_below), threads, hashes: true };
        read_pass(claim, inputs.clone(), options, known, run, &progress).await?;
    }
    drop(stop);
    failpoint::reach(Step::Read);
    match run.is_cancelled() {
        true => end_cancelled(claim).await.map(|()| UploadState::Cancelled),
        false => end(claim, UploadState::Done, "").await.map(|()| UploadState::Done),
    }
}

/// Reads what `known` lets it begin, and counts it.
async fn read_pass(
    claim: &mut Claim,
    inputs: Vec<Input>,
    options: Options,
    known: Known,
    run: &Run,
    progress: &Arc<Progress>,
) -> Result<(), Error> {
    let (send, mut batches) = mpsc::channel(1);
    let reader = tokio::task::spawn_blocking({
        let progress = progress.clone();
        move || collect(inputs, &options, &progress, &known, send)
    });
    loop {
        let batch = tokio::select! {
            batch = batches.recv() => batch,
            () = claim.lease.lost() => return Err(Error::LeaseLost),
        };
        let Some(batch) = batch else { break };
        let bytes_read = i64::try_from(progress.bytes_read.load(Relaxed)).unwrap_or(i64::MAX);
        if commit::commit(claim, batch, bytes_read).await? == commit::Next::Stop {
            run.cancel();
        }
    }
    reader.await.map_err(|error| {
        tracing::error!(%error, upload = claim.upload_id, "reading panicked");
        Error::Internal
    })
}

/// `None` if it has ended meanwhile.
pub(super) async fn start(claim: &mut Claim) -> Result<Option<i16>, Error> {
    let id = claim.upload_id;
    let mut transaction = claim.begin().await?;
    let detail_below = db::upload::start_reading(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(detail_below)
}

/// Stops the reading threads when nobody takes their batches any more.
pub(super) struct StopOnDrop(pub(super) Arc<Progress>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancelled.store(true, Relaxed);
    }
}

pub(super) fn detail(below: i16) -> Detail {
    Detail::Below(Tls::from_code(below).map_or(TlsVersion::Tls12, Tls::version))
}

/// How far each log file was read before.
async fn marks(claim: &mut Claim) -> Result<HashMap<String, Resume>, Error> {
    let marks = db::log_file::marks(&mut claim.conn, claim.upload_id).await?;
    Ok(resume(marks))
}

/// What the threads of one pass know and say.
struct Known {
    marks: HashMap<String, Resume>,
    suspects: Suspects,
    pass: Pass,
    slots: Option<Arc<Slots>>,
}

impl Ledger for Known {
    fn resume(&self, name: &str) -> Resume {
        self.marks.get(&*db::file_name(name)).copied().unwrap_or(Resume::New)
    }

    fn may_begin(&self, name: &str) -> bool {
        self.suspects.may_begin(&self.pass, &db::file_name(name))
    }

    fn at(&self, thread: usize, name: Option<&str>) {
        let name = name.map(db::file_name).unwrap_or_default();
        if let Some(slots) = &self.slots {
            slots.write(thread, &name);
            failpoint::reach_file(&name);
        }
    }
}

pub(super) fn resume(marks: Vec<Mark>) -> HashMap<String, Resume> {
    let resume = |mark: &Mark| match mark.finished {
        true => Resume::Done,
        false => Resume::After(mark.records_read.try_into().unwrap_or(0)),
    };
    marks.into_iter().map(|mark| (mark.name.clone(), resume(&mark))).collect()
}

/// Reads on this thread and sends batches.
fn collect(inputs: Vec<Input>, options: &Options, progress: &Progress, known: &Known, send: mpsc::Sender<Batch>) {
    let mut collector = Collector { batch: Batch::default(), send, sent: 0 };
    source::read(inputs, options, progress, known, &mut |part| collector.take(part));
    if !progress.cancelled.load(Relaxed) && !collector.batch.is_empty() {
        collector.send.blocking_send(collector.batch).ok();
    }
}

/// Marks an upload as failed, as well as it can, and hands the error on.
pub async fn fail(claim: Option<Claim>, error: Error) -> Error {
    if let Some(mut claim) = claim {
        if let Err(error) = end_failed(&mut claim, &error).await {
            tracing::warn!(%error, upload = claim.upload_id, "the upload could not be marked as failed");
        }
        claim.release().await;
    }
    error
}

/// Ends an upload that could not be read.
pub(super) async fn end_failed(claim: &mut Claim, error: &Error) -> Result<(), Error> {
    tracing::error!(upload = claim.upload_id, %error, cause = ?error, "an upload failed");
    end(claim, UploadState::Failed, &error.as_reason()).await
}

pub(super) async fn end_cancelled(claim: &mut Claim) -> Result<(), Error> {
    end(claim, UploadState::Cancelled, CANCELLED).await
}

/// Ends an upload that waits or is being read. Its unfinished log files keep what was counted of them.
pub(super) async fn end(claim: &mut Claim, state: UploadState, reason: &str) -> Result<(), Error> {
    let id = claim.upload_id;
    let mut transaction = claim.begin().await?;
    let open = [UploadState::Queued, UploadState::Reading];
    if db::upload::finish(&mut transaction, id, &open, state, reason).await? {
        let unfinished = db::log_file::close(&mut transaction, id, STOPPED).await?;
        db::upload::add_unfinished(&mut transaction, id, unfinished).await?;
        db::suspect::forget(&mut transaction, id).await?;
        tracing::info!(upload = id, %state, "an upload ended");
    }
    transaction.commit().await?;
    Ok(())
}
