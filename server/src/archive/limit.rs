//! Limits that keep a hostile input from filling memory, disk or days.

use std::{
    error::Error,
    fmt, io,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

/// Archives within archives.
pub(crate) const DEPTH: u8 = 3;
/// Compressions around one member (Firehose compresses twice at times).
pub(crate) const LAYERS: u8 = 3;
/// What `CloudTrail` writes is 10 to 20 times smaller compressed, very repetitive logs 200 times.
const RATIO: u64 = 500;
/// Decoded bytes that are allowed whatever the ratio.
const FREE: u64 = 64 << 20;
/// Decoded bytes of one input: 1 TiB.
const DECODED: u64 = 1 << 40;
/// Members of one input.
const MEMBERS: u64 = 4_000_000;
/// Bytes of an archive that must be spooled because it can only be read from its end.
pub(crate) const SPOOL: u64 = 16 << 30;

/// What one input may still cost, over all that is nested in it.
#[derive(Debug)]
pub(crate) struct Budget {
    /// Bytes of the input; unknown for a pipe.
    size: Option<u64>,
    decoded: AtomicU64,
    members: AtomicU64,
}

impl Budget {
    pub(crate) fn new(size: Option<u64>) -> Self {
        Self { size, decoded: AtomicU64::new(0), members: AtomicU64::new(0) }
    }

    /// Takes note of decoded bytes.
    ///
    /// # Errors
    /// When they are too many.
    pub(crate) fn spend(&self, bytes: u64) -> io::Result<()> {
        let decoded = self.decoded.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let is_bomb = self.size.is_some_and(|size| exceeds_ratio(decoded, size));
        if is_bomb || decoded > DECODED {
            return Err(bomb());
        }
        Ok(())
    }

    /// Takes note of a member.
    ///
    /// # Errors
    /// When there are too many.
    pub(crate) fn add_member(&self) -> io::Result<()> {
        let members = self.members.fetch_add(1, Ordering::Relaxed);
        if members >= MEMBERS { Err(damage(format!("more than {MEMBERS} members; split the archive"))) } else { Ok(()) }
    }
}

/// Whether so much out of so little can only be meant to do harm.
pub(crate) fn exceeds_ratio(decoded: u64, packed: u64) -> bool {
    decoded > FREE && decoded / RATIO > packed
}

pub(crate) fn bomb() -> io::Error {
    damage(format!("it unpacks to more than {RATIO} times its size, as only archive bombs do"))
}

/// Why something cannot be read (on), in words for the user.
#[derive(Debug)]
pub(crate) struct Damage(String);

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Damage {}

pub(crate) fn damage(words: impl Into<String>) -> io::Error {
    io::Error::other(Damage(words.into()))
}

/// Whether an error already has words for the user.
pub(crate) fn is_damage(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<Damage>)
}

/// Ends a reading early.
pub(crate) fn check(stop: &AtomicBool) -> io::Result<()> {
    if stop.load(Ordering::Relaxed) { Err(damage("stopped")) } else { Ok(()) }
}
