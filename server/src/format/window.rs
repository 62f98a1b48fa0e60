//! The part of a decoded log file that lies in memory.

use std::io::{self, Read};

/// Zero bytes that always follow the data, so that a 64-byte block may be loaded at any position of it.
pub(crate) const PADDING: usize = 64;

/// A record that is longer than this is skipped. CloudTrail's own limit is 256 kB (user guide, "Quotas in AWS CloudTrail").
pub(crate) const RECORD_LIMIT: usize = 4 << 20;

/// What a stream's window grows by.
pub(crate) const STEP: usize = 512 << 10;

static ZEROES: [u8; PADDING] = [0; PADDING];

/// Bytes that are followed by [`PADDING`] zeroes.
#[derive(Clone, Copy)]
pub(crate) struct Padded<'w> {
    padded: &'w [u8],
    len: usize,
}

impl<'w> Padded<'w> {
    /// `padded` ends with the padding.
    pub(crate) fn new(padded: &'w [u8]) -> Self {
        Self { padded, len: padded.len().saturating_sub(PADDING) }
    }

    pub(crate) fn len(self) -> usize {
        self.len
    }

    /// The bytes from `at` to `end`; empty where they are not there.
    #[inline(always)]
    pub(crate) fn slice(self, at: usize, end: usize) -> &'w [u8] {
        self.padded.get(at..end).unwrap_or_default()
    }

    pub(crate) fn from(self, at: usize) -> &'w [u8] {
        self.slice(at, self.len)
    }

    /// The byte at `at`; 0 behind the end.
    #[inline(always)]
    pub(crate) fn byte(self, at: usize) -> u8 {
        self.padded.get(at).copied().unwrap_or(0)
    }

    /// 64 bytes from `at` on; zeroes behind the end.
    #[inline(always)]
    pub(crate) fn block(self, at: usize) -> &'w [u8; PADDING] {
        self.padded.get(at..).and_then(<[u8]>::first_chunk).unwrap_or(&ZEROES)
    }
}

/// A window that moves over a decoded file.
pub(crate) struct Window<'a> {
    /// Data, then padding; longer than `len + PADDING` while a stream has room to grow.
    buffer: &'a mut Vec<u8>,
    len: usize,
    /// Offset of the window's first byte in the file.
    base: u64,
    source: Option<&'a mut dyn Read>,
    step: usize,
    failure: Option<io::Error>,
    /// Of what the window has left behind.
    hasher: blake3::Hasher,
}

impl<'a> Window<'a> {
    /// The whole file: the first `len` bytes of `buffer`.
    pub(crate) fn whole(buffer: &'a mut Vec<u8>, len: usize) -> Self {
        let mut window = Self::empty(buffer, None);
        window.settle(len);
        window
    }

    /// All that comes out of `source`, in steps of so many bytes.
    pub(crate) fn stream(buffer: &'a mut Vec<u8>, source: &'a mut dyn Read, step: usize) -> Self {
        let mut window = Self::empty(buffer, Some(source));
        window.step = step.max(1);
        window.settle(0);
        window
    }

    fn empty(buffer: &'a mut Vec<u8>, source: Option<&'a mut dyn Read>) -> Self {
        Self { buffer, len: 0, base: 0, source, step: STEP, failure: None, hasher: blake3::Hasher::new() }
    }

    pub(crate) fn data(&self) -> Padded<'_> {
        Padded::new(self.buffer.get(..self.len + PADDING).unwrap_or_default())
    }

    /// The offset in the file of position `at` of the window.
    pub(crate) fn offset(&self, at: usize) -> u64 {
        self.base + at as u64
    }

    /// Bytes of the file so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.offset(self.len)
    }

    /// Why the file could not be read to its end.
    pub(crate) fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// BLAKE3 of what was read. Few files need it, and hashing takes a third of the time of inflating: what lies in memory
    /// is hashed here only, what a stream leaves behind must be hashed on its way.
    pub(crate) fn content(&self) -> [u8; 32] {
        let rest = self.buffer.get(..self.len).unwrap_or_default();
        *self.hasher.clone().update(rest).finalize().as_bytes()
    }

    /// Forgets what lies before `at`, which becomes position 0, and reads on. `false`: nothing more came, because the
    /// file has ended or because what is kept fills the window already (see [`Self::is_full`]).
    pub(crate) fn advance(&mut self, at: &mut usize) -> bool {
        if self.source.is_none() {
            return false;
        }
        let keep = (*at).min(self.len);
        *at = 0;
        self.hasher.update(self.buffer.get(..keep).unwrap_or_default());
        self.buffer.copy_within(keep..self.len, 0);
        self.base += keep as u64;
        self.len -= keep;
        if self.is_full() {
            return false;
        }
        let before = self.len;
        let end = (before + self.step).min(RECORD_LIMIT);
        if self.buffer.len() < end + PADDING {
            self.buffer.resize(end + PADDING, 0);
        }
        let len = self.fill(before, end);
        self.settle(len);
        len > before
    }

    /// Whether no record of this length is read any further.
    pub(crate) fn is_full(&self) -> bool {
        self.source.is_some() && self.len >= RECORD_LIMIT
    }

    /// Reads into `from..end`, returns where the data end. Drops the source when it has ended.
    fn fill(&mut self, from: usize, end: usize) -> usize {
        let mut at = from;
        while at < end {
            let (Some(source), Some(room)) = (self.source.as_mut(), self.buffer.get_mut(at..end)) else { break };
            match source.read(room) {
                Ok(0) => self.source = None,
                Ok(n) => at += n.min(end - at),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    self.source = None;
                }
            }
        }
        at
    }

    /// The data now end at `len`: puts the padding behind them.
    fn settle(&mut self, len: usize) {
        if self.buffer.len() < len + PADDING {
            self.buffer.resize(len + PADDING, 0);
        }
        self.len = len;
        if let Some(padding) = self.buffer.get_mut(len..len + PADDING) {
            padding.fill(0);
        }
    }
}
