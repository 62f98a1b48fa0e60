//! The text form of a view.

use super::{BadView, Page, Preset, Range, View};
use chrono::{DateTime, NaiveDate, Utc};
use std::{fmt, str::FromStr};

/// Lists and texts longer than this are refused: a link is not a data file.
const MAX_LIST: usize = 200;
const MAX_TEXT: usize = 300;

impl fmt::Display for View {
    /// Sorted keys, defaults left out, no leading `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = Self::default();
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let mut list = |key, items: Vec<String>| {
            if !items.is_empty() {
                pairs.push((key, items.join(",")));
            }
        };
        list("account", self.account.iter().map(|x| encode(x)).collect());
        list("region", self.region.iter().map(|x| encode(x)).collect());
        list("service", self.service.iter().map(|x| encode(x)).collect());
        list("tls_version", self.tls_version.iter().map(ToString::to_string).collect());
        match self.range {
            Range::Last(preset) if preset == Preset::default() => {}
            Range::Last(preset) => pairs.push(("range", preset.to_string())),
            Range::Between { from, to } => {
                if let Some(from) = from {
                    pairs.push(("from", from_text(from)));
                }
                if let Some(to) = to {
                    pairs.push(("to", to_text(to)));
                }
                if from.is_none() && to.is_none() {
                    pairs.push(("range", Preset::All.to_string()));
                }
            }
        }
        let mut pair = |key, value: Option<String>| pairs.extend(value.map(|v| (key, v)));
        pair("grain", self.grain.map(|g| g.to_string()));
        pair("deadline", self.deadline.map(|d| d.to_string()));
        pair("chart", (self.chart != default.chart).then(|| self.chart.to_string()));
        pair("sort", (self.service_sort != default.service_sort).then(|| self.service_sort.to_string()));
        pair("callers", (self.caller_sort != default.caller_sort).then(|| self.caller_sort.to_string()));
        pair("q", (!self.search.is_empty()).then(|| encode(&self.search)));
        pair("page", (self.page != default.page).then(|| self.page.number().to_string()));
        pairs.sort();
        for (i, (key, value)) in pairs.iter().enumerate() {
            write!(f, "{}{key}={value}", if i == 0 { "" } else { "&" })?;
        }
        Ok(())
    }
}

impl FromStr for View {
    type Err = BadView;

    /// Unknown keys and empty values are ignored (forms send empty fields, mail programs add parameters).
    fn from_str(query: &str) -> Result<Self, BadView> {
        let mut view = Self::default();
        let (mut from, mut to) = (None, None);
        for pair in query.trim_start_matches('?').split('&') {
            let (key, raw) = pair.split_once('=').unwrap_or((pair, ""));
            if raw.is_empty() {
                continue;
            }
            let bad = |why: String| BadView { key: key.to_owned(), why };
            let text = || decode(raw).map_err(bad);
            match key {
                // A form repeats the key, a link has a comma list; both may occur.
                "account" => add(&mut view.account, raw).map_err(bad)?,
                "region" => add(&mut view.region, raw).map_err(bad)?,
                "service" => add(&mut view.service, raw).map_err(bad)?,
                "tls_version" => {
                    for item in text()?.split(',').filter(|x| !x.is_empty()) {
                        view.tls_version.push(item.parse().map_err(bad)?);
                    }
                    view.tls_version.sort_unstable();
                    view.tls_version.dedup();
                }
                "range" => view.range = Range::Last(text()?.parse().map_err(bad)?),
                "from" => from = Some(parse_time(&text()?, false).map_err(bad)?),
                "to" => to = Some(parse_time(&text()?, true).map_err(bad)?),
                "grain" => view.grain = Some(text()?.parse().map_err(bad)?),
                "deadline" => {
                    view.deadline = Some(text()?.parse().map_err(|_| bad("a deadline is given by its number".into()))?)
                }
                "chart" => view.chart = text()?.parse().map_err(bad)?,
                "sort" => view.service_sort = text()?.parse().map_err(bad)?,
                "callers" => view.caller_sort = text()?.parse().map_err(bad)?,
                "q" => {
                    let search = text()?;
                    if search.len() > MAX_TEXT {
                        return Err(bad(format!("at most {MAX_TEXT} bytes, please")));
                    }
                    view.search = search;
                }
                "page" => {
                    view.page = Page::new(text()?.parse().map_err(|_| bad("a page is a number from 1".into()))?);
                }
                _ => {}
            }
        }
        if from.is_some() || to.is_some() {
            view.range = Range::Between { from, to };
        }
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(BadView { key: "to".into(), why: "the range ends before it begins".into() });
        }
        Ok(view)
    }
}

fn add(list: &mut Vec<String>, raw: &str) -> Result<(), String> {
    for item in raw.split(',').filter(|x| !x.is_empty()) {
        list.push(decode(item)?);
    }
    list.sort_unstable();
    list.dedup();
    if list.len() > MAX_LIST || list.iter().any(|x| x.len() > MAX_TEXT) {
        return Err(format!("at most {MAX_LIST} entries of {MAX_TEXT} bytes, please"));
    }
    Ok(())
}

/// A date, or an RFC 3339 time; `end` turns a bare date into the end of that day.
fn parse_time(text: &str, end: bool) -> Result<DateTime<Utc>, String> {
    let wrong =
        || format!("“{text}” is neither a date (2023-06-28) nor a time (2023-06-28T09:00:00Z) between 2000 and 2200");
    let time = match text.parse::<NaiveDate>() {
        Ok(day) => {
            let day = if end { day.succ_opt().ok_or_else(wrong)? } else { day };
            day.and_time(chrono::NaiveTime::MIN).and_utc()
        }
        Err(_) => DateTime::parse_from_rfc3339(text).map_err(|_| wrong())?.to_utc(),
    };
    // Seconds are enough, and what is not shown must not decide.
    let time = DateTime::from_timestamp(time.timestamp(), 0).ok_or_else(wrong)?;
    let year = chrono::Datelike::year(&time);
    if (2000..=2200).contains(&year) { Ok(time) } else { Err(wrong()) }
}

fn is_midnight(time: DateTime<Utc>) -> bool {
    time.timestamp().rem_euclid(86_400) == 0
}

fn from_text(time: DateTime<Utc>) -> String {
    if is_midnight(time) { time.date_naive().to_string() } else { rfc3339(time) }
}

fn to_text(time: DateTime<Utc>) -> String {
    match time.date_naive().pred_opt() {
        Some(last_day) if is_midnight(time) => last_day.to_string(),
        _ => rfc3339(time),
    }
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Percent-encodes what is not plain in a query value; the comma too, it separates list items.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b'/' | b'@' => {
                out.push(byte as char)
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn decode(raw: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |b: Option<u8>| b.and_then(|b| (b as char).to_digit(16));
                match (digit(rest.next()), digit(rest.next())) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => return Err("broken percent-encoding".into()),
                }
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| "not UTF-8".into())
}
