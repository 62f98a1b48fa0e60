//! What each reading thread is at, kept in a file beside the upload's own: when the process dies, whoever goes on knows at
//! what.
//!
//! One slot per thread, overwritten where it stands. The operating system has it as soon as it is written, so it outlives the
//! process, and costs a file about a microsecond; it need not outlive the machine.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

/// Names in the ledger are shorter.
const SLOT: usize = 4096;
const PREFIX: &str = "begun-";

/// The file of one reading. Dropped, it is gone, whatever the threads still do: what ends in order leaves nothing.
pub(super) struct Begun {
    path: PathBuf,
    pub(super) slots: Arc<Slots>,
}

pub(super) struct Slots {
    file: File,
    has_failed: AtomicBool,
}

impl Begun {
    /// `token`: of the lease; one that was lost writes into its own slots only.
    pub(super) fn create(folder: &Path, token: i64) -> io::Result<Self> {
        let path = folder.join(format!("{PREFIX}{token}"));
        let slots = Slots { file: File::create(&path)?, has_failed: AtomicBool::new(false) };
        Ok(Self { path, slots: Arc::new(slots) })
    }
}

impl Slots {
    /// The thread is at this log file or archive, by its name in the ledger; at nothing if it is empty.
    pub(super) fn write(&self, thread: usize, name: &str) {
        let Ok(len) = u16::try_from(name.len()) else { return };
        let slot = [&len.to_le_bytes(), name.as_bytes()].concat();
        let Some(slot) = slot.get(..slot.len().min(SLOT)) else { return };
        // Without it the upload as a whole is suspected.
        if let Err(error) = self.file.write_all_at(slot, (thread * SLOT) as u64)
            && !self.has_failed.swap(true, Relaxed)
        {
            tracing::warn!(%error, "which file is being read could not be noted");
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

/// What the threads of processes that died were at. Asked once: it is forgotten.
pub(super) fn take(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            let slots = fs::read(entry.path())?;
            fs::remove_file(entry.path())?;
            names.extend(slots.chunks(SLOT).filter_map(name));
        }
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

fn name(slot: &[u8]) -> Option<String> {
    let (len, rest) = slot.split_first_chunk::<2>()?;
    let name = rest.get(..usize::from(u16::from_le_bytes(*len)))?;
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_threads_are_at_is_found_when_they_died_and_only_then() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("1"), "a file of the upload").unwrap();
        let begun = Begun::create(folder.path(), 7).unwrap();
        for (thread, name) in [(0, "a long name"), (2, "logs.zip!b"), (0, "short"), (1, "over"), (1, ""), (3, "short")]
        {
            begun.slots.write(thread, name);
        }
        // As a process does that is killed.
        std::mem::forget(begun);
        assert_eq!(take(folder.path()).unwrap(), ["logs.zip!b", "short"]);
        assert!(take(folder.path()).unwrap().is_empty(), "it is told once");
        assert!(folder.path().join("1").exists());

        let begun = Begun::create(folder.path(), 8).unwrap();
        begun.slots.write(0, "x");
        drop(begun);
        assert!(take(folder.path()).unwrap().is_empty());
    }
}
