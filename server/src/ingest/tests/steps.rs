//! What may happen, one step at a time.

use super::model::{self, LogFile, Model};
use crate::{
    db,
    ingest::{Claim, Error, batch::Batch, commit, reading, removal},
    tally::{Counted, FileEnd, Part, Plain, Tally},
};
use app::model::report::{FileState, SourceKind, UploadState};
use proptest::prelude::*;
use sqlx::PgPool;
use std::collections::HashMap;

/// `which`: the n-th of the uploads that are there.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Begin {
        files: Vec<LogFile>,
    },
    /// Reads parts of at most so many calls into one batch. If it is `lost`, the process or the database ends before the commit.
    Read {
        which: usize,
        parts: usize,
        calls: usize,
        lost: bool,
    },
    End {
        which: usize,
        state: UploadState,
    },
    Remove {
        which: usize,
    },
    Pack,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let file = (prop::collection::vec((0..24_u64, 0..8_u8), 0..8), 0..6_u8);
    let file = file.prop_map(|(calls, content)| LogFile { calls, content });
    let state = prop_oneof![Just(UploadState::Done), Just(UploadState::Cancelled), Just(UploadState::Failed)];
    prop_oneof![
        2 => prop::collection::vec(file, 0..4).prop_map(|files| Step::Begin { files }),
        6 => (0..4_usize, 1..5_usize, 1..6_usize, prop::bool::weighted(0.2))
            .prop_map(|(which, parts, calls, lost)| Step::Read { which, parts, calls, lost }),
        1 => (0..4_usize, state).prop_map(|(which, state)| Step::End { which, state }),
        2 => (0..4_usize).prop_map(|which| Step::Remove { which }),
        2 => Just(Step::Pack),
    ]
}

impl Step {
    /// On the database and on the model; answers a difference that only this step can see.
    pub(super) async fn take(&self, pool: &PgPool, model: &mut Model) -> Result<Option<String>, Error> {
        match self {
            Self::Begin { files } => begin(pool, model, files).await.map(|()| None),
            Self::Read { which, parts, calls, lost } => match open(model, *which) {
                Some(id) => read(pool, model, id, *parts, *calls, *lost).await.map(|()| None),
                None => Ok(None),
            },
            Self::End { which, state } => match open(model, *which) {
                Some(id) => end(pool, model, id, *state).await.map(|()| None),
                None => Ok(None),
            },
            Self::Remove { which } => match nth(model.uploads.keys(), *which) {
                Some(id) => remove(pool, model, id).await,
                None => Ok(None),
            },
            Self::Pack => Ok(db::pack::pack(&mut *pool.acquire().await?).await.map(|()| None)?),
        }
    }
}

fn nth<'a>(ids: impl Iterator<Item = &'a i64>, which: usize) -> Option<i64> {
    let ids: Vec<i64> = ids.copied().collect();
    ids.get(which % ids.len().max(1)).copied()
}

fn open(model: &Model, which: usize) -> Option<i64> {
    nth(model.uploads.iter().filter(|(_, upload)| !upload.ended).map(|(id, _)| id), which)
}

async fn begin(pool: &PgPool, model: &mut Model, files: &[LogFile]) -> Result<(), Error> {
    let new = db::upload::New { kind: SourceKind::Upload, name: "x", state: UploadState::Queued, home: "h", bytes: 1 };
    let id = db::upload::insert(&mut *pool.acquire().await?, &new, None).await?;
    model.begin(id, files.to_vec());
    Ok(())
}

/// Goes on where the ledger says that an earlier reading stopped, as a resumed reading does.
async fn read(pool: &PgPool, model: &mut Model, id: i64, parts: usize, calls: usize, lost: bool) -> Result<(), Error> {
    let mut claim = Claim::take(pool, id, false).await?.ok_or(Error::Internal)?;
    assert!(Claim::take(pool, id, false).await?.is_none(), "an upload is read by one at a time");
    db::upload::start_reading(&mut claim.conn, id).await?;
    let marks = db::log_file::marks(&mut claim.conn, id).await?;
    let marks: HashMap<_, _> = marks.into_iter().map(|mark| (mark.name, (mark.finished, mark.records_read))).collect();
    let mut batch = Batch::default();
    let mut taken = Vec::new();
    for (n, file) in model.uploads[&id].files.iter().enumerate() {
        let (mut finished, mut from) = marks.get(&format!("f{n}")).map_or((false, 0), |(f, r)| (*f, *r as usize));
        while !finished && taken.len() < parts {
            let to = file.calls.len().min(from + calls);
            finished = to == file.calls.len();
            batch.push(part(n, file, from, to));
            taken.push((n, from, to));
            from = to;
        }
    }
    if !lost && !taken.is_empty() {
        commit::commit(&mut claim, batch, 0).await?;
        taken.into_iter().for_each(|(n, from, to)| follow(model, id, n, from, to));
    }
    claim.release().await;
    Ok(())
}

/// The same on the model.
fn follow(model: &mut Model, id: i64, n: usize, from: usize, to: usize) {
    let file = model.uploads[&id].files[n].clone();
    file.calls[from..to].iter().for_each(|(identity, key)| model.call(id, *identity, *key));
    let finished = to == file.calls.len();
    if finished {
        model.end_of_file(id, file.content);
    }
    if let Some(upload) = model.uploads.get_mut(&id) {
        upload.read[n] = (to, finished);
    }
}

fn part(n: usize, file: &LogFile, from: usize, to: usize) -> Part {
    let mut tally = Tally::default();
    for (identity, key) in &file.calls[from..to] {
        let key = index(&mut tally, *key);
        tally.calls.push(Counted { identity: *identity, time: model::time(*identity), key });
    }
    let end = (to == file.calls.len()).then(|| {
        for (key, hour, calls) in model::plain(file.content) {
            let key = index(&mut tally, key);
            tally.plain.push(Plain { key, hour, calls, first: hour * 3600 + 1, last: hour * 3600 + 2 });
        }
        FileEnd {
            state: FileState::Done,
            reason: String::new(),
            bytes: 1,
            sha256: None,
            content: (!tally.plain.is_empty()).then_some([file.content; 32]),
            records_skipped: 0,
            examples: Vec::new(),
        }
    });
    Part { file: format!("f{n}").into(), tally, records_read: to as u64, end }
}

fn index(tally: &mut Tally, key: u8) -> u32 {
    let key = model::key(key);
    let at = tally.keys.iter().position(|known| *known == key).unwrap_or(tally.keys.len());
    if at == tally.keys.len() {
        tally.keys.push(key);
    }
    at as u32
}

async fn end(pool: &PgPool, model: &mut Model, id: i64, state: UploadState) -> Result<(), Error> {
    let mut claim = Claim::take(pool, id, false).await?.ok_or(Error::Internal)?;
    reading::end(&mut claim, state, "").await?;
    claim.release().await;
    if let Some(upload) = model.uploads.get_mut(&id) {
        upload.ended = true;
    }
    Ok(())
}

async fn remove(pool: &PgPool, model: &mut Model, id: i64) -> Result<Option<String>, Error> {
    let expected = model.removal(id);
    let found = removal::preview(pool, id).await?;
    if expected != Some((found.calls, found.also_in_others)) {
        return Ok(Some(format!("removal of {id}: expected {expected:?}, found {found:?}")));
    }
    match removal::remove(pool, id).await {
        Ok(()) if model.uploads[&id].ended => drop(model.uploads.remove(&id)),
        Err(Error::Conflict(_)) if !model.uploads[&id].ended => {}
        other => return Ok(Some(format!("removal of {id}: {other:?}"))),
    }
    Ok(None)
}
