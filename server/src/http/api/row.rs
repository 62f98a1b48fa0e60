//! Rows: flat records with the same columns as the page, in the same order, as JSON objects and as CSV.

use app::model::{
    audit::Action,
    call::Scope,
    deadline::Origin,
    report::{FileState, SourceKind, UploadState},
    tls::TlsVersion,
    verdict::{Safe, State},
};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;

pub(crate) trait Row: Serialize {
    const COLUMNS: &'static [&'static str];

    /// One text per column.
    fn cells(&self) -> Vec<String>;
}

/// Declares a record once for both forms: field names are the JSON keys and the CSV header.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, serde::Serialize)]
        pub(crate) struct $name { $(pub(crate) $field: $type),+ }

        impl crate::http::api::row::Row for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];

            fn cells(&self) -> Vec<String> {
                vec![$(crate::http::api::row::Cell::cell(&self.$field)),+]
            }
        }
    };
}
pub(crate) use row;

/// How a value looks in CSV.
pub(crate) trait Cell {
    fn cell(&self) -> String;
}

/// Texts are written by whoever made the call. A spreadsheet would run one that begins like a formula, so it gets a `'`
/// in front (OWASP, "CSV injection").
impl Cell for String {
    fn cell(&self) -> String {
        if self.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{self}") } else { self.clone() }
    }
}

impl Cell for Vec<String> {
    fn cell(&self) -> String {
        self.join(" ").cell()
    }
}

impl Cell for Vec<TlsVersion> {
    fn cell(&self) -> String {
        self.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(" ")
    }
}

impl Cell for DateTime<Utc> {
    fn cell(&self) -> String {
        self.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

impl<C: Cell> Cell for Option<C> {
    fn cell(&self) -> String {
        self.as_ref().map(C::cell).unwrap_or_default()
    }
}

macro_rules! plain_cells {
    ($($type:ty),+) => { $(impl Cell for $type { fn cell(&self) -> String { self.to_string() } })+ };
}
plain_cells!(i64, u32, f64, bool, NaiveDate, TlsVersion, Scope, Origin, FileState, SourceKind, UploadState, Action);

macro_rules! serde_cells {
    ($($type:ty),+) => { $(impl Cell for $type {
        /// These have no other text form than their JSON one.
        fn cell(&self) -> String {
            match serde_json::to_value(self) {
                Ok(serde_json::Value::String(text)) => text,
                _ => String::new(),
            }
        }
    })+ };
}
serde_cells!(Safe, State);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_lose_their_teeth_and_numbers_stay_numbers() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-x", "'-x"),
            ("@a", "'@a"),
            ("\t=1", "'\t=1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(text.to_owned().cell(), cell);
        }
        assert_eq!((-3_i64).cell(), "-3");
        assert_eq!(Some(vec![TlsVersion::Tls10, TlsVersion::Tls11]).cell(), "1.0 1.1");
        assert_eq!(Safe::No.cell(), "no");
        assert_eq!(State::OnTrack.cell(), "on_track");
    }
}
