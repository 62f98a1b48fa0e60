//! The spool folder: files as sent lie here, under numbers, until they are read.

use super::Error;
use anyhow::Context as _;
use std::{
    collections::HashSet,
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// One process uses it at a time. Its random id tells its uploads from those of other servers on the same database.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) id: String,
    folder: PathBuf,
    _lock: File,
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
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => anyhow::bail!(
                "another tls-sunset uses the folder {}: stop it, or choose another one with --data-dir",
                data_dir.display()
            ),
            Err(TryLockError::Error(error)) => return Err(error).with_context(unusable),
        }
        let id = read_or_write_id(&path).with_context(unusable)?;
        Ok(Self { id, folder, _lock: lock })
    }

    /// Where the files of an upload lie.
    pub(super) fn folder(&self, upload_id: i64) -> PathBuf {
        self.folder.join(upload_id.to_string())
    }

    pub(super) fn create(&self, upload_id: i64) -> Result<PathBuf, Error> {
        let folder = self.folder(upload_id);
        fs::create_dir_all(&folder).map_err(|error| Error::spool(&folder, error))?;
        Ok(folder)
    }

    /// Removes the files of an upload, if there are any.
    pub(super) fn clear(&self, upload_id: i64) {
        remove(&self.folder(upload_id));
    }

    /// Removes what no upload needs any more.
    pub(super) fn sweep(&self, needed: &HashSet<i64>) -> std::io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let upload_id = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            if path.is_dir() && upload_id.is_none_or(|id| !needed.contains(&id)) {
                remove(&path);
            }
        }
        Ok(())
    }
}

fn read_or_write_id(path: &Path) -> std::io::Result<String> {
    let id = fs::read_to_string(path)?.trim().to_owned();
    if !id.is_empty() {
        return Ok(id);
    }
    let id = format!("{:032x}", rand::random::<u128>());
    fs::write(path, &id)?;
    Ok(id)
}

fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(folder = %folder.display(), %error, "a spool folder could not be removed");
    }
}
