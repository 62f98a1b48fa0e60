//! Numbers, dates and versions as English says them.

use super::tls::TlsVersion;
use chrono::{Datelike, NaiveDate};

/// "1 caller", "2 callers", "12,345 calls".
pub(crate) fn count(number: i64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// 12345 → "12,345".
pub(crate) fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "9 July", with the year where it is not the one that the reader thinks of.
pub(crate) fn date(day: NaiveDate, now: NaiveDate) -> String {
    let month = day.format("%-d %B");
    if day.year() == now.year() { month.to_string() } else { format!("{month} {}", day.year()) }
}

/// 0.964 → "96 %". Never rounds to 0 or 100 what is neither.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent.round() {
        0.0 if share > 0.0 => "under 1 %".into(),
        100.0 if share < 1.0 => "over 99 %".into(),
        rounded => format!("{rounded} %"),
    }
}

/// "TLS 1.0/1.1", "SSL 3 and TLS 1.0", "TLS below 1.2" where none of them was seen.
pub(crate) fn versions(seen: &[TlsVersion], minimum: TlsVersion) -> String {
    let tls: Vec<&str> =
        seen.iter().filter(|v| v.is_below(minimum) && **v != TlsVersion::Ssl3).map(|v| v.as_str()).collect();
    let ssl = seen.contains(&TlsVersion::Ssl3) && TlsVersion::Ssl3.is_below(minimum);
    match (ssl, tls.is_empty()) {
        (false, true) => format!("TLS below {minimum}"),
        (false, false) => format!("TLS {}", tls.join("/")),
        (true, true) => "SSL 3".into(),
        (true, false) => format!("SSL 3 and TLS {}", tls.join("/")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(
            [0, 999, 1000, 12_345, 1_234_567, -1000].map(thousands).join(" "),
            "0 999 1,000 12,345 1,234,567 -1,000"
        );
        assert_eq!(count(1, "caller"), "1 caller");
        assert_eq!(count(0, "caller"), "0 callers");
    }

    #[test]
    fn percentages_never_round_away_what_matters() {
        assert_eq!([0.0, 0.0001, 0.5, 0.9999, 1.0].map(percent).join(", "), "0 %, under 1 %, 50 %, over 99 %, 100 %");
    }

    #[test]
    fn dates_have_a_year_where_it_is_another() {
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(date(day("2026-07-09"), day("2026-01-01")), "9 July");
        assert_eq!(date(day("2027-07-09"), day("2026-01-01")), "9 July 2027");
    }

    #[test]
    fn version_lists() {
        use TlsVersion::*;
        let words = |seen: &[TlsVersion]| versions(seen, Tls12);
        assert_eq!(words(&[Tls10, Tls11, Tls12]), "TLS 1.0/1.1");
        assert_eq!(words(&[Ssl3, Tls10]), "SSL 3 and TLS 1.0");
        assert_eq!(words(&[Ssl3]), "SSL 3");
        assert_eq!(words(&[Tls13, None, Unknown]), "TLS below 1.2");
        assert_eq!(versions(&[Tls12], Tls13), "TLS 1.2");
    }
}
