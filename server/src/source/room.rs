//! Disks without room.

use std::io;

/// Why nothing more can be written, if that is what is wrong: it passes once somebody makes room.
#[must_use]
pub(crate) fn none_left(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::StorageFull => Some("the disk is full"),
        io::ErrorKind::QuotaExceeded => Some("this user's disk quota is used up"),
        io::ErrorKind::FileTooLarge => {
            Some("files may not become this large (`ulimit -f`, or the file system's limit)")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::libc;

    #[test]
    fn what_no_room_can_mend_is_told_from_it() {
        let none_left = |code| none_left(&io::Error::from_raw_os_error(code)).is_some();
        assert!([libc::ENOSPC, libc::EDQUOT, libc::EFBIG].into_iter().all(none_left));
        assert!(![libc::EIO, libc::EACCES, libc::EROFS].into_iter().any(none_left));
    }
}
