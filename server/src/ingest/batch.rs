//! Calls of many log files in memory, on their way into one transaction.

use crate::{
    db,
    tally::{FileEnd, Key, Part},
};
use rustc_hash::FxHashMap;
use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, Instant},
};

/// A batch is full at about this many bytes. At most three are alive: one grows, one waits, one is being counted.
const FULL: usize = 24 << 20;
/// What an hour costs in memory, however few calls it has.
const HOUR: usize = 128;

#[derive(Default)]
pub(super) struct Batch {
    pub(super) files: Vec<File>,
    /// Distinct.
    pub(super) keys: Vec<Arc<Key>>,
    /// By hour since 1970; in the order in which they came.
    pub(super) hours: FxHashMap<u32, Vec<Entry>>,
    pub(super) plain: Vec<Plain>,
    file_index: FxHashMap<Arc<str>, u32>,
    key_index: FxHashMap<Arc<Key>, u32>,
    bytes: usize,
    since: Option<Instant>,
}

/// One call that has an identity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) identity: u64,
    /// Seconds since 1970.
    pub(super) time: u32,
    /// Index into [`Batch::keys`].
    pub(super) key: u32,
    /// Index into [`Batch::files`].
    pub(super) file: u32,
    pub(super) known: Known,
}

/// Who has counted this identity before the batch. Kept in the first entry of each identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Nobody,
    ThisUpload,
    AnotherUpload,
}

/// Calls without an identity, of a file that ends in this batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain {
    pub(super) key: u32,
    pub(super) file: u32,
    pub(super) hour: u32,
    pub(super) calls: u64,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// A log file that is read to its end or further on in this batch.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: Arc<str>,
    pub(super) records_read: u64,
    pub(super) end: Option<FileEnd>,
}

impl Batch {
    pub(super) fn push(&mut self, part: Part) {
        self.since.get_or_insert_with(Instant::now);
        let file = self.file(part.file);
        let keys: Vec<u32> = part.tally.keys.into_iter().map(|key| self.key(key)).collect();
        self.bytes += (part.tally.calls.len() + part.tally.plain.len()) * size_of::<Entry>();
        for call in part.tally.calls {
            let key = keys[call.key as usize];
            let entry = Entry { identity: call.identity, time: call.time, key, file, known: Known::Nobody };
            self.hours
                .entry(call.time / 3600)
                .or_insert_with(|| {
                    self.bytes += HOUR;
                    Vec::new()
                })
                .push(entry);
        }
        self.plain.extend(part.tally.plain.into_iter().map(|plain| Plain {
            key: keys[plain.key as usize],
            file,
            hour: plain.hour,
            calls: plain.calls,
            first: plain.first,
            last: plain.last,
        }));
        let file = &mut self.files[file as usize];
        file.records_read = part.records_read;
        self.bytes += part.end.as_ref().map_or(0, weight);
        file.end = part.end;
    }

    /// By the name that the ledger knows it by.
    fn file(&mut self, name: Arc<str>) -> u32 {
        let name = match db::file_name(&name) {
            Cow::Borrowed(_) => name,
            Cow::Owned(stored) => stored.into(),
        };
        *self.file_index.entry(name).or_insert_with_key(|name| {
            self.bytes += size_of::<File>() + 2 * name.len();
            self.files.push(File { name: name.clone(), records_read: 0, end: None });
            (self.files.len() - 1) as u32
        })
    }

    fn key(&mut self, key: Key) -> u32 {
        if let Some(index) = self.key_index.get(&key) {
            return *index;
        }
        let texts = [&key.account, &key.region, &key.service].into_iter().map(|text| text.len()).sum::<usize>();
        let caller = key.caller.as_ref().map_or(0, |c| c.principal.len() + c.user_agent.len() + c.source_address.len());
        self.bytes += 2 * size_of::<Key>() + texts + caller;
        let (key, index) = (Arc::new(key), self.keys.len() as u32);
        self.keys.push(key.clone());
        self.key_index.insert(key, index);
        index
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes >= FULL
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Since its first part came.
    pub(super) fn age(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

fn weight(end: &FileEnd) -> usize {
    let examples = end.examples.iter().map(|example| 64 + example.reason.len() + example.excerpt.len());
    end.reason.len() + examples.sum::<usize>()
}
