//! What was drawn, found by what it was drawn from: a page that many look at is drawn once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// Bytes that are kept at the same time. A chart is about 30 kB, a picture 60 kB.
const MOST: usize = 16 << 20;

pub(super) type Key = blake3::Hash;

/// Different parts have different keys, wherever one ends and the next begins.
pub(super) fn key(parts: &[&[u8]]) -> Key {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize()
}

pub(super) struct Cache<T: ?Sized>(Mutex<Kept<T>>);

struct Kept<T: ?Sized> {
    drawn: HashMap<Key, (Arc<T>, u64)>,
    bytes: usize,
    /// Goes up with each use, so that the lowest one was used longest ago.
    clock: u64,
}

impl<T: ?Sized> Default for Cache<T> {
    fn default() -> Self {
        Self(Mutex::new(Kept { drawn: HashMap::new(), bytes: 0, clock: 0 }))
    }
}

impl<T: ?Sized> Cache<T> {
    pub(super) fn get(&self, key: &Key) -> Option<Arc<T>> {
        let mut kept = self.0.lock().ok()?;
        kept.clock += 1;
        let now = kept.clock;
        let (drawn, used) = kept.drawn.get_mut(key)?;
        *used = now;
        Some(drawn.clone())
    }

    pub(super) fn put(&self, key: Key, drawn: Arc<T>) {
        let Ok(mut kept) = self.0.lock() else { return };
        kept.clock += 1;
        let now = kept.clock;
        kept.bytes += size_of_val(&*drawn);
        if let Some((before, _)) = kept.drawn.insert(key, (drawn, now)) {
            kept.bytes -= size_of_val(&*before);
        }
        while kept.bytes > MOST {
            let oldest = kept.drawn.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key);
            let Some((gone, _)) = oldest.and_then(|key| kept.drawn.remove(&key)) else { return };
            kept.bytes -= size_of_val(&*gone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let cache = Cache::<[u8]>::default();
        let of = |name: &str| key(&[name.as_bytes()]);
        let third: Arc<[u8]> = vec![0; MOST / 3].into();
        for name in ["one", "two", "three"] {
            cache.put(of(name), third.clone());
        }
        assert!(cache.get(&of("one")).is_some());
        cache.put(of("four"), third);
        let left = ["one", "two", "three", "four"].map(|name| cache.get(&of(name)).is_some());
        assert_eq!(left, [true, false, true, true]);
        cache.put(of("huge"), vec![0; MOST + 1].into());
        assert!(cache.get(&of("huge")).is_none(), "never more than there is room for");
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
    }
}
