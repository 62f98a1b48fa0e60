//! Counts the calls of one log file, and hands them over part by part.

use super::{
    fields::Fields,
    keys::Keys,
    record::{Call, Refusal},
    text::visible,
};
use crate::tally::{Counted, Detail, FileEnd, Key, Part, Plain, Tally};
use app::model::report::{FileState, SkippedRecord};
use rustc_hash::FxHashMap;
use siphasher::sip::SipHasher13;
use std::{ops::ControlFlow, sync::Arc};

/// A part ends with this many calls (16 bytes each) …
const CALLS_PER_PART: usize = 256 << 10;
/// … or with this many bytes of keys.
const KEY_BYTES_PER_PART: usize = 8 << 20;
/// Calls without an identity are kept until the file ends: more bytes of keys than this are not.
const PLAIN_BYTES: usize = 32 << 20;
/// Skipped records that are shown per file, and how much of each.
const EXAMPLES: usize = 5;
const EXCERPT: usize = 160;

/// Where parts go. Breaks when nobody wants more.
pub(crate) type Emit<'a> = &'a mut dyn FnMut(Part) -> ControlFlow<()>;

/// Tallies that are reused from file to file.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    keys: Keys,
    plain_keys: Keys,
}

/// What a file's records turned out to be.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) records: u64,
    pub(crate) calls: u64,
    pub(crate) insights: u64,
    /// JSON, but no records.
    pub(crate) strangers: u64,
    pub(crate) skipped: u64,
}

pub(crate) struct Counter<'a> {
    file: Arc<str>,
    detail: Detail,
    /// This many records were committed earlier.
    resume_after: u64,
    counters: &'a mut Counters,
    calls: Vec<Counted>,
    /// By index into `plain_keys` and hour.
    plain: FxHashMap<(u32, u32), Plain>,
    seen: Seen,
    examples: Vec<SkippedRecord>,
    emit: Emit<'a>,
    is_stopped: bool,
}

impl<'a> Counter<'a> {
    pub(crate) fn new(
        file: Arc<str>,
        detail: Detail,
        resume_after: u64,
        counters: &'a mut Counters,
        emit: Emit<'a>,
    ) -> Self {
        counters.keys.take();
        counters.plain_keys.take();
        Self {
            file,
            detail,
            resume_after,
            counters,
            calls: Vec::new(),
            plain: FxHashMap::default(),
            seen: Seen::default(),
            examples: Vec::new(),
            emit,
            is_stopped: false,
        }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen
    }

    /// Nobody wants more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Counts a record, if it is a call. `offset` and `raw` are for the report only.
    #[inline]
    pub(crate) fn record(&mut self, fields: &Fields<'_>, offset: u64, raw: &[u8]) {
        match Call::of(fields) {
            Ok(call) => self.call(&call, fields, offset, raw),
            Err(refusal) => {
                match refusal {
                    Refusal::NotARecord => self.seen.strangers += 1,
                    Refusal::Insight => self.seen.insights += 1,
                    Refusal::NoTime | Refusal::NoSource => {}
                }
                self.skip(refusal.words(), offset, raw);
            }
        }
    }

    fn call(&mut self, call: &Call<'_>, fields: &Fields<'_>, offset: u64, raw: &[u8]) {
        let Some(id) = call.identity else { return self.plain_call(call, fields, offset, raw) };
        self.seen.records += 1;
        self.seen.calls += 1;
        if self.seen.records > self.resume_after {
            let key = self.counters.keys.intern(call, fields, self.detail);
            self.calls.push(Counted { identity: identity(&id.bytes()), time: call.time, key });
            if self.calls.len() >= CALLS_PER_PART || self.counters.keys.bytes() >= KEY_BYTES_PER_PART {
                self.end_part();
            }
        }
    }

    /// Without an identity: counted with the whole file, even where reading resumes.
    fn plain_call(&mut self, call: &Call<'_>, fields: &Fields<'_>, offset: u64, raw: &[u8]) {
        if self.counters.plain_keys.bytes() + self.plain.len() * size_of::<Plain>() > PLAIN_BYTES {
            return self.skip("too many different callers without an eventID in one file", offset, raw);
        }
        self.seen.records += 1;
        self.seen.calls += 1;
        let key = self.counters.plain_keys.intern(call, fields, self.detail);
        let hour = call.time / 3600;
        let new = Plain { key, hour, calls: 0, first: call.time, last: call.time };
        let plain = self.plain.entry((key, hour)).or_insert(new);
        plain.calls += 1;
        plain.first = plain.first.min(call.time);
        plain.last = plain.last.max(call.time);
    }

    /// JSON that is no record.
    pub(crate) fn skip_stranger(&mut self, reason: &str, offset: u64, raw: &[u8]) {
        self.seen.strangers += 1;
        self.skip(reason, offset, raw);
    }

    /// A record that cannot be counted.
    #[cold]
    pub(crate) fn skip(&mut self, reason: &str, offset: u64, raw: &[u8]) {
        self.seen.records += 1;
        self.seen.skipped += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(SkippedRecord {
                record: self.seen.records.cast_signed(),
                offset: offset.cast_signed(),
                reason: reason.to_owned(),
                excerpt: visible(raw, EXCERPT),
            });
        }
    }

    fn end_part(&mut self) {
        let tally =
            Tally { keys: self.counters.keys.take(), calls: std::mem::take(&mut self.calls), plain: Vec::new() };
        let part = Part { file: self.file.clone(), tally, records_read: self.seen.records, end: None };
        self.is_stopped |= (self.emit)(part).is_break();
    }

    /// Whether calls are counted that only the file's content can tell from those of another file.
    pub(crate) fn needs_content(&self) -> bool {
        !self.plain.is_empty()
    }

    /// The last part. A file of which nothing was meant to be read reports no skipped records.
    pub(crate) fn end(
        mut self,
        state: FileState,
        reason: String,
        bytes: u64,
        content: Option<[u8; 32]>,
    ) -> ControlFlow<()> {
        if state == FileState::Skipped {
            self.seen.skipped = 0;
            self.examples.clear();
        }
        let plain = self.take_plain();
        let tally = Tally { keys: self.counters.keys.take(), calls: self.calls, plain };
        let (records_skipped, examples) = (self.seen.skipped, self.examples);
        let end = FileEnd { state, reason, bytes, content, sha256: None, records_skipped, examples };
        (self.emit)(Part { file: self.file, tally, records_read: self.seen.records, end: Some(end) })
    }

    /// With their keys among those of the last part.
    fn take_plain(&mut self) -> Vec<Plain> {
        if self.plain.is_empty() {
            return Vec::new();
        }
        let keys = &mut self.counters.keys;
        let known: FxHashMap<Key, u32> = keys.as_slice().iter().cloned().zip(0..).collect();
        let plain_keys = self.counters.plain_keys.take();
        let place: Vec<u32> =
            plain_keys.into_iter().map(|key| known.get(&key).copied().unwrap_or_else(|| keys.adopt(key))).collect();
        let mut plain: Vec<Plain> = self.plain.drain().map(|(_, plain)| plain).collect();
        for entry in &mut plain {
            entry.key = place.get(entry.key as usize).copied().unwrap_or_default();
        }
        plain.sort_unstable_by_key(|entry| (entry.hour, entry.key));
        plain
    }
}

/// SipHash-1-3 of an event's identity. It is stored and must never change. Its keys are fixed and public: somebody who
/// writes event ids of his own choice can make two of them collide, and thereby hide one call of his own.
pub(crate) fn identity(id: &[u8]) -> u64 {
    SipHasher13::new_with_keys(0x746C_732D_7375_6E73, 0x6574_2D63_616C_6C73).hash(id)
}

#[cfg(test)]
mod tests {
    use super::identity;

    #[test]
    fn identities_never_change() {
        // They are stored: another hash would count every call of every upload again.
        assert_eq!(identity(b"6f2c1b7e-5d0a-4c6e-9b1f-0a1b2c3d4e5f"), 13_050_689_485_261_629_279);
        assert_ne!(identity(b"a"), identity(b"b"));
    }
}
