//! An input's bytes, counted as they are read.

use super::Progress;
use crate::archive::zip::At;
use std::{
    fs::File,
    io::{self, Read},
    sync::atomic::{AtomicU64, Ordering},
};

/// A file that tells the progress how much of it was read, never more than it has.
pub(crate) struct Counted<'a> {
    file: File,
    size: Option<u64>,
    counted: AtomicU64,
    progress: &'a Progress,
}

impl<'a> Counted<'a> {
    /// `size` is unknown for a pipe.
    pub(crate) fn new(file: File, size: Option<u64>, progress: &'a Progress) -> Self {
        Self { file, size, counted: AtomicU64::new(0), progress }
    }

    fn count(&self, bytes: usize) {
        let before = self.counted.fetch_add(bytes as u64, Ordering::Relaxed);
        let left = self.size.map_or(u64::MAX, |size| size.saturating_sub(before));
        self.progress.bytes_read.fetch_add(left.min(bytes as u64), Ordering::Relaxed);
    }

    /// What was passed over counts as read.
    pub(crate) fn finish(&self) {
        let left = self.size.map_or(0, |size| size.saturating_sub(self.counted.load(Ordering::Relaxed)));
        self.count(usize::try_from(left).unwrap_or(usize::MAX));
    }
}

impl Read for &Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = (&self.file).read(buffer)?;
        self.count(n);
        Ok(n)
    }
}

impl At for Counted<'_> {
    fn size(&self) -> io::Result<u64> {
        self.file.size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let n = self.file.read_at(buffer, offset)?;
        self.count(n);
        Ok(n)
    }
}
