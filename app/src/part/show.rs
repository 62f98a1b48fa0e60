//! How numbers, dates and sizes are written. No clock, no locale: server and browser must agree to the letter.

use crate::model::words;
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `12,410`
pub fn count(n: i64) -> String {
    words::thousands(n)
}

/// `1 caller`, `23 callers`
pub fn plural(n: i64, noun: &str) -> String {
    words::count(n, noun)
}

/// `pseudonymised` → `Pseudonymised`
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `12,410` as it is, `1.03 M` beyond.
pub fn short(n: i64) -> String {
    match n {
        0..100_000 => count(n),
        100_000..1_000_000 => format!("{} k", n / 1000),
        1_000_000..1_000_000_000 => format!("{} M", significant(n as f64 / 1e6)),
        1_000_000_000.. => format!("{} G", significant(n as f64 / 1e9)),
        _ => count(n),
    }
}

fn significant(x: f64) -> String {
    if x < 10.0 {
        format!("{x:.2}")
    } else if x < 100.0 {
        format!("{x:.1}")
    } else {
        format!("{x:.0}")
    }
}

/// `1.2 %`. What is there is never shown as nothing, and what is not all is never shown as all.
pub fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 || part <= 0 { "0 %".into() } else { share(part as f64 / whole as f64) }
}

/// The same for a share from 0 to 1.
pub fn share(share: f64) -> String {
    let percent = share * 100.0;
    if percent <= 0.0 {
        "0 %".into()
    } else if percent < 0.1 {
        "<0.1 %".into()
    } else if percent < 9.95 {
        format!("{percent:.1} %")
    } else if share < 1.0 {
        format!("{:.0} %", percent.min(99.0))
    } else {
        "100 %".into()
    }
}

/// `28 Jun 2023`
pub fn day(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), MONTHS[day.month0() as usize], day.year())
}

/// `28 Jun 2023, 09:05 UTC`
pub fn moment(time: DateTime<Utc>) -> String {
    format!("{}, {:02}:{:02} UTC", day(time.date_naive()), time.hour(), time.minute())
}

/// `yesterday`, `12 days ago`, `in 3 weeks`: seen from a date that the server gives.
pub fn relative(date: NaiveDate, today: NaiveDate) -> String {
    let days = (date - today).num_days();
    match days {
        0 => "today".into(),
        -1 => "yesterday".into(),
        1 => "tomorrow".into(),
        ..0 => format!("{} ago", span(-days)),
        _ => format!("in {}", span(days)),
    }
}

fn span(days: i64) -> String {
    match days {
        0..60 => plural(days, "day"),
        60..730 => plural(days * 12 / 365, "month"),
        _ => plural(days / 365, "year"),
    }
}

/// `4.2 MB` (powers of ten)
pub fn bytes(n: i64) -> String {
    match n {
        ..1000 => plural(n, "byte"),
        1000..1_000_000 => format!("{} kB", significant(n as f64 / 1e3)),
        1_000_000..1_000_000_000 => format!("{} MB", significant(n as f64 / 1e6)),
        _ => format!("{} GB", significant(n as f64 / 1e9)),
    }
}

/// `in under a minute`, `5 min ago`, `3 h ago`, `12 days ago`: with a time that the server gives.
pub fn ago(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (now - time).num_minutes();
    let long = match minutes.abs() {
        0 => "under a minute".to_owned(),
        n @ 1..120 => format!("{n} min"),
        n @ 120..2880 => format!("{} h", n / 60),
        n => span(n / 1440),
    };
    if time > now { format!("in {long}") } else { format!("{long} ago") }
}

/// `about 40 s`, `about 3 min`, `about 2 h`
pub fn about(seconds: f64) -> String {
    if seconds < 5.0 {
        "a few seconds".into()
    } else if seconds < 90.0 {
        format!("about {:.0} s", (seconds / 5.0).ceil() * 5.0)
    } else if seconds < 5400.0 {
        format!("about {:.0} min", (seconds / 60.0).ceil())
    } else {
        format!("about {:.0} h", (seconds / 3600.0).ceil())
    }
}

/// `2 min 5 s`
pub fn took(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let seconds = (to - from).num_seconds().max(0);
    match seconds {
        0 => "under 1 s".into(),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (n, long, brief) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (12_410, "12,410", "12,410"),
            (-1_000, "-1,000", "-1,000"),
            (640_000, "640,000", "640 k"),
            (1_034_567, "1,034,567", "1.03 M"),
            (2_500_000_000, "2,500,000,000", "2.50 G"),
        ] {
            assert_eq!((count(n).as_str(), short(n).as_str()), (long, brief));
        }
    }

    #[test]
    fn percentages_neither_hide_the_last_call_nor_claim_all() {
        for (part, whole, text) in [
            (0, 10, "0 %"),
            (0, 0, "0 %"),
            (1, 1_000_000, "<0.1 %"),
            (12, 1000, "1.2 %"),
            (999_999, 1_000_000, "99 %"),
            (7, 7, "100 %"),
        ] {
            assert_eq!(percent(part, whole), text);
        }
    }

    #[test]
    fn moments_are_seen_from_a_given_one() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for (seconds, text) in [
            (-20, "under a minute ago"),
            (20, "in under a minute"),
            (-61, "1 min ago"),
            (300, "in 5 min"),
            (-3 * 3600, "3 h ago"),
            (-50 * 3600, "2 days ago"),
        ] {
            assert_eq!(ago(now + chrono::Duration::seconds(seconds), now), text);
        }
    }

    #[test]
    fn dates_are_seen_from_a_given_day() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        for (offset, text) in
            [(0, "today"), (-1, "yesterday"), (-12, "12 days ago"), (25, "in 25 days"), (-1200, "3 years ago")]
        {
            assert_eq!(relative(today + chrono::Duration::days(offset), today), text);
        }
        assert_eq!(day(today), "24 Nov 2026");
    }
}
