//! What is read: a file, or a member of an archive.

use crate::archive::limit::Budget;
use std::sync::Arc;

/// Bytes that are read at once; what is larger is streamed.
pub(crate) const WHOLE: usize = 32 << 20;

/// One thing to read, under its name.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: Arc<str>,
    /// Archives around it.
    pub(crate) depth: u8,
    /// Of the input that it comes from.
    pub(crate) budget: Arc<Budget>,
}

impl Member {
    /// A member of this archive.
    pub(crate) fn within(&self, name: String) -> Self {
        Self { name: name.into(), depth: self.depth + 1, budget: self.budget.clone() }
    }
}

/// Compressions that were taken off some bytes at hand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layers<'b> {
    pub(crate) number: u8,
    /// The bytes before any was.
    pub(crate) outermost: Option<&'b [u8]>,
}

impl<'b> Layers<'b> {
    pub(crate) const NONE: Self = Self { number: 0, outermost: None };

    /// One more, which `bytes` are packed in.
    pub(crate) fn and(self, bytes: &'b [u8]) -> Self {
        Self { number: self.number + 1, outermost: self.outermost.or(Some(bytes)) }
    }
}

/// A member's bytes, as they lay in the archive.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) bytes: Vec<u8>,
    pub(crate) packed: Packed,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Packed {
    /// As they are.
    Plain,
    /// Out of a zip archive, with their checksum.
    Stored {
        crc: u32,
    },
    Deflated {
        crc: u32,
        size: u64,
    },
}
