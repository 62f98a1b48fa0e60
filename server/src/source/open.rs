//! Opens what a file or member turns out to be, from its content.

use super::{
    input::Counted,
    member::{Job, Layers, Member, Packed, WHOLE},
    raw::{Raw, Tap},
    room,
    worker::{Worker, reading_failed},
};
use crate::{
    archive::{
        MAGIC_LEN, Packing,
        decode::{self, Checked},
        gzip,
        inflate::{Inflated, NotInflated},
        limit::{self, DEPTH, LAYERS, SPOOL, damage},
        name::{self, Siblings},
        tar::{self, Tar},
        zip::{self, At, Zip},
    },
    format::{STEP, Window},
};
use app::model::report::FileState;
use std::{
    env,
    io::{self, BufRead, BufReader, Cursor, Read, Seek as _},
};

const TOO_DEEP: &str = "nested too deep: archives within archives are opened to a depth of 3";

impl Worker<'_> {
    /// All bytes are at hand: the first `len` of `bytes`, out of so many `layers` of compression.
    pub(super) fn whole(&mut self, member: &Member, bytes: &mut Vec<u8>, len: usize, layers: Layers<'_>) {
        let content = bytes.get(..len).unwrap_or_default();
        match Packing::detect(content) {
            None => self.log(member, bytes, len, layers),
            Some(Packing::Gzip) => self.gzip(member, content, layers),
            Some(Packing::Zstd | Packing::Bzip2) => {
                self.stream(member, &self.raw(layers.outermost.unwrap_or(content)), Box::new(content));
            }
            Some(Packing::Tar) => self.tar(member, content),
            Some(Packing::Zip) => self.zip(member, content),
        }
    }

    fn gzip(&mut self, member: &Member, bytes: &[u8], layers: Layers<'_>) {
        if layers.number == LAYERS {
            return self.trouble(member, FileState::Failed, TOO_DEEP);
        }
        let layers = layers.and(bytes);
        let raw = self.raw(layers.outermost.unwrap_or(bytes));
        if gzip::length_hint(bytes) > WHOLE {
            return self.stream(member, &raw, Box::new(bytes));
        }
        let mut decoded = self.take_buffer();
        match gzip::inflate(&mut self.inflater, bytes, decoded.get_mut(..WHOLE).unwrap_or_default()) {
            Ok(len) => self.inflated(member, &mut decoded, len, layers),
            Err(NotInflated::Full | NotInflated::Bad) => self.stream(member, &raw, Box::new(bytes)),
        }
        self.buffers.push(decoded);
    }

    /// The first `len` bytes of `decoded` came out of a gzip or zip member.
    fn inflated(&mut self, member: &Member, decoded: &mut Vec<u8>, len: usize, layers: Layers<'_>) {
        match member.budget.spend(len as u64) {
            Ok(()) => self.whole(member, decoded, len, layers),
            Err(error) => self.trouble(member, FileState::Failed, &error.to_string()),
        }
    }

    /// Bytes come one after the other; `raw` are those that they come of.
    pub(super) fn stream<'r>(&mut self, member: &'r Member, raw: &Raw<'_>, mut reader: Box<dyn BufRead + 'r>)
    where
        Self: 'r,
    {
        for layer in 0.. {
            let mut start = Vec::with_capacity(MAGIC_LEN);
            let failure = reader.by_ref().take(MAGIC_LEN as u64).read_to_end(&mut start).err();
            let packing = Packing::detect(&start);
            let rest: Box<dyn BufRead + 'r> = Box::new(Cursor::new(start).chain(Broken(failure)).chain(reader));
            match packing {
                None => return self.streamed_log(member, raw, rest),
                Some(Packing::Tar) => {
                    raw.forget();
                    return self.tar(member, rest);
                }
                Some(Packing::Zip) => {
                    raw.forget();
                    return self.spool(member, rest);
                }
                Some(_) if layer == LAYERS => return self.trouble(member, FileState::Failed, TOO_DEEP),
                Some(packing) => match decode::decoder(packing, rest, self.guard(member)) {
                    Ok(decoder) => reader = decoder,
                    Err(error) => return self.trouble(member, FileState::Failed, &reading_failed(&error)),
                },
            }
        }
    }

    fn streamed_log(&mut self, member: &Member, raw: &Raw<'_>, mut reader: Box<dyn BufRead + '_>) {
        let Some(after) = self.resume_after(member) else { return };
        let mut window = std::mem::take(&mut self.window);
        self.count(member, after, &mut Window::stream(&mut window, &mut reader, STEP), raw);
        self.window = window;
    }

    /// A file of any size that can be read at any offset.
    pub(super) fn seekable(&mut self, member: &Member, input: &Counted<'_>) -> io::Result<()> {
        let mut magic = [0; 4];
        let n = input.read_at(&mut magic, 0)?;
        if Packing::detect(magic.get(..n).unwrap_or_default()) == Some(Packing::Zip) {
            self.zip(member, input);
        } else {
            self.tapped(member, input);
        }
        Ok(())
    }

    /// A stream of a file's bytes as they lie there.
    pub(super) fn tapped(&mut self, member: &Member, reader: impl Read) {
        let (raw, tap) = Tap::new(reader, self.hashes);
        self.stream(member, &raw, Box::new(BufReader::with_capacity(1 << 18, tap)));
    }

    /// A zip archive within a stream: its list of members stands at its end, so it must be put somewhere.
    fn spool(&mut self, member: &Member, reader: impl Read) {
        let spooled = tempfile::tempfile().and_then(|mut file| {
            let bytes = io::copy(&mut reader.take(SPOOL + 1), &mut file)?;
            if bytes > SPOOL {
                return Err(damage("a nested zip archive of more than 16 GB: unpack the outer archive first"));
            }
            file.rewind()?;
            Ok(file)
        });
        match spooled {
            Ok(file) => self.zip(member, &file),
            Err(error) => self.trouble(member, FileState::Failed, &spooling_failed(&error)),
        }
    }

    fn tar(&mut self, member: &Member, reader: impl Read) {
        if member.depth == DEPTH {
            return self.trouble(member, FileState::Failed, TOO_DEEP);
        }
        let mut names = Siblings::new(&member.name);
        let mut tar = Tar::new(reader);
        let mut members = 0;
        let result = loop {
            self.at(member);
            let entry = match limit::check(self.stop).and_then(|()| tar.next()) {
                Ok(Some(entry)) => entry,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if entry.kind == tar::Kind::Folder {
                continue;
            }
            members += 1;
            if let Err(error) =
                member.budget.add_member().and_then(|()| self.tar_entry(member, &mut names, &entry, &mut tar))
            {
                break Err(error);
            }
        };
        self.end_archive(member, result, members);
    }

    /// # Errors
    /// Where the archive cannot be read any further.
    fn tar_entry<R: Read>(
        &mut self,
        archive: &Member,
        names: &mut Siblings,
        entry: &tar::Entry,
        tar: &mut Tar<R>,
    ) -> io::Result<()> {
        let member = archive.within(names.name(&entry.name));
        if !self.may_begin(&member) {
            return Ok(());
        }
        let reason = match entry.kind {
            tar::Kind::File => name::skipped(&member.name),
            tar::Kind::Link => Some("a link; links in archives are not followed"),
            tar::Kind::Sparse => Some("a sparse file; pack it again without tar's --sparse"),
            tar::Kind::Folder | tar::Kind::Special => Some("no ordinary file"),
        };
        if let Some(reason) = reason {
            self.trouble(&member, FileState::Skipped, reason);
            return Ok(());
        }
        match usize::try_from(entry.size).ok().filter(|size| *size <= WHOLE) {
            Some(size) => {
                let mut bytes = Vec::with_capacity(size);
                let result = tar.body().read_to_end(&mut bytes);
                if let Err(error) = result {
                    // What came of it may still hold good records.
                    self.at(&member);
                    let rest = Cursor::new(bytes).chain(Broken(Some(error)));
                    self.stream(&member, &Raw::Hashed(None), Box::new(rest));
                    return Ok(());
                }
                self.hand_over(member, Job { bytes, packed: Packed::Plain });
            }
            None => {
                self.at(&member);
                self.tapped(&member, tar.body());
            }
        }
        Ok(())
    }

    fn zip<A: At + ?Sized>(&mut self, member: &Member, of: &A) {
        if member.depth == DEPTH {
            return self.trouble(member, FileState::Failed, TOO_DEEP);
        }
        let mut zip = match Zip::new(of) {
            Ok(zip) => zip,
            Err(error) => return self.trouble(member, FileState::Failed, &reading_failed(&error)),
        };
        let mut names = Siblings::new(&member.name);
        let mut members = 0;
        let result = loop {
            self.at(member);
            let entry = match limit::check(self.stop).and_then(|()| zip.next()) {
                Ok(Some(entry)) => entry,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if entry.kind == zip::Kind::Folder {
                continue;
            }
            members += 1;
            if let Err(error) = member.budget.add_member() {
                break Err(error);
            }
            let child = member.within(names.name(&entry.name));
            if !self.may_begin(&child) {
                continue;
            }
            if let Err(error) = self.zip_entry(&child, &entry, &zip) {
                self.trouble(&child, FileState::Failed, &reading_failed(&error));
            }
        };
        self.end_archive(member, result, members);
    }

    /// # Errors
    /// Where the member cannot be read.
    fn zip_entry<A: At + ?Sized>(&mut self, member: &Member, entry: &zip::Entry, zip: &Zip<'_, A>) -> io::Result<()> {
        if entry.kind == zip::Kind::Link {
            self.trouble(member, FileState::Skipped, "a link; links in archives are not followed");
            return Ok(());
        }
        if let Some(reason) = name::skipped(&member.name) {
            self.trouble(member, FileState::Skipped, reason);
            return Ok(());
        }
        if entry.is_encrypted {
            return Err(damage("encrypted: pack it again without a password"));
        }
        let crc = entry.crc;
        let packed = match entry.method {
            0 => Packed::Stored { crc },
            8 => Packed::Deflated { crc, size: entry.size },
            // zstd and bzip2: their content is recognised as what it is.
            93 | 12 => return self.stream_checked(member, zip.packed(entry)?, crc, entry.method),
            method => {
                return Err(damage(format!("packed by method {method}, which is not supported: use deflate")));
            }
        };
        match usize::try_from(entry.packed).ok().filter(|size| *size <= WHOLE) {
            Some(size) => {
                let mut bytes = Vec::with_capacity(size);
                zip.packed(entry)?.read_to_end(&mut bytes)?;
                self.hand_over(member.clone(), Job { bytes, packed });
                Ok(())
            }
            None => self.stream_checked(member, zip.packed(entry)?, crc, entry.method),
        }
    }

    /// Streams a zip member, and compares its checksum.
    fn stream_checked(&mut self, member: &Member, packed: impl Read, crc: u32, method: u16) -> io::Result<()> {
        self.at(member);
        let guard = self.guard(member);
        let packed: Box<dyn BufRead + '_> = Box::new(BufReader::with_capacity(1 << 18, packed));
        let content = match method {
            8 => decode::deflate(packed, guard),
            93 => decode::decoder(Packing::Zstd, packed, guard)?,
            12 => decode::decoder(Packing::Bzip2, packed, guard)?,
            _ => packed,
        };
        self.tapped(member, Checked::new(content, crc));
        Ok(())
    }

    /// To another thread, or done here when those have enough to do.
    fn hand_over(&mut self, member: Member, job: Job) {
        if let Some((member, job)) = self.queue.offer(member, job) {
            self.member(&member, job);
        }
    }

    pub(super) fn unpack(&mut self, member: &Member, mut job: Job) {
        let len = job.bytes.len();
        match job.packed {
            Packed::Plain => self.whole(member, &mut job.bytes, len, Layers::NONE),
            Packed::Stored { crc } if libdeflater::crc32(&job.bytes) == crc => {
                self.whole(member, &mut job.bytes, len, Layers::NONE);
            }
            Packed::Stored { crc } => self.unpack_slowly(member, &job.bytes, crc, 0),
            Packed::Deflated { crc, size } if size <= WHOLE as u64 => {
                let mut decoded = self.take_buffer();
                match self.inflater.deflate(&job.bytes, decoded.get_mut(..WHOLE).unwrap_or_default()) {
                    Ok(Inflated { written, .. }) if is_intact(&decoded, written, size, crc) => {
                        self.inflated(member, &mut decoded, written, Layers::NONE);
                    }
                    _ => self.unpack_slowly(member, &job.bytes, crc, 8),
                }
                self.buffers.push(decoded);
            }
            Packed::Deflated { crc, .. } => self.unpack_slowly(member, &job.bytes, crc, 8),
        }
    }

    fn unpack_slowly(&mut self, member: &Member, packed: &[u8], crc: u32, method: u16) {
        if let Err(error) = self.stream_checked(member, packed, crc, method) {
            self.trouble(member, FileState::Failed, &reading_failed(&error));
        }
    }

    /// Reports an archive that is damaged or empty; of a good one its members are the report.
    fn end_archive(&self, member: &Member, result: io::Result<()>, members: u64) {
        match result {
            Err(error) if members == 0 => self.trouble(member, FileState::Failed, &reading_failed(&error)),
            Err(error) => {
                let reason = format!("{}; the {members} members before that were read", reading_failed(&error));
                self.trouble(member, FileState::Damaged, &reason);
            }
            Ok(()) if members == 0 => self.trouble(member, FileState::Skipped, "an archive without files"),
            Ok(()) => {}
        }
    }
}

fn is_intact(decoded: &[u8], written: usize, size: u64, crc: u32) -> bool {
    written as u64 == size && libdeflater::crc32(decoded.get(..written).unwrap_or_default()) == crc
}

/// A nested archive could not be put anywhere.
fn spooling_failed(error: &io::Error) -> String {
    match room::none_left(error) {
        Some(why) => format!(
            "it is a nested archive for which there is no room in {}: {why}; make room there, or set TMPDIR to another folder, \
             then read it again",
            env::temp_dir().display()
        ),
        None => reading_failed(error),
    }
}

/// Fails once, if there is a failure, where the bytes before it have ended.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl BufRead for Broken {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.take().map_or(Ok(&[]), Err)
    }

    fn consume(&mut self, _: usize) {}
}
