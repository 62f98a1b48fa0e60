//! Bytes to members: what is packed how, found out from the content, opened within limits and never unpacked to disk by
//! its own names.

pub(crate) mod decode;
pub(crate) mod gzip;
pub(crate) mod inflate;
pub(crate) mod limit;
pub(crate) mod name;
pub(crate) mod tar;
pub(crate) mod zip;

/// How something is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
    Tar,
    Zip,
}

/// As many bytes as [`Packing::detect`] looks at.
pub(crate) const MAGIC_LEN: usize = tar::BLOCK;

impl Packing {
    /// From the first bytes.
    pub(crate) fn detect(start: &[u8]) -> Option<Self> {
        match start {
            [0x1F, 0x8B, 8, ..] => Some(Self::Gzip),
            // A frame, or a skippable one, as parallel compressors write them.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Self::Bzip2),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Some(Self::Bzip2),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ => tar::is_header(start).then_some(Self::Tar),
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Tar => "tar",
            Self::Zip => "zip",
        }
    }
}
