//! Times of records.

/// 2006-01-01, when the first AWS service opened, in seconds since 1970.
const FIRST: i64 = 1_136_073_600;
/// 2100-01-01.
const END: i64 = 4_102_444_800;

/// Seconds since 1970 of an RFC 3339 time (`2023-07-10T11:45:03Z`; also with a fraction, an offset or a blank for the `T`;
/// without any offset it is UTC). `None` where it is not one, or outside of the years 2006 to 2099.
pub(crate) fn parse(text: &[u8]) -> Option<u32> {
    let (date, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.split_at_checked(9)?;
    let ([b'T' | b't' | b' ', time @ ..], &[_, _, _, _, b'-', _, _, b'-', _, _]) = (time, date) else { return None };
    let &[_, _, b':', _, _, b':', _, _] = time else { return None };
    let (year, month, day) = (digits(date, 0, 4)?, digits(date, 5, 2)?, digits(date, 8, 2)?);
    let (hour, minute, second) = (digits(time, 0, 2)?, digits(time, 3, 2)?, digits(time, 6, 2)?);
    // Second 60 is a leap second; it counts as the next minute's first.
    if day < 1 || day > days_in_month(year, month)? || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset(rest)?;
    (FIRST..END).contains(&seconds).then(|| u32::try_from(seconds).ok()).flatten()
}

fn digits(text: &[u8], at: usize, n: usize) -> Option<i64> {
    let digits = text.get(at..at + n)?;
    digits.iter().try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
}

fn days_in_month(year: i64, month: i64) -> Option<i64> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

/// Of the proleptic Gregorian calendar. Years are counted from March on, so that the leap day is the last one.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// Seconds that local time is ahead of UTC: behind the seconds stand a fraction, then `Z`, `+hh:mm` or nothing.
fn offset(rest: &[u8]) -> Option<i64> {
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let n = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            (n > 0).then(|| fraction.get(n..)).flatten()?
        }
        _ => rest,
    };
    match rest {
        [] | [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let hours = digits(&[*h1, *h2], 0, 2).filter(|h| *h < 24)?;
            let minutes = digits(&[*m1, *m2], 0, 2).filter(|m| *m < 60)?;
            let seconds = hours * 3600 + minutes * 60;
            Some(if *sign == b'+' { seconds } else { -seconds })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;

    #[test]
    fn reads_what_cloudtrail_writes() {
        assert_eq!(parse(b"2023-06-28T09:00:00Z"), Some(1_687_942_800));
        assert_eq!(parse(b"2006-01-01T00:00:00Z"), Some(1_136_073_600));
        assert_eq!(parse(b"2024-02-29 23:59:59.123"), Some(1_709_251_199));
        assert_eq!(parse(b"2023-06-28T11:00:00+02:00"), Some(1_687_942_800));
    }

    #[test]
    fn refuses_what_is_no_time() {
        let bad = [
            "",
            "2023-06-28",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
        ];
        for text in bad.into_iter().chain([
            "2023-06-28T24:00:00Z",
            "2023-06-28T09:00:00.Z",
            "2023-06-28T09:00:00+2",
            "1687942800",
        ]) {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_chrono(seconds in 1_136_073_600_i64..4_102_444_800, offset in -1439_i32..1440) {
            let utc = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            let zone = chrono::FixedOffset::east_opt(offset * 60).unwrap();
            let text = utc.with_timezone(&zone).to_rfc3339();
            prop_assert_eq!(parse(text.as_bytes()), u32::try_from(seconds).ok());
        }

        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            parse(&text);
        }
    }
}
