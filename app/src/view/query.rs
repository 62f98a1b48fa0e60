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
pub(crate) fn encode(text: &str) -> String {
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

/// A field of an address's query or of a form as browsers post it; empty where there is none. The first that is readable.
pub fn field(query: &str, name: &str) -> String {
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| decode(value).ok()).unwrap_or_default()
}

pub(crate) fn decode(raw: &str) -> Result<String, String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{frame::Grain, tls::TlsVersion},
        view::{CallerColumn, ChartMode, ServiceColumn, Sort},
    };
    use proptest::{collection::vec, option, prelude::*, sample::select};

    fn range() -> impl Strategy<Value = Range> {
        // Any second between 2000 and 2200, midnights more often.
        let second = 946_684_800_i64..7_258_118_400;
        let time = prop_oneof![second.clone(), second.prop_map(|s| s - s % 86_400)]
            .prop_map(|s| DateTime::from_timestamp(s, 0).unwrap());
        prop_oneof![
            select(Preset::ALL.to_vec()).prop_map(Range::Last),
            (option::of(time.clone()), option::of(time)).prop_map(|(a, b)| match (a, b) {
                (Some(a), Some(b)) if a == b => Range::Between { from: Some(a), to: None },
                (Some(a), Some(b)) => Range::Between { from: Some(a.min(b)), to: Some(a.max(b)) },
                // "All" has one form.
                (None, None) => Range::Last(Preset::All),
                (from, to) => Range::Between { from, to },
            }),
        ]
    }

    fn names() -> impl Strategy<Value = Vec<String>> {
        vec(any::<String>().prop_filter("of some length", |s| !s.is_empty() && s.len() <= 300), 0..4).prop_map(sorted)
    }

    fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
        list.sort_unstable();
        list.dedup();
        list
    }

    fn sort<C: Clone + std::fmt::Debug + 'static>(columns: &[C]) -> impl Strategy<Value = Sort<C>> + use<C> {
        (select(columns.to_vec()), any::<bool>()).prop_map(|(column, descending)| Sort { column, descending })
    }

    prop_compose! {
        fn view()(
            range in range(),
            grain in option::of(select(Grain::ALL.to_vec())),
            deadline in option::of(any::<i64>()),
            (account, region, service) in (names(), names(), names()),
            tls_version in vec(select(TlsVersion::ALL.to_vec()), 0..4).prop_map(sorted),
            chart in select(ChartMode::ALL.to_vec()),
            service_sort in sort(&ServiceColumn::ALL),
            caller_sort in sort(&CallerColumn::ALL),
            search in any::<String>().prop_filter("of some length", |s| s.len() <= 300),
            page in any::<u32>(),
        ) -> View {
            let page = Page::new(page);
            View { range, grain, deadline, account, region, service, tls_version, chart, service_sort, caller_sort, search, page }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(view in view()) {
            let query = view.to_string();
            prop_assert!(query.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>#\\".contains(&b)), "{}", query);
            prop_assert_eq!(query.parse::<View>(), Ok(view.clone()));
            prop_assert_eq!(serde_json::from_str::<View>(&serde_json::to_string(&view).unwrap()).unwrap(), view);
        }

        #[test]
        fn nothing_that_is_sent_panics_and_what_is_understood_is_stable(query in "[a-z_]{0,4}(\\PC|[&=,%+]){0,60}") {
            if let Ok(view) = query.parse::<View>() {
                prop_assert_eq!(view.to_string().parse(), Ok(view));
            }
        }

        #[test]
        fn any_value_of_any_key_is_understood_or_refused_in_a_sentence(
            key in select(vec!["account", "service", "tls_version", "range", "from", "to", "grain", "deadline", "chart", "sort", "callers", "q", "page"]),
            value in any::<String>(),
        ) {
            match format!("{key}={value}").parse::<View>() {
                Ok(view) => prop_assert_eq!(view.to_string().parse(), Ok(view)),
                Err(bad) => prop_assert!(!bad.why.is_empty()),
            }
        }
    }

    #[track_caller]
    fn refused(query: &str, sentence: &str) {
        assert_eq!(query.parse::<View>().unwrap_err().to_string(), sentence);
    }

    #[test]
    fn defaults_are_left_out() {
        assert_eq!(View::default().to_string(), "");
        assert_eq!(
            "?range=90d&page=1&sort=-deprecated&callers=-calls&chart=stacked&q=&account=".parse(),
            Ok(View::default())
        );
    }

    #[test]
    fn unknown_keys_and_empty_values_are_ignored() {
        assert_eq!(
            "utm_source=mail&service=&&=&x&service=s3&service=ec2,s3".parse::<View>().unwrap().to_string(),
            "service=ec2,s3"
        );
    }

    #[test]
    fn days_include_their_end() {
        let view: View = "from=2023-06-01&to=2023-06-28".parse().unwrap();
        let Range::Between { from: Some(from), to: Some(to) } = view.range else { panic!("{view:?}") };
        assert_eq!(
            (from.to_rfc3339(), to.to_rfc3339()),
            ("2023-06-01T00:00:00+00:00".into(), "2023-06-29T00:00:00+00:00".into())
        );
        assert_eq!(view.to_string(), "from=2023-06-01&to=2023-06-28");
        let times = "from=2023-06-01T06:00:00Z&to=2023-06-01T07:30:00Z";
        assert_eq!(times.parse::<View>().unwrap().to_string(), times);
    }

    #[test]
    fn nonsense_is_refused_in_a_sentence() {
        refused("grain=second", "“grain” in the address: “second” is not a grain: use hour, day, week, month");
        refused("deadline=aws", "“deadline” in the address: a deadline is given by its number");
        refused("page=-1", "“page” in the address: a page is a number from 1");
        refused("from=2023-06-28&to=2023-06-01", "“to” in the address: the range ends before it begins");
        refused("q=%zz", "“q” in the address: broken percent-encoding");
        refused("account=%ff", "“account” in the address: not UTF-8");
        refused(&format!("q={}", "x".repeat(301)), "“q” in the address: at most 300 bytes, please");
        let year = "“from” in the address: “9999-01-01” is neither a date (2023-06-28) nor a time (2023-06-28T09:00:00Z) between 2000 and 2200";
        refused("from=9999-01-01", year);
        let many = (0..201).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        refused(&format!("service={many}"), "“service” in the address: at most 200 entries of 300 bytes, please");
    }
}
