//! tar: ustar, GNU and PAX, read from front to back. Written for archives of strangers: a long name cannot fill the memory.

use super::limit::damage;
use std::io::{self, Read};

pub(crate) const BLOCK: usize = 512;

/// Longer names, and more PAX attributes, are not believed.
const EXTENSION_LIMIT: u64 = 64 << 10;

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    Link,
    /// A device, a pipe.
    Special,
    /// A file with holes, in GNU's own form.
    Sparse,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) kind: Kind,
    pub(crate) size: u64,
}

/// Whether a block is a tar header: its checksum is right. It need not have a name: those of PAX attributes may be empty.
pub(crate) fn is_header(block: &[u8]) -> bool {
    block.first_chunk().is_some_and(has_checksum)
}

fn has_checksum(block: &[u8; BLOCK]) -> bool {
    let sum = |value: fn(u8) -> i64| -> i64 {
        block.iter().enumerate().map(|(i, b)| if (148..156).contains(&i) { 32 } else { value(*b) }).sum()
    };
    // Some old writers added signed bytes.
    number(&block[148..156])
        .and_then(|wanted| i64::try_from(wanted).ok())
        .is_some_and(|wanted| wanted == sum(i64::from) || wanted == sum(|b| i64::from(b.cast_signed())))
}

/// Octal digits, or big-endian binary behind a set top bit.
fn number(field: &[u8]) -> Option<u64> {
    if let [first, rest @ ..] = field
        && *first >= 0x80
    {
        let start = u64::from(first & 0x7F);
        return rest.iter().try_fold(start, |n, b| n.checked_mul(256)?.checked_add(u64::from(*b)));
    }
    let text = field.split(|b| *b == 0).next().unwrap_or_default().trim_ascii();
    text.iter().try_fold(0_u64, |n, b| match b {
        b'0'..=b'7' => n.checked_mul(8)?.checked_add(u64::from(b - b'0')),
        _ => None,
    })
}

/// An archive being read.
pub(crate) struct Tar<R> {
    reader: R,
    /// Of the current member, its padding included.
    left: u64,
    padding: u64,
}

/// What the header of the next member is preceded by.
#[derive(Default)]
struct Extensions {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

impl<R: Read> Tar<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, left: 0, padding: 0 }
    }

    /// The next member, whose bytes [`Self::body`] then reads.
    ///
    /// # Errors
    /// When the archive is damaged here.
    pub(crate) fn next(&mut self) -> io::Result<Option<Entry>> {
        let mut extensions = Extensions::default();
        loop {
            self.skip()?;
            let Some(block) = self.header()? else { return Ok(None) };
            let size = number(&block[124..136]).ok_or_else(|| damage("a tar header is damaged"))?;
            match block[156] {
                b'L' => {
                    extensions.name = Some(self.extension(size)?.split(|b| *b == 0).next().unwrap_or_default().to_vec())
                }
                b'x' | b'X' => extensions.read_pax(&self.extension(size)?),
                // GNU's long link name, PAX attributes for all members, a volume's label: nothing that is needed.
                b'K' | b'g' | b'V' => self.start(size),
                kind => return Ok(Some(self.entry(&block, kind, size, extensions))),
            }
        }
    }

    fn entry(&mut self, block: &[u8; BLOCK], kind: u8, size: u64, extensions: Extensions) -> Entry {
        let name = extensions.name.unwrap_or_else(|| name(block));
        let kind = match kind {
            _ if extensions.is_sparse => Kind::Sparse,
            b'0' | 0 | b'7' if name.ends_with(b"/") => Kind::Folder,
            b'0' | 0 | b'7' => Kind::File,
            b'5' | b'D' => Kind::Folder,
            b'1' | b'2' => Kind::Link,
            b'S' => Kind::Sparse,
            _ => Kind::Special,
        };
        let has_body = !matches!(kind, Kind::Link | Kind::Folder | Kind::Special);
        let size = if has_body { extensions.size.unwrap_or(size) } else { 0 };
        self.start(size);
        Entry { name, kind, size }
    }

    /// The bytes of the current member.
    pub(crate) fn body(&mut self) -> Body<'_, R> {
        Body { tar: self }
    }

    fn start(&mut self, size: u64) {
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
    }

    /// To the next header.
    fn skip(&mut self) -> io::Result<()> {
        let left = self.left.saturating_add(self.padding);
        let skipped = io::copy(&mut self.reader.by_ref().take(left), &mut io::sink())?;
        self.start(0);
        if skipped < left { Err(too_early()) } else { Ok(()) }
    }

    /// `None` at the end: zeroes, or no more bytes.
    fn header(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut block = [0; BLOCK];
        let n = fill(&mut self.reader, &mut block)?;
        if n == 0 || block.iter().all(|b| *b == 0) {
            return Ok(None);
        }
        if n < BLOCK {
            return Err(too_early());
        }
        if has_checksum(&block) { Ok(Some(block)) } else { Err(damage("a tar header is damaged")) }
    }

    fn extension(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > EXTENSION_LIMIT {
            return Err(damage("a tar header is larger than any honest one"));
        }
        self.start(size);
        let mut bytes = Vec::new();
        self.body().read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads one member.
pub(crate) struct Body<'a, R> {
    tar: &'a mut Tar<R>,
}

impl<R: Read> Read for Body<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.tar.left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let n = self.tar.reader.read(buffer.get_mut(..wanted).unwrap_or_default())?;
        if n == 0 {
            return Err(too_early());
        }
        self.tar.left -= n as u64;
        Ok(n)
    }
}

impl Extensions {
    /// Lines of `length key=value`.
    fn read_pax(&mut self, mut lines: &[u8]) {
        while let Some(blank) = lines.iter().position(|b| *b == b' ') {
            let (digits, _) = lines.split_at(blank);
            let length = std::str::from_utf8(digits).ok().and_then(|text| text.parse::<usize>().ok());
            let Some(line) = length.and_then(|length| lines.get(blank + 1..length)) else { return };
            let mut parts = line.strip_suffix(b"\n").unwrap_or(line).splitn(2, |b| *b == b'=');
            let (key, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            match key {
                b"path" => self.name = Some(value.to_vec()),
                b"size" => self.size = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()),
                _ if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
                _ => {}
            }
            lines = lines.get(length.unwrap_or_default()..).unwrap_or_default();
        }
    }
}

/// `prefix/name`, where the header has a prefix.
fn name(block: &[u8; BLOCK]) -> Vec<u8> {
    let text = |field: &[u8]| field.split(|b| *b == 0).next().unwrap_or_default().to_vec();
    let name = text(&block[..100]);
    let prefix = if &block[257..263] == b"ustar\0" { text(&block[345..500]) } else { Vec::new() };
    if prefix.is_empty() { name } else { [prefix, name].join(&b'/') }
}

fn fill(reader: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut at = 0;
    while let Some(room) = block.get_mut(at..).filter(|room| !room.is_empty()) {
        match reader.read(room) {
            Ok(0) => break,
            Ok(n) => at += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(at)
}

fn too_early() -> io::Error {
    damage("the tar data end too early")
}
