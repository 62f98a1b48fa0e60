//! What a batch adds to the counts, the ledger and the upload.

use super::{
    batch::{Batch, File},
    commit::time,
    decide,
};
use crate::{
    db::{caller_day::CallerRow, dimension::Names, event_set::NewSets, log_file, rollup::CallRow, upload::Totals},
    tally::Tls,
};
use app::model::{report::FileState, tls::UnknownReason};
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Default)]
pub(super) struct Outcome {
    /// By key and hour.
    calls: FxHashMap<(u32, u32), i64>,
    /// By key (those that have a caller) and day.
    callers: FxHashMap<(u32, u32), Seen>,
    /// Like [`Batch::files`].
    files: Vec<FileCounts>,
    keys: Vec<KeyKind>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    calls: i64,
    first: u32,
    last: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct FileCounts {
    counted: i64,
    already_counted: i64,
    unknown: i64,
    without_identity: i64,
}

#[derive(Debug, Clone, Copy)]
struct KeyKind {
    unknown: Option<UnknownReason>,
    has_caller: bool,
}

impl Outcome {
    pub(super) fn new(batch: &Batch) -> Self {
        let kind = |key: &std::sync::Arc<crate::tally::Key>| KeyKind {
            unknown: match key.tls {
                Tls::Unknown(reason) => Some(reason),
                Tls::Known(_) => None,
            },
            has_caller: key.caller.is_some(),
        };
        let files = vec![FileCounts::default(); batch.files.len()];
        Self { keys: batch.keys.iter().map(kind).collect(), files, ..Self::default() }
    }

    /// Counts the calls that are new; answers the identities to keep, by hour.
    pub(super) fn decide_calls(&mut self, batch: &Batch) -> Vec<NewSets> {
        let mut hours: Vec<u32> = batch.hours.keys().copied().collect();
        hours.sort_unstable();
        let mut kept = Vec::with_capacity(hours.len());
        for hour in hours {
            let sets = decide::decide(&batch.hours[&hour], |entry, is_new| match is_new {
                true => self.count(entry.key, entry.file, hour, Seen { calls: 1, first: entry.time, last: entry.time }),
                false => self.files[entry.file as usize].already_counted += 1,
            });
            if !sets.counted.is_empty() || !sets.again.is_empty() {
                kept.push(NewSets { hour: time(hour), counted: sets.counted, again: sets.again });
            }
        }
        kept
    }

    /// Contents of the files that have calls without an identity.
    pub(super) fn contents(&self, batch: &Batch) -> Vec<Vec<u8>> {
        let files: FxHashSet<u32> = batch.plain.iter().map(|plain| plain.file).collect();
        files.iter().filter_map(|file| content(&batch.files[*file as usize])).map(|content| content.to_vec()).collect()
    }

    /// Counts calls without an identity, unless their file's content is among `counted` or came earlier in this batch.
    pub(super) fn decide_plain(&mut self, batch: &Batch, counted: Vec<Vec<u8>>) {
        let mut counted: FxHashSet<Vec<u8>> = counted.into_iter().collect();
        for calls in batch.plain.chunk_by(|a, b| a.file == b.file) {
            let file = calls[0].file;
            let is_new = content(&batch.files[file as usize]).is_none_or(|content| counted.insert(content.to_vec()));
            for plain in calls {
                let calls = i64::try_from(plain.calls).unwrap_or(i64::MAX);
                if is_new {
                    self.count(plain.key, file, plain.hour, Seen { calls, first: plain.first, last: plain.last });
                    self.files[file as usize].without_identity += calls;
                } else {
                    self.files[file as usize].already_counted += calls;
                }
            }
        }
    }

    fn count(&mut self, key: u32, file: u32, hour: u32, seen: Seen) {
        let kind = self.keys[key as usize];
        let file = &mut self.files[file as usize];
        file.counted += seen.calls;
        file.unknown += if kind.unknown.is_some() { seen.calls } else { 0 };
        *self.calls.entry((key, hour)).or_default() += seen.calls;
        if kind.has_caller {
            self.callers.entry((key, hour / 24)).and_modify(|all| all.add(seen)).or_insert(seen);
        }
    }

    /// Keys of the counted calls: indexes into [`Batch::keys`].
    pub(super) fn keys_used(&self) -> Vec<u32> {
        let mut keys: Vec<u32> = self.calls.keys().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    pub(super) fn call_rows(&self, names: &FxHashMap<u32, Names>) -> Vec<CallRow> {
        let mut rows = FxHashMap::default();
        for ((key, hour), calls) in &self.calls {
            let names = &names[key];
            *rows.entry((*hour, names.service_id, names.tls, names.account_id, names.region_id)).or_insert(0) += calls;
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_unstable();
        let row = |((hour, service_id, tls, account_id, region_id), calls)| CallRow {
            hour: time(hour),
            account_id,
            region_id,
            service_id,
            tls,
            calls,
        };
        rows.into_iter().map(row).collect()
    }

    pub(super) fn caller_rows(&self, names: &FxHashMap<u32, Names>) -> Vec<CallerRow> {
        let mut rows: FxHashMap<_, Seen> = FxHashMap::default();
        for ((key, day), seen) in &self.callers {
            let names = &names[key];
            let Some(caller_id) = names.caller_id else { continue };
            let row = rows.entry((*day, caller_id, names.region_id, names.tls, names.account_id, names.service_id));
            row.and_modify(|all| all.add(*seen)).or_insert(*seen);
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        let row = |((day, caller_id, region_id, tls, account_id, service_id), seen): (_, Seen)| CallerRow {
            caller_id,
            account_id,
            service_id,
            region_id,
            day: time(day * 24).date_naive(),
            tls,
            calls: seen.calls,
            first_seen: seconds(seen.first),
            last_seen: seconds(seen.last),
        };
        rows.into_iter().map(row).collect()
    }

    /// What the ledger says of the batch's files.
    pub(super) fn ledger(&self, batch: &Batch) -> log_file::Columns {
        let mut columns = log_file::Columns::default();
        for (file, counts) in batch.files.iter().zip(&self.files) {
            let end = file.end.as_ref();
            columns.push(log_file::Entry {
                name: &file.name,
                state: end.map_or("reading", |end| end.state.as_str()),
                reason: end.map_or("", |end| &end.reason),
                bytes: end.map_or(0, |end| signed(end.bytes)),
                content: content(file),
                sha256: end.and_then(|end| end.sha256.as_ref()),
                records_read: signed(file.records_read),
                calls_counted: counts.counted,
                calls_already_counted: counts.already_counted,
                calls_unknown: counts.unknown,
                calls_without_identity: counts.without_identity,
                records_skipped: end.map_or(0, |end| signed(end.records_skipped)),
                examples: end.and_then(|end| log_file::examples(&end.examples)).unwrap_or_else(|| "[]".into()),
            });
        }
        columns
    }

    pub(super) fn totals(&self, batch: &Batch) -> Totals {
        let mut totals = Totals::default();
        for (file, counts) in batch.files.iter().zip(&self.files) {
            totals.calls_counted += counts.counted;
            totals.calls_already_counted += counts.already_counted;
            totals.calls_unknown += counts.unknown;
            let Some(end) = &file.end else { continue };
            totals.records_skipped += signed(end.records_skipped);
            totals.files_total += 1;
            match end.state {
                FileState::Done => {}
                FileState::Skipped => totals.files_skipped += 1,
                FileState::Damaged | FileState::Failed => totals.files_failed += 1,
            }
        }
        totals
    }

    /// Counted calls without a TLS version, by reason.
    pub(super) fn unknown(&self) -> FxHashMap<UnknownReason, i64> {
        let mut unknown = FxHashMap::default();
        for ((key, _), calls) in &self.calls {
            if let Some(reason) = self.keys[*key as usize].unknown {
                *unknown.entry(reason).or_insert(0) += calls;
            }
        }
        unknown
    }

    pub(super) fn counts_change(&self) -> bool {
        !self.calls.is_empty()
    }
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

fn content(file: &File) -> Option<&[u8; 32]> {
    file.end.as_ref()?.content.as_ref()
}

fn seconds(seconds: u32) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(seconds.into(), 0).unwrap_or_default()
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
