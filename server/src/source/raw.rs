//! A log file's bytes as it lay there, before any compression is taken off it, and their SHA-256.
//!
//! That is the file that somebody has: the object of a bucket, the file as sent, the member of an archive as it was before it was
//! archived (of `x.json.gz` in a tar or zip the bytes of the `.gz`). `sha256sum FILE` says the same.

use sha2::{Digest as _, Sha256};
use std::{
    cell::{Cell, RefCell},
    io::{self, Read},
    rc::Rc,
};

/// Where a log file's bytes are.
pub(super) enum Raw<'r> {
    /// Their hash is known already, or nobody wants to know.
    Hashed(Option<[u8; 32]>),
    AtHand(&'r [u8]),
    /// They pass a [`Tap`].
    Passing(Rc<Passing>),
}

#[derive(Default)]
pub(super) struct Passing {
    /// Of what has passed; `None`: nobody wants to know any more.
    hasher: RefCell<Option<Sha256>>,
    has_ended: Cell<bool>,
}

impl Raw<'_> {
    /// `None` where nobody wants to know, or not all of the bytes have come.
    pub(super) fn sha256(&self) -> Option<[u8; 32]> {
        match self {
            Self::Hashed(hash) => *hash,
            Self::AtHand(bytes) => Some(sha256(bytes)),
            Self::Passing(passing) => {
                let hasher = passing.hasher.borrow().clone().filter(|_| passing.has_ended.get());
                hasher.map(|hasher| hasher.finalize().into())
            }
        }
    }

    /// It is an archive: its members have hashes of their own.
    pub(super) fn forget(&self) {
        if let Self::Passing(passing) = self {
            passing.hasher.replace(None);
        }
    }
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Hashes what is read through it.
pub(super) struct Tap<R> {
    inner: R,
    passing: Rc<Passing>,
}

impl<R: Read> Tap<R> {
    pub(super) fn new(inner: R, is_wanted: bool) -> (Raw<'static>, Self) {
        let passing =
            Rc::new(Passing { hasher: RefCell::new(is_wanted.then(Sha256::new)), has_ended: Cell::default() });
        (Raw::Passing(passing.clone()), Self { inner, passing })
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if let Some(hasher) = self.passing.hasher.borrow_mut().as_mut() {
            hasher.update(buffer.get(..n).unwrap_or_default());
            self.passing.has_ended.set(n == 0 && !buffer.is_empty());
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_of_all_bytes_or_there_is_none() {
        let bytes = [7; 1000];
        let (raw, mut tap) = Tap::new(bytes.as_slice(), true);
        let mut buffer = [0; 600];
        assert_eq!((tap.read(&mut buffer).unwrap(), raw.sha256()), (600, None));
        assert_eq!((tap.read(&mut buffer).unwrap(), raw.sha256()), (400, None), "more may come");
        assert_eq!((tap.read(&mut []).unwrap(), raw.sha256()), (0, None), "nothing was asked for");
        assert_eq!((tap.read(&mut buffer).unwrap(), raw.sha256()), (0, Some(sha256(&bytes))));
        raw.forget();
        assert_eq!(raw.sha256(), None);
        let (raw, mut tap) = Tap::new(bytes.as_slice(), false);
        io::copy(&mut tap, &mut io::sink()).unwrap();
        assert_eq!(raw.sha256(), None, "nobody wants to know");
    }
}
