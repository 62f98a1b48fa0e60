//! The spool folder: files as sent lie here, under numbers, until they are read.

use super::Error;
use anyhow::Context as _;
use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// Any number of processes share it. Its random id tells its uploads from those of other folders on the same database.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) id: String,
    folder: PathBuf,
    lock: File,
    /// No other process uses it, and none can begin to before [`Self::share`].
    pub(super) is_alone: bool,
}

impl Home {
    pub(super) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let folder = data_dir.join("spool");
        let unusable = || {
            format!("the folder for uploads, {}, cannot be used: choose another one with --data-dir", folder.display())
        };
        fs::create_dir_all(&folder).with_context(unusable)?;
        let path = folder.join("home");
        let lock =
            File::options().read(true).write(true).create(true).truncate(false).open(&path).with_context(unusable)?;
        let is_alone = match lock.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(error).with_context(unusable),
        };
        // The first one writes the id before others can read it.
        let id = if is_alone { read_or_write_id(&path) } else { lock.lock_shared().and_then(|()| read_id(&path)) };
        Ok(Self { id: id.with_context(unusable)?, folder, lock, is_alone })
    }

    /// Lets other processes use it too.
    pub(super) fn share(&self) -> std::io::Result<()> {
        self.lock.lock_shared()
    }

    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    /// Where the files of an upload lie.
    pub(super) fn folder(&self, upload_id: i64) -> PathBuf {
        self.folder.join(upload_id.to_string())
    }

    pub(super) fn create(&self, upload_id: i64) -> Result<PathBuf, Error> {
        let folder = self.folder(upload_id);
        fs::create_dir_all(&folder).map_err(|error| self.trouble(&folder, error))?;
        Ok(folder)
    }

    /// What happened to a file or folder in it.
    pub(super) fn trouble(&self, path: &Path, error: std::io::Error) -> Error {
        Error::spool(&self.folder, path, error)
    }

    /// Removes the files of an upload, if there are any.
    pub(super) fn clear(&self, upload_id: i64) {
        remove(&self.folder(upload_id));
    }

    /// What lies in it: the folders of uploads, and folders that belong to none.
    pub(super) fn folders(&self) -> std::io::Result<Vec<(PathBuf, Option<i64>)>> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let upload_id = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            if path.is_dir() {
                folders.push((path, upload_id));
            }
        }
        Ok(folders)
    }
}

fn read_id(path: &Path) -> std::io::Result<String> {
    Ok(fs::read_to_string(path)?.trim().to_owned())
}

fn read_or_write_id(path: &Path) -> std::io::Result<String> {
    let mut id = read_id(path)?;
    if id.is_empty() {
        id = format!("{:032x}", rand::random::<u128>());
        fs::write(path, &id)?;
    }
    Ok(id)
}

pub(super) fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(folder = %folder.display(), %error, "a spool folder could not be removed");
    }
}
