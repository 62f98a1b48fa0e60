//! Labels of TLS versions, as log writers spell them.

use crate::tally::Tls;
use app::model::tls::{TlsVersion, UnknownReason};

/// `TLSv1` is 1.0 (AWS's own literal), `TLSV1.2` occurs in S3 access logs, `tlsv12` in those of load balancers.
/// What is not known is never guessed.
pub(crate) fn parse(label: &[u8]) -> Tls {
    let label = label.trim_ascii();
    let version = match label {
        b"TLSv1.2" => TlsVersion::Tls12,
        b"TLSv1.3" => TlsVersion::Tls13,
        b"" | b"-" => return Tls::Unknown(UnknownReason::Placeholder),
        _ => match spelled_otherwise(label) {
            Some(version) => version,
            None => return Tls::Unknown(UnknownReason::Unrecognised),
        },
    };
    Tls::Known(version)
}

fn spelled_otherwise(label: &[u8]) -> Option<TlsVersion> {
    let (family, rest) = label.split_at_checked(3)?;
    let rest = rest.trim_ascii_start();
    let number = match rest {
        [b'v' | b'V', number @ ..] => number.trim_ascii_start(),
        _ => rest,
    };
    if family.eq_ignore_ascii_case(b"ssl") {
        return matches!(number, b"3" | b"3.0" | b"30").then_some(TlsVersion::Ssl3);
    }
    if !family.eq_ignore_ascii_case(b"tls") {
        return None;
    }
    match number {
        b"1" | b"1.0" | b"10" => Some(TlsVersion::Tls10),
        b"1.1" | b"11" => Some(TlsVersion::Tls11),
        b"1.2" | b"12" => Some(TlsVersion::Tls12),
        b"1.3" | b"13" => Some(TlsVersion::Tls13),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_spelling() {
        let cases: [(&[&str], TlsVersion); 5] = [
            (&["SSLv3", "sslv3", "SSL 3.0", "ssl3"], TlsVersion::Ssl3),
            (&["TLSv1", "TLSv1.0", "tlsv10", "TLS 1.0", "TLSV1", "tls v1"], TlsVersion::Tls10),
            (&["TLSv1.1", "tlsv11", "TLSV1.1"], TlsVersion::Tls11),
            (&["TLSv1.2", "tlsv12", "TLSV1.2", " TLSv1.2 "], TlsVersion::Tls12),
            (&["TLSv1.3", "tlsv13", "TLS1.3"], TlsVersion::Tls13),
        ];
        for (labels, version) in cases {
            for label in labels {
                assert_eq!(parse(label.as_bytes()), Tls::Known(version), "{label}");
            }
        }
    }

    #[test]
    fn guesses_nothing() {
        for label in ["SSLv2", "TLSv1.4", "TLSv2", "1.2", "DTLSv1.2", "TLS", "tlsv", "QUIC", "TLSv1.2.1", "é"] {
            assert_eq!(parse(label.as_bytes()), Tls::Unknown(UnknownReason::Unrecognised), "{label}");
        }
        for label in ["", "-", " "] {
            assert_eq!(parse(label.as_bytes()), Tls::Unknown(UnknownReason::Placeholder), "{label}");
        }
    }
}
