//! The view: everything that decides what the screen shows. Its text form is the query string.

mod query;
mod resolve;
mod with;

pub(crate) use query::decode;
#[cfg(feature = "ssr")]
pub(crate) use query::encode;
pub use query::field;
pub use resolve::Known;

use crate::model::{frame::Grain, text::text_enum, tls::TlsVersion};
use chrono::{DateTime, Utc};
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

/// A query string that makes no sense, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{key}” in the address: {why}")]
pub struct BadView {
    pub key: String,
    pub why: String,
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
