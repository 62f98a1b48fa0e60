//! Counts over all files, each call once.

use crate::{
    source::bucket::layout::Other,
    tally::{Caller, Key, Part, Tally, Tls},
};
use app::model::{
    call::Scope,
    report::{FileState, SkippedRecord},
    tls::{TlsVersion, UnknownReason},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{collections::BTreeMap, sync::Arc};

/// One line of the output, without its number of calls. Sorts as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// Hours since 1970.
    pub(crate) hour: u32,
    pub(crate) scope: Scope,
    pub(crate) account: Box<str>,
    pub(crate) region: Box<str>,
    pub(crate) service: Box<str>,
    pub(crate) tls_version: TlsVersion,
    pub(crate) caller: Option<Caller>,
}

/// A file that was not read without trouble.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) file: Arc<str>,
    pub(crate) state: FileState,
    pub(crate) reason: String,
    pub(crate) records_skipped: u64,
    pub(crate) examples: Vec<SkippedRecord>,
}

#[derive(Debug, Default)]
pub(crate) struct Counts {
    keys: FxHashMap<Key, u32>,
    /// Calls by index of the key and hour.
    calls: FxHashMap<(u32, u32), u64>,
    /// Identities of the calls so far.
    seen: FxHashSet<u64>,
    /// Contents whose calls without an identity are counted.
    contents: FxHashSet<[u8; 32]>,
    pub(crate) files: u64,
    pub(crate) counted: u64,
    pub(crate) already_counted: u64,
    pub(crate) unknown: BTreeMap<UnknownReason, u64>,
    pub(crate) records_skipped: u64,
    pub(crate) troubles: Vec<Trouble>,
    /// Objects and folders of buckets that are not read because of their keys.
    pub(crate) skipped_by_key: BTreeMap<Other, u64>,
}

impl Counts {
    pub(crate) fn add(&mut self, part: Part) {
        let content = part.end.as_ref().and_then(|end| end.content);
        let is_new_content = content.is_some_and(|content| self.contents.insert(content));
        self.add_tally(part.tally, is_new_content);
        let Some(end) = part.end else { return };
        self.files += 1;
        self.records_skipped += end.records_skipped;
        if end.state != FileState::Done || end.records_skipped > 0 || !end.reason.is_empty() {
            self.troubles.push(Trouble {
                file: part.file,
                state: end.state,
                reason: end.reason,
                records_skipped: end.records_skipped,
                examples: end.examples,
            });
        }
    }

    /// Something that could not even be had.
    pub(crate) fn fail(&mut self, file: &str, state: FileState, reason: &str) {
        let (file, reason) = (file.into(), reason.to_owned());
        self.troubles.push(Trouble { file, state, reason, records_skipped: 0, examples: Vec::new() });
    }

    pub(crate) fn skip_by_key(&mut self, others: BTreeMap<Other, u64>) {
        for (other, number) in others {
            *self.skipped_by_key.entry(other).or_default() += number;
        }
    }

    fn add_tally(&mut self, tally: Tally, is_new_content: bool) {
        let keys: Vec<(u32, Tls)> = tally.keys.into_iter().map(|key| self.key(key)).collect();
        for call in tally.calls {
            let Some((key, tls)) = keys.get(call.key as usize) else { continue };
            if self.seen.insert(call.identity) {
                self.count(*key, *tls, call.time / 3600, 1);
            } else {
                self.already_counted += 1;
            }
        }
        for plain in tally.plain {
            let Some((key, tls)) = keys.get(plain.key as usize) else { continue };
            if is_new_content {
                self.count(*key, *tls, plain.hour, plain.calls);
            } else {
                self.already_counted += plain.calls;
            }
        }
    }

    fn key(&mut self, key: Key) -> (u32, Tls) {
        let tls = key.tls;
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        (*self.keys.entry(key).or_insert(next), tls)
    }

    fn count(&mut self, key: u32, tls: Tls, hour: u32, calls: u64) {
        *self.calls.entry((key, hour)).or_default() += calls;
        self.counted += calls;
        if let Tls::Unknown(reason) = tls {
            *self.unknown.entry(reason).or_default() += calls;
        }
    }

    /// Sorted.
    pub(crate) fn rows(&self) -> BTreeMap<Row, u64> {
        let keys: FxHashMap<u32, &Key> = self.keys.iter().map(|(key, index)| (*index, key)).collect();
        let mut rows = BTreeMap::new();
        for ((index, hour), calls) in &self.calls {
            let Some(key) = keys.get(index).copied() else { continue };
            let row = Row {
                hour: *hour,
                scope: key.scope,
                account: key.account.clone(),
                region: key.region.clone(),
                service: key.service.clone(),
                tls_version: key.tls.version(),
                caller: key.caller.clone(),
            };
            *rows.entry(row).or_default() += calls;
        }
        rows
    }

    /// Nothing was skipped, nothing failed.
    pub(crate) fn is_complete(&self) -> bool {
        self.troubles.is_empty()
    }
}
