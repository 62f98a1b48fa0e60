//! gzip: any number of members, one behind the other. Zeroes behind the last one are padding; anything else there is damage.

use super::{
    inflate::{Inflater, NotInflated},
    limit::damage,
};
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, Read};

const MAGIC: [u8; 2] = [0x1F, 0x8B];

/// All members at once. Returns the decoded length.
///
/// # Errors
/// Where [`Members`] must look closer: the data do not fit, are corrupt, or are followed by something else.
pub(crate) fn inflate(inflater: &mut Inflater, mut from: &[u8], to: &mut [u8]) -> Result<usize, NotInflated> {
    let mut len = 0;
    while from.starts_with(&MAGIC) {
        let done = inflater.gzip(from, to.get_mut(len..).unwrap_or_default())?;
        from = from.get(done.read..).unwrap_or_default();
        len += done.written;
    }
    if from.iter().all(|b| *b == 0) { Ok(len) } else { Err(NotInflated::Bad) }
}

/// What the last four bytes say about the decoded length (of the last member, modulo 2³²): a hint, nothing more.
pub(crate) fn length_hint(gzip: &[u8]) -> usize {
    gzip.last_chunk().map_or(0, |len| u32::from_le_bytes(*len) as usize)
}

/// All members as a stream.
pub(crate) struct Members<R> {
    /// `None` once it has ended.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { member: Some(GzDecoder::new(reader)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = self.member.as_mut() {
            match member.read(buffer) {
                Ok(0) if !buffer.is_empty() => self.member = next(self.member.take())?,
                result => return result,
            }
        }
        Ok(0)
    }
}

fn next<R: BufRead>(member: Option<GzDecoder<R>>) -> io::Result<Option<GzDecoder<R>>> {
    let Some(mut reader) = member.map(GzDecoder::into_inner) else { return Ok(None) };
    loop {
        let rest = reader.fill_buf()?;
        match rest.first() {
            None => return Ok(None),
            Some(&first) if first == MAGIC[0] => return Ok(Some(GzDecoder::new(reader))),
            Some(0) => {
                let zeroes = rest.iter().take_while(|b| **b == 0).count();
                reader.consume(zeroes);
            }
            Some(_) => return Err(damage("something that is no gzip follows the gzip data")),
        }
    }
}
