//! Which calls of a batch are new: counting once, without a database.

use super::batch::{Entry, Known};

/// Sorts the calls of one hour by identity; of the same identity, the one that came first stays first.
pub(super) fn sort(entries: &mut [Entry]) {
    entries.sort_by_key(|entry| entry.identity);
}

/// Marks the identities that are in `set` (sorted, 8 bytes each, little-endian). `entries` are sorted.
pub(super) fn mark(entries: &mut [Entry], set: &[u8], known: Known) {
    let (mut set, _) = set.as_chunks::<8>();
    let mut last = None;
    for entry in entries {
        if last == Some(entry.identity) {
            continue;
        }
        last = Some(entry.identity);
        set = &set[position(set, entry.identity)..];
        match set.first() {
            None => return,
            Some(found) if u64::from_le_bytes(*found) == entry.identity => entry.known = known,
            Some(_) => {}
        }
    }
}

/// Where the first identity that is not below `identity` lies: near the beginning, most often.
fn position(set: &[[u8; 8]], identity: u64) -> usize {
    let is_below = |known: &[u8; 8]| u64::from_le_bytes(*known) < identity;
    let mut step = 1;
    while step <= set.len() && is_below(&set[step - 1]) {
        step *= 2;
    }
    let from = step / 2;
    from + set[from..set.len().min(step)].partition_point(is_below)
}

/// What one hour of a batch comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sets {
    /// New identities, as they are stored.
    pub(super) counted: Vec<u8>,
    /// Identities that another upload has counted.
    pub(super) again: Vec<u8>,
}

/// Tells the calls of one hour (sorted and marked) apart: `visit` gets each with whether it is counted.
pub(super) fn decide(entries: &[Entry], mut visit: impl FnMut(&Entry, bool)) -> Sets {
    let mut sets = Sets::default();
    for same in entries.chunk_by(|a, b| a.identity == b.identity) {
        let (first, rest) = (&same[0], &same[1..]);
        let is_new = first.known == Known::Nobody;
        match first.known {
            Known::Nobody => sets.counted.extend(first.identity.to_le_bytes()),
            Known::AnotherUpload => sets.again.extend(first.identity.to_le_bytes()),
            Known::ThisUpload => {}
        }
        visit(first, is_new);
        rest.iter().for_each(|entry| visit(entry, false));
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn entry(identity: u64, file: u32) -> Entry {
        Entry { identity, time: 0, key: 0, file, known: Known::Nobody }
    }

    fn bytes(set: &BTreeSet<u64>) -> Vec<u8> {
        set.iter().flat_map(|identity| identity.to_le_bytes()).collect()
    }

    #[test]
    fn of_the_same_identity_the_first_is_counted() {
        let mut entries = [entry(7, 0), entry(3, 1), entry(7, 2), entry(3, 3)];
        sort(&mut entries);
        let mut counted = Vec::new();
        decide(&entries, |entry, is_new| counted.extend(is_new.then_some(entry.file)));
        assert_eq!(counted, [1, 0]);
    }

    proptest! {
        #[test]
        fn agrees_with_sets(
            calls in prop::collection::vec(0..60_u64, 0..80),
            ours in prop::collection::btree_set(0..60_u64, 0..40),
            theirs in prop::collection::btree_set(0..60_u64, 0..40),
        ) {
            let theirs: BTreeSet<u64> = theirs.difference(&ours).copied().collect();
            let mut entries: Vec<Entry> = calls.iter().map(|call| entry(*call, 0)).collect();
            sort(&mut entries);
            mark(&mut entries, &bytes(&ours), Known::ThisUpload);
            mark(&mut entries, &bytes(&theirs), Known::AnotherUpload);
            let mut counted = 0;
            let sets = decide(&entries, |_, is_new| counted += usize::from(is_new));
            let calls: BTreeSet<u64> = calls.into_iter().collect();
            let new: BTreeSet<u64> = calls.iter().filter(|c| !ours.contains(c) && !theirs.contains(c)).copied().collect();
            prop_assert_eq!(counted, new.len());
            prop_assert_eq!(sets.counted, bytes(&new));
            prop_assert_eq!(sets.again, bytes(&calls.intersection(&theirs).copied().collect()));
        }
    }
}
