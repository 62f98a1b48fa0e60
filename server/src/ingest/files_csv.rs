//! The report on every file of an upload, as CSV.

use super::Error;
use app::model::report::FileReport;

const HEADER: [&str; 8] =
    ["name", "state", "reason", "bytes", "calls_counted", "calls_already_counted", "calls_unknown", "records_skipped"];

pub(super) fn write(files: &[FileReport]) -> Result<String, Error> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut write = || {
        csv.write_record(HEADER)?;
        for file in files {
            csv.write_record([
                &cell(&file.name),
                file.state.as_str(),
                &cell(&file.reason),
                &file.bytes.to_string(),
                &file.calls_counted.to_string(),
                &file.calls_already_counted.to_string(),
                &file.calls_unknown.to_string(),
                &file.records_skipped.to_string(),
            ])?;
        }
        csv.flush()
    };
    write().map_err(|_| Error::Internal)?;
    let bytes = csv.into_inner().map_err(|_| Error::Internal)?;
    String::from_utf8(bytes).map_err(|_| Error::Internal)
}

/// Spreadsheets run cells that begin like a formula; names are written by whoever made the archive.
fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::report::FileState;

    #[test]
    fn names_never_become_formulas() {
        let file = FileReport {
            name: "=cmd|' /C calc'!A0".into(),
            state: FileState::Failed,
            reason: "not \"gzip\", at all".into(),
            bytes: 1,
            calls_counted: 2,
            calls_already_counted: 3,
            calls_unknown: 4,
            records_skipped: 5,
            examples: Vec::new(),
        };
        let csv = write(&[file]).unwrap();
        assert_eq!(csv.lines().nth(1), Some(r#"'=cmd|' /C calc'!A0,failed,"not ""gzip"", at all",1,2,3,4,5"#));
    }
}
