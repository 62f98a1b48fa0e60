//! Folders in the spool folder for what lies there for a while: a bucket's large objects, until they are read.

use std::{
    fs::{self, File},
    io,
    path::Path,
};
use tempfile::TempDir;

const PREFIX: &str = "objects-";
/// A file in it that its process locks for as long as it lives.
const LOCK: &str = "lock";

/// Removed when it is dropped.
pub(super) struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    pub(super) fn new(spool: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(spool)?;
        // Nobody finds it under its name before it is locked.
        let unnamed = folder.path().join("new");
        let lock = File::create_new(&unnamed)?;
        lock.lock()?;
        fs::rename(unnamed, folder.path().join(LOCK))?;
        Ok(Self { folder, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Whether it is one whose process is gone.
pub(super) fn is_left(folder: &Path) -> bool {
    let is_scratch = folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(PREFIX));
    let lock = || File::options().read(true).write(true).open(folder.join(LOCK));
    is_scratch && lock().is_ok_and(|lock| lock.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_left_only_by_a_process_that_is_gone() {
        let spool = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(spool.path()).unwrap();
        let path = scratch.path().to_owned();
        assert!(path.is_dir() && !is_left(&path));
        let Scratch { folder, _lock } = scratch;
        drop(_lock);
        assert!(is_left(&path), "as if the process had been killed");
        drop(folder);
        assert!(!path.exists() && !is_left(&path));
        let upload = spool.path().join("7");
        fs::create_dir(&upload).unwrap();
        File::create(upload.join(LOCK)).unwrap();
        assert!(!is_left(&upload));
    }
}
