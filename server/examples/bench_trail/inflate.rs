//! The limit: every file read and inflated by libdeflate into a reused buffer, and nothing else.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
};

/// Far more than a log file of the demo holds.
const LARGEST: usize = 64 << 20;

pub(crate) fn gzip_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "gz") {
                files.push(path);
            }
        }
    }
    files
}

/// Inflates all files and answers how many bytes came out.
pub(crate) fn all(files: &[PathBuf], threads: usize) -> u64 {
    let (next, total) = (AtomicUsize::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut inflater = libdeflater::Decompressor::new();
                let (mut packed, mut decoded) = (Vec::new(), vec![0; LARGEST]);
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    packed.clear();
                    let read = fs::File::open(path).and_then(|mut file| file.read_to_end(&mut packed));
                    let length = read.ok().and_then(|_| inflater.gzip_decompress(&packed, &mut decoded).ok());
                    total.fetch_add(length.unwrap_or(0) as u64, Ordering::Relaxed);
                }
            });
        }
    });
    total.into_inner()
}
