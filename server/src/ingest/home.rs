//! The spool folder: files as sent lie here, under numbers, until they are read.

use super::Error;
use crate::wait::{self, TICK, Wait, myself};
use anyhow::{Context as _, bail};
use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};
use tokio::time::sleep;

/// Within the folder.
const LOCK: &str = "home";

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
    pub(super) async fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let folder = data_dir.join("spool");
        let unusable = || {
            format!("the folder for uploads, {}, cannot be used: choose another one with --data-dir", folder.display())
        };
        fs::create_dir_all(&folder).with_context(unusable)?;
        let path = folder.join(LOCK);
        let lock =
            File::options().read(true).write(true).create(true).truncate(false).open(&path).with_context(unusable)?;
        let is_alone = match lock.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(error).with_context(unusable),
        };
        // The first one writes the id before others can read it.
        let id = if is_alone {
            read_or_write_id(&folder)
        } else {
            lock_shared(&lock, &folder).await?;
            read_id(&folder)
        };
        let home = Self { id: id.with_context(unusable)?, folder, lock, is_alone };
        if is_alone {
            home.note(&format!("\n{}\n", myself()));
        }
        Ok(home)
    }

    /// Lets other processes use it too.
    pub(super) async fn share(&self) -> anyhow::Result<()> {
        self.note("");
        lock_shared(&self.lock, &self.folder).await
    }

    /// Writes behind the id, for people; whether it works or not.
    fn note(&self, text: &str) {
        let end = self.id.len() as u64;
        self.lock.set_len(end).and_then(|()| self.lock.write_all_at(text.as_bytes(), end)).ok();
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

/// The first line of the lock file is the id; behind it, while one process has the folder for itself, stands which.
fn line(folder: &Path, n: usize) -> std::io::Result<Option<String>> {
    Ok(fs::read_to_string(folder.join(LOCK))?.lines().nth(n).map(|line| line.trim().to_owned()))
}

fn read_id(folder: &Path) -> std::io::Result<String> {
    line(folder, 0).map(Option::unwrap_or_default)
}

fn holder(folder: &Path) -> String {
    line(folder, 1).ok().flatten().unwrap_or_else(|| "of an unknown number".to_owned())
}

fn read_or_write_id(folder: &Path) -> std::io::Result<String> {
    let mut id = read_id(folder)?;
    if id.is_empty() {
        id = format!("{:032x}", rand::random::<u128>());
        fs::write(folder.join(LOCK), &id)?;
    }
    Ok(id)
}

/// Waits for whoever has it for itself, which takes a moment.
async fn lock_shared(lock: &File, folder: &Path) -> anyhow::Result<()> {
    let mut wait = Wait::begin();
    loop {
        match lock.try_lock_shared() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if wait.is_over() => bail!(
                "Process {} has had {} for itself for more than {} seconds, and starts do so for a moment only: see whether it \
                 is stopped or hangs, let it go on or end it, and start again.",
                holder(folder),
                folder.display(),
                wait::LIMIT.as_secs()
            ),
            Err(TryLockError::WouldBlock) => {}
        }
        if wait.is_long() {
            wait.say(&format!("process {} has {} for itself", holder(folder), folder.display()));
        }
        sleep(TICK).await;
    }
}

pub(super) fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(folder = %folder.display(), %error, "a spool folder could not be removed");
    }
}
