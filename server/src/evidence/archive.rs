//! The ZIP: the statement on paper, every table, and the manifest over them.

use super::{
    EvidenceError, Origin, SourceFiles, log_files,
    manifest::{Manifest, Member, NAME},
    tables,
};
use app::model::statement::Statement;
use chrono::{DateTime, Datelike, Timelike, Utc};
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Write as _};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// The statement for people, as a PDF ([`crate::paper`]).
pub const PAPER: &str = "statement.pdf";

/// The evidence of a statement, as a ZIP. The same statement gives the same bytes. `files` are those of the sources that were
/// counted, in the same order; `None`: not known. `paper`: the PDF of the statement.
///
/// # Errors
/// When something cannot be written; to memory, so hardly ever.
pub fn evidence(
    statement: &Statement,
    origin: Origin<'_>,
    files: Option<&[SourceFiles]>,
    paper: Option<Vec<u8>>,
) -> Result<Vec<u8>, EvidenceError> {
    let mut packed = Vec::new();
    packed.extend(paper.map(|paper| (PAPER.to_owned(), paper)));
    for table in tables::of(statement) {
        packed.push((format!("tables/{}.csv", table.name), table.csv()?));
    }
    if let Some(files) = files {
        packed.push((log_files::NAME.to_owned(), log_files::csv(&statement.counted, files)?));
    }
    let members = packed.iter().map(|(name, bytes)| member(name, bytes)).collect();
    let mut manifest = serde_json::to_vec_pretty(&Manifest::of(statement, origin, files, members))?;
    manifest.push(b'\n');
    packed.push((NAME.to_owned(), manifest));

    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time(statement.made))
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in packed {
        zip.start_file(name, options)?;
        zip.write_all(&bytes).map_err(zip::result::ZipError::Io)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn member(name: &str, bytes: &[u8]) -> Member {
    Member { name: name.to_owned(), bytes: bytes.len() as u64, sha256: sha256(bytes) }
}

/// In small hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The same of a digest that was taken already.
pub fn hex(digest: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(u32::from(n & 15), 16).unwrap_or_default();
    digest.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// That the statement was made, so that the same statement is the same ZIP.
fn time(made: DateTime<Utc>) -> zip::DateTime {
    let part = |n: u32| u8::try_from(n).unwrap_or(0);
    let year = u16::try_from(made.year()).unwrap_or(1980);
    zip::DateTime::from_date_and_time(
        year,
        part(made.month()),
        part(made.day()),
        part(made.hour()),
        part(made.minute()),
        part(made.second()),
    )
    .unwrap_or_default()
}
