//! One table of the evidence, as CSV.

use app::model::tls::TlsVersion;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

pub(super) struct Table {
    /// Of the file, without its ending.
    pub(super) name: &'static str,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(name: &'static str, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Self {
        Self { name, columns: columns.iter().map(|column| (*column).to_owned()).collect(), rows: rows.collect() }
    }

    pub(super) fn csv(&self) -> csv::Result<Vec<u8>> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(&self.columns)?;
        for row in &self.rows {
            csv.write_record(row)?;
        }
        csv.into_inner().map_err(|error| csv::Error::from(error.into_error()))
    }
}

pub(super) fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

pub(super) fn versions(versions: &[TlsVersion]) -> String {
    versions.iter().map(|version| version.as_str()).collect::<Vec<_>>().join(" ")
}

/// Spreadsheets run what begins like this; the text is somebody else's.
pub(super) fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
