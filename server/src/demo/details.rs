//! What a record says of TLS, and where it says nothing.

use super::{
    host::Host,
    random::Random,
    record::Day,
    service::{Operation, UNREPORTED},
};

/// What `tlsDetails` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Details {
    Full {
        label: &'static str,
        exchange: &'static str,
    },
    /// A label that says nothing, or nothing that is known.
    Odd(&'static str),
    Absent,
    /// Absent, because the record is of a version that did not have it.
    OldRecord,
}

impl Details {
    pub(super) fn of(
        host: &Host,
        operation: &Operation,
        label: Option<&'static str>,
        day: Day,
        random: &mut Random,
    ) -> Self {
        let Some(label) = label else { return Self::Absent };
        match (host.workload.name, operation.service) {
            ("console", service) if service != "signin" && random.chance(0.8) => Self::Absent,
            (_, service) if UNREPORTED.contains(&service) => Self::Absent,
            // One service wrote old records for some months.
            (_, "batch") if day.number < day.of * 3 / 5 => Self::OldRecord,
            ("supplier-feed", _) if random.chance(0.04) => Self::Odd("-"),
            ("stream-processor", _) if random.chance(0.004) => Self::Odd("DTLSv1.2"),
            _ => Self::Full { label, exchange: exchange(label, day, random) },
        }
    }

    /// Also for S3's own field, which names it even where `tlsDetails` is absent.
    pub(super) fn cipher(self) -> &'static str {
        match self {
            Self::Full { label: "TLSv1" | "TLSv1.1", .. } => "ECDHE-RSA-AES128-SHA",
            Self::Full { label: "TLSv1.2", .. } => "ECDHE-RSA-AES128-GCM-SHA256",
            _ => "TLS_AES_128_GCM_SHA256",
        }
    }
}

/// The key exchange came later than the other details, and post-quantum ones with it.
fn exchange(label: &str, day: Day, random: &mut Random) -> &'static str {
    if day.number * 2 < day.of {
        return "";
    }
    match label {
        "TLSv1.3" if random.chance(0.3) => "X25519MLKEM768",
        "TLSv1.3" => "x25519",
        _ => "secp256r1",
    }
}
