//! Getting objects: leases a chunk of them, downloads it, hands it on, while the one before is parsed and counted.

use super::{ATTEMPTS, Site, backoff, parse::Chunk};
use crate::{
    db::{
        self,
        bucket::object::{self, Waiting},
    },
    ingest::{
        Error,
        failpoint::{self, Step},
        lease, reading,
        scratch::Scratch,
    },
    source::{
        Input,
        bucket::{self, IN_MEMORY, Kind, Trouble},
    },
    tally::Part,
};
use app::model::report::FileState;
use futures::{StreamExt as _, stream};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

/// Of one chunk.
const OBJECTS: i64 = 1000;
const BYTES: i64 = 24 << 20;
/// Downloads at once.
const AT_ONCE: usize = 32;
/// Chunks on their way: one is downloaded, one is parsed, one is counted.
const CHUNKS: u32 = 3;
/// An object that could not be had this often is given up.
const TRIES: i32 = 12;
/// How long a large object waits while the spool has no room for it: longer than the bucket rests, so that others have their turn.
const NO_ROOM: Duration = Duration::from_secs(60);
/// How often to look for objects while they are being listed.
const GLANCE: Duration = Duration::from_millis(100);

const POISON: &str = "reading it ended the program 3 times, so it was given up; look for the cause in the system's log";

/// Until nothing waits and everything is listed, or it is time.
pub(super) async fn get(
    site: &Site<'_>,
    until: Instant,
    all_listed: &CancellationToken,
    send: mpsc::Sender<Chunk>,
) -> Result<(), Error> {
    let room = Arc::new(Semaphore::new(CHUNKS as usize));
    let large =
        Scratch::new(site.home.path()).map_err(|error| Error::Bucket(bucket::spool(site.home.path(), &error)))?;
    let got = get_chunks(site, until, all_listed, send, &room, &large).await;
    // Files are there until the last of them is parsed.
    room.acquire_many(CHUNKS).await.ok();
    got
}

async fn get_chunks(
    site: &Site<'_>,
    until: Instant,
    all_listed: &CancellationToken,
    send: mpsc::Sender<Chunk>,
    room: &Arc<Semaphore>,
    large: &Scratch,
) -> Result<(), Error> {
    while Instant::now() < until {
        let Ok(mut permit) = room.clone().acquire_owned().await else { return Ok(()) };
        let is_all = all_listed.is_cancelled();
        let mut objects = take(site).await?;
        if is_suspect(&objects) {
            // Nothing else is on its way that may end the process.
            let mut transaction = site.begin().await?;
            object::give_back(&mut transaction, &ids(&objects), site.token).await?;
            transaction.commit().await?;
            let Ok(rest) = room.clone().acquire_many_owned(CHUNKS - 1).await else { return Ok(()) };
            permit.merge(rest);
            objects = take(site).await?;
        }
        if objects.is_empty() {
            if is_all {
                return Ok(());
            }
            sleep(GLANCE).await;
            continue;
        }
        failpoint::reach(Step::Taken);
        let (mut chunk, trouble) = download(site, objects, large).await?;
        failpoint::reach(Step::Downloaded);
        chunk.permit = Some(permit);
        if !chunk.objects.is_empty() && send.send(chunk).await.is_err() {
            return Ok(());
        }
        if let Some(trouble) = trouble {
            return Err(Error::Bucket(trouble));
        }
    }
    Ok(())
}

async fn take(site: &Site<'_>) -> Result<Vec<Waiting>, Error> {
    let mut transaction = site.pool.begin().await?;
    lease::hold(&mut transaction, site.token).await?;
    let objects = object::take(&mut transaction, site.id, site.token, OBJECTS, BYTES).await?;
    transaction.commit().await?;
    Ok(objects)
}

fn is_suspect(objects: &[Waiting]) -> bool {
    objects.iter().any(|object| object.attempts > 2)
}

fn ids(objects: &[Waiting]) -> Vec<i64> {
    objects.iter().map(|object| object.id).collect()
}

/// What came of an object.
enum Got {
    Input(Input),
    /// It is an end of its own.
    End(Part),
    Later(Trouble),
}

impl Got {
    /// The store answers, whatever it says about the object.
    fn is_answer(&self) -> bool {
        matches!(self, Self::Input(_)) || self.later().is_some_and(Trouble::is_of_object)
    }

    fn later(&self) -> Option<&Trouble> {
        if let Self::Later(trouble) = self { Some(trouble) } else { None }
    }
}

/// What could be had, and what keeps the rest of the bucket from it.
async fn download(site: &Site<'_>, objects: Vec<Waiting>, large: &Scratch) -> Result<(Chunk, Option<Trouble>), Error> {
    let gets: Vec<_> = objects.iter().map(|object| get_one(site, object, large)).collect();
    let got: Vec<(&Waiting, Got)> = stream::iter(gets).buffer_unordered(AT_ONCE).collect().await;
    let mut chunk = Chunk::default();
    let later: Vec<&Trouble> = got.iter().filter_map(|(_, got)| got.later()).collect();
    let nothing_was_had = got.len() > 1 && !got.iter().any(|(_, got)| got.is_answer());
    let trouble = later.iter().find(|trouble| nothing_was_had || is_of_all(trouble)).map(|trouble| (*trouble).clone());
    if !later.is_empty() {
        put_back(site, &got, nothing_was_had).await?;
        if nothing_was_had {
            return Ok((chunk, trouble));
        }
    }
    let keys: Vec<String> = objects.iter().map(|object| object.key.clone()).collect();
    if objects.iter().any(|object| object.attempts > 1) {
        let marks = object::marks(&mut *site.pool.acquire().await?, site.id, &keys).await?;
        chunk.marks = reading::resume(marks);
    }
    for (object, got) in got {
        match got {
            Got::Input(input) => chunk.inputs.push(input),
            Got::End(part) => chunk.ended.push(part),
            Got::Later(_) => continue,
        }
        chunk.objects.push(object.id);
    }
    Ok((chunk, trouble))
}

/// Objects that could not be had now wait; if nothing could, all of them do.
async fn put_back(site: &Site<'_>, got: &[(&Waiting, Got)], nothing_was_had: bool) -> Result<(), Error> {
    let mut transaction = site.begin().await?;
    for (object, got) in got {
        match got {
            Got::Later(trouble) if trouble.kind == Kind::Spool => {
                object::wait(&mut transaction, object.id, site.token, NO_ROOM.as_secs_f64()).await?;
            }
            Got::Later(trouble) if is_of_all(trouble) => {
                object::give_back(&mut transaction, &[object.id], site.token).await?;
            }
            Got::Later(trouble) => {
                let seconds = backoff(object.tries).as_secs_f64();
                object::put_back(&mut transaction, object.id, site.token, &trouble.words, seconds).await?;
            }
            Got::Input(_) | Got::End(_) if nothing_was_had => {
                object::give_back(&mut transaction, &[object.id], site.token).await?;
            }
            Got::Input(_) | Got::End(_) => {}
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// It says nothing about the object.
fn is_of_all(trouble: &Trouble) -> bool {
    trouble.kind == Kind::Spool || trouble.is_of_bucket() && trouble.kind != Kind::Unreachable
}

/// A store that is about to end may say of all objects that they are gone: the same must be said twice.
fn is_news(object: &Waiting, trouble: &Trouble) -> bool {
    trouble.kind == Kind::Gone && object.reason != trouble.words
}

async fn get_one<'o>(site: &Site<'_>, object: &'o Waiting, large: &Scratch) -> (&'o Waiting, Got) {
    let got = match bytes(site, object, large).await {
        Ok(input) => Got::Input(input),
        Err(trouble) if is_of_all(&trouble) => Got::Later(trouble),
        Err(trouble) if (trouble.is_transient() || is_news(object, &trouble)) && object.tries < TRIES => {
            Got::Later(trouble)
        }
        Err(trouble) if trouble.kind == Kind::Gone => Got::End(end(object, FileState::Skipped, &trouble.words)),
        Err(trouble) => Got::End(end(object, FileState::Failed, &trouble.words)),
    };
    (object, got)
}

async fn bytes(site: &Site<'_>, object: &Waiting, large: &Scratch) -> Result<Input, Trouble> {
    if object.attempts > ATTEMPTS {
        return Err(Trouble::new(Kind::Other, POISON));
    }
    if u64::try_from(object.bytes).unwrap_or(0) <= IN_MEMORY {
        match site.bucket.get(&object.key).await {
            Err(trouble) if trouble.kind == Kind::TooLarge => {}
            got => return Ok(Input::bytes(object.key.clone(), got?)),
        }
    }
    let path = large.path().join(object.id.to_string());
    site.bucket.get_to(&object.key, &path).await?;
    Ok(Input::path(object.key.clone(), path))
}

/// An object of which nothing is counted.
fn end(object: &Waiting, state: FileState, reason: &str) -> Part {
    Part::uncounted(db::file_name(&object.key).into(), state, reason)
}
