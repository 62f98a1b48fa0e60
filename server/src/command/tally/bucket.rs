//! Buckets on the command line: listed, got and counted at once, within bounded memory.

use super::count::Counts;
use crate::{
    config::Buckets,
    source::{
        self, Body, Input, Options, Progress, Resume,
        bucket::{Access, Bucket, Kind, Object, Trail, Trouble, Wanted, layout, layout::Other, trails, within},
    },
};
use app::model::{report::FileState, source::BucketChoice};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use std::{
    collections::BTreeMap,
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::{
    runtime::Runtime,
    sync::mpsc::{Receiver, Sender, channel},
};

/// Objects that are got, and then counted, together: at most so many, and of so many bytes unless one alone is larger.
/// Three such chunks are in memory: one on its way, one that waits and one that is being counted.
const OBJECTS: usize = 500;
const BYTES: u64 = 32 << 20;

/// Folders that are listed to find the trails.
const FOLDERS: usize = 100_000;

/// Trails that are listed at once.
const TRAILS: usize = 8;

/// What one address yields.
enum Found {
    Chunk(Vec<(String, Result<Body, Trouble>)>, TempDir),
    /// Of keys of other layouts.
    Others(BTreeMap<Other, u64>),
    /// A part of the bucket could not be listed.
    Trouble(Trouble),
}

/// Counts what is wanted of the buckets.
///
/// # Errors
/// When no threads can be started.
pub(super) fn read(addresses: &[PathBuf], buckets: &Buckets, options: &Options, counts: &mut Counts) -> io::Result<()> {
    if addresses.is_empty() {
        return Ok(());
    }
    let runtime = Runtime::new()?;
    for address in addresses {
        if let Err(trouble) = read_one(&runtime, address, buckets, options, counts) {
            counts.fail(&address.to_string_lossy(), FileState::Failed, &trouble.words);
        }
    }
    Ok(())
}

fn read_one(
    runtime: &Runtime,
    address: &Path,
    buckets: &Buckets,
    options: &Options,
    counts: &mut Counts,
) -> Result<(), Trouble> {
    let place = buckets.place(address)?;
    let access = runtime.block_on(Access::from_environment(buckets.stores.endpoints()))?;
    let bucket = runtime.block_on(Bucket::open(&place, &access))?;
    let (sender, mut found) = channel(1);
    let choice = buckets.choice();
    let finding = runtime.spawn(async move { find(&bucket, &choice, &sender).await });
    take(&mut found, &place.to_string(), options, counts);
    runtime.block_on(finding).map_err(|error| Trouble::new(Kind::Other, format!("an error of ours: {error}")))?
}

fn take(found: &mut Receiver<Found>, place: &str, options: &Options, counts: &mut Counts) {
    while let Some(found) = found.blocking_recv() {
        match found {
            Found::Others(others) => counts.skip_by_key(others),
            Found::Trouble(trouble) => counts.fail(place, FileState::Failed, &trouble.words),
            Found::Chunk(objects, _spool) => {
                let inputs = objects.into_iter().filter_map(|(name, body)| match body {
                    Ok(body) => Some(Input { name, body }),
                    Err(trouble) => {
                        counts.files += 1;
                        let is_skipped = matches!(trouble.kind, Kind::Gone | Kind::Archived);
                        counts.fail(
                            &name,
                            if is_skipped { FileState::Skipped } else { FileState::Failed },
                            &trouble.words,
                        );
                        None
                    }
                });
                let inputs: Vec<Input> = inputs.collect();
                source::read(inputs, options, &Progress::default(), &|_: &str| Resume::New, &mut |part| {
                    counts.add(part);
                    ControlFlow::Continue(())
                });
            }
        }
    }
}

/// Finds the trails, lists them, and gets what they hold chunk by chunk.
async fn find(bucket: &Bucket, choice: &BucketChoice, sender: &Sender<Found>) -> Result<(), Trouble> {
    let trails = trails(bucket, choice, FOLDERS).await?;
    let _gone = sender.send(Found::Others(trails.others)).await;
    if trails.found.is_empty() && trails.troubles.is_empty() {
        let words = format!(
            "no CloudTrail logs that are wanted lie under {}: their keys are …/AWSLogs/<account>/CloudTrail/<region>/…",
            bucket.place()
        );
        return Err(Trouble::new(Kind::Other, words));
    }
    for trouble in trails.troubles {
        let _gone = sender.send(Found::Trouble(trouble)).await;
    }
    let listings = stream::iter(trails.found).map(|trail| pages(bucket, trail, choice));
    let mut listings = std::pin::pin!(listings.flatten_unordered(TRAILS));
    let mut chunk = Vec::new();
    let mut bytes = 0;
    while let Some(page) = listings.next().await {
        let objects = match page {
            Ok(objects) => objects,
            Err(trouble) if trouble.is_of_bucket() => return Err(trouble),
            Err(trouble) => {
                let _gone = sender.send(Found::Trouble(trouble)).await;
                continue;
            }
        };
        let mut others = BTreeMap::new();
        for object in objects {
            match layout::parse(&object.key) {
                Err(other) => *others.entry(other).or_default() += 1,
                Ok(logged) if !logged.is_chosen(choice) => {}
                Ok(_) => {
                    if chunk.len() == OBJECTS || (bytes + object.bytes > BYTES && !chunk.is_empty()) {
                        send(bucket, std::mem::take(&mut chunk), sender).await?;
                        bytes = 0;
                    }
                    bytes += object.bytes;
                    chunk.push(object);
                }
            }
        }
        let _gone = sender.send(Found::Others(others)).await;
    }
    send(bucket, chunk, sender).await
}

/// The pages of a trail, from the first day that is chosen to the last.
fn pages<'a>(
    bucket: &'a Bucket,
    trail: Trail,
    choice: &'a BucketChoice,
) -> std::pin::Pin<Box<dyn futures::Stream<Item = Result<Vec<Object>, Trouble>> + Send + 'a>> {
    let after = choice.from.map(|from| trail.day(from)).unwrap_or_default();
    let pages = stream::try_unfold(Some(after), move |after| {
        let trail = trail.clone();
        async move {
            let Some(after) = after else { return Ok(None) };
            let Some(prefix) = within(&bucket.place().prefix, &trail.folder) else { return Ok(None) };
            let page = bucket.page(prefix, &after).await?;
            let last = page.objects.last().filter(|_| page.more).map(|object| object.key.clone());
            let is_behind = |key: &String| choice.to.is_some_and(|to| *key >= trail.day(to + chrono::Days::new(1)));
            Ok(Some((page.objects, last.filter(|last| !is_behind(last)))))
        }
    });
    Box::pin(pages.into_stream())
}

async fn send(bucket: &Bucket, objects: Vec<Object>, sender: &Sender<Found>) -> Result<(), Trouble> {
    if objects.is_empty() {
        return Ok(());
    }
    let spool = tempfile::tempdir().map_err(|error| source::bucket::spool(&std::env::temp_dir(), &error))?;
    let wanted: Vec<Wanted> =
        objects.into_iter().map(|object| Wanted { key: object.key, bytes: object.bytes }).collect();
    let bodies = bucket.bodies(&wanted, spool.path()).await;
    if let Some(Err(trouble)) = bodies.iter().find(|body| body.as_ref().is_err_and(Trouble::is_of_bucket)) {
        return Err(trouble.clone());
    }
    let name = |wanted: Wanted| format!("s3://{}/{}", bucket.place().bucket, wanted.key);
    let chunk = wanted.into_iter().map(name).zip(bodies).collect();
    let _gone = sender.send(Found::Chunk(chunk, spool)).await;
    Ok(())
}
