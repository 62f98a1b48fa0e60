//! zip: the list of members stands at the end. It is read entry by entry, so that a long one cannot fill the memory.
//! (PKWARE APPNOTE 6.3.9; numbers in comments are its sections.)

use super::limit::damage;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
};

/// Bytes that can be read at any offset.
pub(crate) trait At {
    fn size(&self) -> io::Result<u64>;
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl At for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }
}

impl At for [u8] {
    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let from = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let n = from.len().min(buffer.len());
        buffer.get_mut(..n).unwrap_or_default().copy_from_slice(from.get(..n).unwrap_or_default());
        Ok(n)
    }
}

/// Bytes `at..end` as a stream.
pub(crate) struct Section<'a, A: ?Sized> {
    of: &'a A,
    at: u64,
    end: u64,
}

impl<A: At + ?Sized> Read for Section<'_, A> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let n = self.of.read_at(buffer.get_mut(..wanted).unwrap_or_default(), self.at)?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += n as u64;
        Ok(n)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    Link,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) kind: Kind,
    pub(crate) is_encrypted: bool,
    /// 4.4.5: 0 stored, 8 deflate, 12 bzip2, 93 zstd.
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    header: u64,
}

/// An archive being read.
pub(crate) struct Zip<'a, A: ?Sized> {
    of: &'a A,
    directory: BufReader<Section<'a, A>>,
    left: u64,
}

impl<'a, A: At + ?Sized> Zip<'a, A> {
    /// # Errors
    /// Where the list of members is not found.
    pub(crate) fn new(of: &'a A) -> io::Result<Self> {
        let end = End::find(of)?;
        let section = Section { of, at: end.offset, end: end.offset.saturating_add(end.size).min(of.size()?) };
        if section.at > section.end {
            return Err(no_end());
        }
        Ok(Self { of, directory: BufReader::new(section), left: end.entries })
    }

    /// The next member.
    ///
    /// # Errors
    /// Where the list is damaged here.
    pub(crate) fn next(&mut self) -> io::Result<Option<Entry>> {
        if self.left == 0 || self.directory.fill_buf().map_err(cut_off)?.is_empty() {
            return Ok(None);
        }
        self.left -= 1;
        let mut fixed = [0; 46];
        self.directory.read_exact(&mut fixed).map_err(cut_off)?;
        let [name, extra, _comment] = [28, 30, 32].map(|at| u16_at(&fixed, at) as usize);
        if !fixed.starts_with(b"PK\x01\x02") {
            return Err(damage("the zip archive's list of members is damaged"));
        }
        let mut names = vec![0; name + extra + u16_at(&fixed, 32) as usize];
        self.directory.read_exact(&mut names).map_err(cut_off)?;
        Ok(Some(entry(
            &fixed,
            names.get(..name).unwrap_or_default(),
            names.get(name..name + extra).unwrap_or_default(),
        )))
    }

    /// A member's bytes as they are packed.
    ///
    /// # Errors
    /// Where they are not where the list says.
    pub(crate) fn packed(&self, entry: &Entry) -> io::Result<Section<'a, A>> {
        let mut local = [0; 30];
        read_exact_at(self.of, &mut local, entry.header)?;
        if !local.starts_with(b"PK\x03\x04") {
            return Err(damage("its header in the zip archive is damaged"));
        }
        let at = entry.header + 30 + u64::from(u16_at(&local, 26)) + u64::from(u16_at(&local, 28));
        let end = at.checked_add(entry.packed).filter(|end| self.of.size().is_ok_and(|size| *end <= size));
        let end = end.ok_or_else(|| damage("the zip archive ends before it does"))?;
        Ok(Section { of: self.of, at, end })
    }
}

/// 4.3.12 and 4.3.14: where the list of members is.
struct End {
    entries: u64,
    offset: u64,
    size: u64,
}

impl End {
    /// The record stands at the very end, before a comment of at most 64 kB.
    fn find<A: At + ?Sized>(of: &A) -> io::Result<Self> {
        let size = of.size()?;
        let from = size.saturating_sub(22 + 0xFFFF);
        let mut tail = vec![0; usize::try_from(size - from).unwrap_or_default()];
        read_exact_at(of, &mut tail, from)?;
        let at = memchr::memmem::rfind(&tail, b"PK\x05\x06").ok_or_else(no_end)?;
        let record = tail.get(at..at + 22).ok_or_else(no_end)?;
        let entries = u16_at(record, 10);
        let (size, offset) = (u32_at(record, 12), u32_at(record, 16));
        if entries == u16::MAX || size == u32::MAX || offset == u32::MAX {
            let locator = (from + at as u64).checked_sub(20);
            if let Some(end) = locator.and_then(|at| Self::find64(of, at).transpose()) {
                return end;
            }
        }
        Ok(Self { entries: entries.into(), offset: offset.into(), size: size.into() })
    }

    fn find64<A: At + ?Sized>(of: &A, locator: u64) -> io::Result<Option<Self>> {
        let mut bytes = [0; 20];
        read_exact_at(of, &mut bytes, locator)?;
        if !bytes.starts_with(b"PK\x06\x07") {
            return Ok(None);
        }
        let mut record = [0; 56];
        read_exact_at(of, &mut record, u64_at(&bytes, 8))?;
        if !record.starts_with(b"PK\x06\x06") {
            return Err(no_end());
        }
        Ok(Some(Self { entries: u64_at(&record, 32), size: u64_at(&record, 40), offset: u64_at(&record, 48) }))
    }
}

/// 4.3.12: one entry of the list.
fn entry(fixed: &[u8; 46], name: &[u8], extra: &[u8]) -> Entry {
    let [mut packed, mut size, mut header] = [20, 24, 42].map(|at| u64::from(u32_at(fixed, at)));
    // 4.5.3: those that are all ones are found here instead, in this order.
    if let Some(mut wide) = zip64(extra) {
        for value in [&mut size, &mut packed, &mut header] {
            if *value == u64::from(u32::MAX)
                && let Some((first, rest)) = wide.split_first_chunk()
            {
                *value = u64::from_le_bytes(*first);
                wide = rest;
            }
        }
    }
    let is_link = fixed[5] == 3 && u32_at(fixed, 38) >> 16 & 0o17_0000 == 0o12_0000;
    let kind = match name.last() {
        Some(b'/') => Kind::Folder,
        _ if is_link => Kind::Link,
        _ => Kind::File,
    };
    let (flags, method, crc) = (u16_at(fixed, 8), u16_at(fixed, 10), u32_at(fixed, 16));
    Entry { name: name.to_vec(), kind, is_encrypted: flags & 1 == 1, method, crc, packed, size, header }
}

fn zip64(mut extra: &[u8]) -> Option<&[u8]> {
    loop {
        let (head, rest) = extra.split_first_chunk::<4>()?;
        let (field, rest) = rest.split_at_checked(u16_at(head, 2) as usize)?;
        if u16_at(head, 0) == 1 {
            return Some(field);
        }
        extra = rest;
    }
}

fn read_exact_at<A: At + ?Sized>(of: &A, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    let end = offset.saturating_add(buffer.len() as u64);
    Section { of, at: offset, end }.read_exact(buffer).map_err(cut_off)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |b| u16::from_le_bytes(*b))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |b| u32::from_le_bytes(*b))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |b| u64::from_le_bytes(*b))
}

fn no_end() -> io::Error {
    damage(
        "the zip archive's list of members, which stands at its end, is missing or damaged; the copy may have been cut \
         off: upload a new one",
    )
}

fn cut_off(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof { damage("the zip archive ends too early") } else { error }
}
