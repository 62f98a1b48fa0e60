//! Decoders as streams, within limits, with errors that a user understands.

use super::{
    Packing,
    gzip::Members,
    limit::{Budget, bomb, check, damage, exceeds_ratio, is_damage},
};
use std::{
    cell::Cell,
    io::{self, BufRead, BufReader, Read},
    rc::Rc,
    sync::atomic::AtomicBool,
};

/// Windows of zstd are up to 128 MB (`--long=27`); larger ones need a flag to be written and to be read.
const ZSTD_WINDOW_LOG: u32 = 27;

/// What a decoder is told.
#[derive(Clone, Copy)]
pub(crate) struct Guard<'a> {
    pub(crate) budget: &'a Budget,
    pub(crate) stop: &'a AtomicBool,
}

/// Decodes a gzip, zstd or bzip2 stream; others come out as they are.
///
/// # Errors
/// Where a decoder cannot be set up.
pub(crate) fn decoder<'a>(
    packing: Packing,
    reader: Box<dyn BufRead + 'a>,
    guard: Guard<'a>,
) -> io::Result<Box<dyn BufRead + 'a>> {
    let packed = Rc::new(Cell::new(0));
    let reader = Tapped { inner: reader, count: packed.clone() };
    let decoder: Box<dyn Read + 'a> = match packing {
        Packing::Gzip => Box::new(Members::new(reader)),
        Packing::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Box::new(decoder)
        }
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(reader)),
        Packing::Tar | Packing::Zip => Box::new(reader),
    };
    Ok(limited(packing.as_str(), decoder, packed, guard))
}

/// Raw deflate, as in zip.
pub(crate) fn deflate<'a>(reader: Box<dyn BufRead + 'a>, guard: Guard<'a>) -> Box<dyn BufRead + 'a> {
    let packed = Rc::new(Cell::new(0));
    let reader = Tapped { inner: reader, count: packed.clone() };
    limited("zip", Box::new(flate2::bufread::DeflateDecoder::new(reader)), packed, guard)
}

fn limited<'a>(
    name: &'static str,
    inner: Box<dyn Read + 'a>,
    packed: Rc<Cell<u64>>,
    guard: Guard<'a>,
) -> Box<dyn BufRead + 'a> {
    Box::new(BufReader::with_capacity(64 << 10, Limited { name, inner, packed, decoded: 0, guard }))
}

/// Counts what a decoder takes.
struct Tapped<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Tapped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count.set(self.count.get() + n as u64);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Tapped<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.count.set(self.count.get() + n as u64);
        self.inner.consume(n);
    }
}

/// Counts what a decoder gives, and words its errors.
struct Limited<'a> {
    name: &'static str,
    inner: Box<dyn Read + 'a>,
    packed: Rc<Cell<u64>>,
    decoded: u64,
    guard: Guard<'a>,
}

impl Read for Limited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        check(self.guard.stop)?;
        let n = self.inner.read(buffer).map_err(|error| worded(self.name, error))?;
        self.decoded += n as u64;
        self.guard.budget.spend(n as u64)?;
        if exceeds_ratio(self.decoded, self.packed.get()) { Err(bomb()) } else { Ok(n) }
    }
}

fn worded(name: &str, error: io::Error) -> io::Error {
    match error.kind() {
        _ if is_damage(&error) => error,
        io::ErrorKind::Interrupted => error,
        io::ErrorKind::UnexpectedEof => damage(format!("the {name} data end too early")),
        _ => {
            tracing::debug!(%error, "{name} data are corrupt");
            damage(format!("the {name} data are corrupt"))
        }
    }
}

/// Compares the checksum when the end is reached.
pub(crate) struct Checked<R> {
    inner: R,
    crc: flate2::Crc,
    expected: u32,
}

impl<R: Read> Checked<R> {
    pub(crate) fn new(inner: R, expected: u32) -> Self {
        Self { inner, crc: flate2::Crc::new(), expected }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..n).unwrap_or_default());
        if n == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return Err(damage("its checksum does not match, some of it may be wrong"));
        }
        Ok(n)
    }
}
