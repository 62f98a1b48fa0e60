//! libdeflate: all of a buffer at once, twice as fast as any streaming inflater.

use libdeflate_sys as sys;
use std::{alloc, ptr::NonNull};

/// Why data were not inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotInflated {
    /// They do not fit.
    Full,
    /// They are corrupt, or end too early.
    Bad,
}

/// How much was read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Inflated {
    pub(crate) read: usize,
    pub(crate) written: usize,
}

type Inflate = unsafe extern "C" fn(
    *mut sys::libdeflate_decompressor,
    *const std::ffi::c_void,
    usize,
    *mut std::ffi::c_void,
    usize,
    *mut usize,
    *mut usize,
) -> sys::libdeflate_result;

/// `libdeflater` does not say how much it read, which is needed to go on with a next gzip member.
#[derive(Debug)]
pub(crate) struct Inflater(NonNull<sys::libdeflate_decompressor>);

// SAFETY: libdeflate's decompressors hold plain memory; any thread may use one, one at a time (`libdeflate.h`).
unsafe impl Send for Inflater {}

impl Inflater {
    pub(crate) fn new() -> Self {
        // SAFETY: no preconditions; null is out of memory.
        match NonNull::new(unsafe { sys::libdeflate_alloc_decompressor() }) {
            Some(inner) => Self(inner),
            None => alloc::handle_alloc_error(alloc::Layout::new::<u64>()),
        }
    }

    /// One gzip member.
    pub(crate) fn gzip(&mut self, from: &[u8], to: &mut [u8]) -> Result<Inflated, NotInflated> {
        self.run(sys::libdeflate_gzip_decompress_ex, from, to)
    }

    /// Raw deflate, as in zip.
    pub(crate) fn deflate(&mut self, from: &[u8], to: &mut [u8]) -> Result<Inflated, NotInflated> {
        self.run(sys::libdeflate_deflate_decompress_ex, from, to)
    }

    fn run(&mut self, inflate: Inflate, from: &[u8], to: &mut [u8]) -> Result<Inflated, NotInflated> {
        let (mut read, mut written) = (0, 0);
        // SAFETY: the decompressor is live and borrowed mutably, both pointers go with their lengths.
        let result = unsafe {
            inflate(
                self.0.as_ptr(),
                from.as_ptr().cast(),
                from.len(),
                to.as_mut_ptr().cast(),
                to.len(),
                &raw mut read,
                &raw mut written,
            )
        };
        match result {
            sys::libdeflate_result_LIBDEFLATE_SUCCESS => Ok(Inflated { read, written }),
            sys::libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE => Err(NotInflated::Full),
            _ => Err(NotInflated::Bad),
        }
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        // SAFETY: allocated by `new`, freed once.
        unsafe { sys::libdeflate_free_decompressor(self.0.as_ptr()) }
    }
}
