//! The view: everything that decides what the screen shows. Its text form is the query string.

use crate::model::{frame::Grain, text::text_enum, tls::TlsVersion};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The same string is the address, the resource key, the server-function argument and the body of a share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct View {
    pub range: Range,
    /// `None`: chosen by the width of the range.
    pub grain: Option<Grain>,
    /// A deadline's id; `None`: the default one.
    pub deadline: Option<i64>,
    /// Empty: all. Sorted and without repetition, like the other lists.
    pub account: Vec<String>,
    pub region: Vec<String>,
    pub service: Vec<String>,
    pub tls_version: Vec<TlsVersion>,
    pub chart: ChartMode,
    pub service_sort: Sort<ServiceColumn>,
    pub caller_sort: Sort<CallerColumn>,
    /// Callers whose principal, user agent, address, account or service contains this (any case).
    pub search: String,
    /// Page of the callers, from 1.
    pub page: Page,
}

/// Which time the view spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Range {
    /// The last days that have logs.
    Last(Preset),
    /// `from` inclusive, `to` exclusive; an open side means all there is. In the query a bare `to` date includes that
    /// whole day.
    Between { from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>> },
}

impl Default for Range {
    fn default() -> Self {
        Self::Last(Preset::Days90)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Preset {
    Days7,
    Days30,
    #[default]
    Days90,
    Year,
    All,
}

text_enum!(Preset, "a range", { Days7 = "7d", Days30 = "30d", Days90 = "90d", Year = "1y", All = "all" });

impl Preset {
    /// Length in days; `None` means all.
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Days7 => Some(7),
            Self::Days30 => Some(30),
            Self::Days90 => Some(90),
            Self::Year => Some(365),
            Self::All => None,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ChartMode {
    #[default]
    Stacked,
    Lines,
    /// Share of all calls.
    Share,
}

text_enum!(ChartMode, "a chart", { Stacked = "stacked", Lines = "lines", Share = "share" });

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ServiceColumn {
    Service,
    Calls,
    /// Deprecated calls.
    #[default]
    Deprecated,
    Callers,
    LastSeen,
    Verdict,
}

text_enum!(ServiceColumn, "a column", {
    Service = "service", Calls = "calls", Deprecated = "deprecated", Callers = "callers", LastSeen = "last_seen", Verdict = "verdict",
});

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CallerColumn {
    Account,
    Service,
    Principal,
    UserAgent,
    SourceAddress,
    #[default]
    Calls,
    FirstSeen,
    LastSeen,
}

text_enum!(CallerColumn, "a column", {
    Account = "account", Service = "service", Principal = "principal", UserAgent = "user_agent",
    SourceAddress = "source_address", Calls = "calls", FirstSeen = "first_seen", LastSeen = "last_seen",
});

/// A column and a direction; in the query `-calls` is "most first".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort<C> {
    pub column: C,
    pub descending: bool,
}

/// Both tables begin with what matters most.
impl<C: Default> Default for Sort<C> {
    fn default() -> Self {
        Self { column: C::default(), descending: true }
    }
}

impl<C: fmt::Display> fmt::Display for Sort<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.column)
    }
}

impl<C: FromStr<Err = String>> FromStr for Sort<C> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix('-') {
            Some(column) => Ok(Self { column: column.parse()?, descending: true }),
            None => Ok(Self { column: text.parse()?, descending: false }),
        }
    }
}

/// A page number, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Page(u32);

impl Page {
    /// Far more than there can be; keeps `page × size` inside every integer type.
    const MAX: u32 = 1_000_000;

    pub fn new(number: u32) -> Self {
        Self(number.clamp(1, Self::MAX))
    }

    pub const fn number(self) -> u32 {
        self.0
    }
}

impl Default for Page {
    fn default() -> Self {
        Self(1)
    }
}

/// Lists and texts longer than this are refused: a link is not a data file.
const MAX_LIST: usize = 200;
const MAX_TEXT: usize = 300;

/// A query string that makes no sense, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{key}” in the address: {why}")]
pub struct BadView {
    pub key: String,
    pub why: String,
}

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
        pair("page", (self.page != default.page).then(|| self.page.0.to_string()));
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

impl TryFrom<String> for View {
    type Error = BadView;

    fn try_from(query: String) -> Result<Self, BadView> {
        query.parse()
    }
}

impl From<View> for String {
    fn from(view: View) -> Self {
        view.to_string()
    }
}
