//! Whether evidence is what was made. It comes from outside: nothing in it is believed before it has been checked.

use super::{
    archive::hex,
    log_files,
    manifest::{self, Manifest, Member},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeSet,
    io::{self, Read, Seek},
};
use zip::ZipArchive;

/// A manifest or a table of counts that is longer than this is none of ours.
const LONGEST: u64 = 1 << 30;
const LONGEST_MANIFEST: u64 = 64 << 20;

/// What stands in evidence.
#[derive(Debug)]
pub struct Checked {
    pub manifest: Manifest,
    /// What is not as the manifest says; empty: nothing was changed.
    pub damages: Vec<Damage>,
    /// `tables/counts.csv`, if it is as it was made.
    pub counts: Option<Vec<u8>>,
    /// `tables/log_files.csv`, the same way.
    pub log_files: Option<Vec<u8>>,
}

/// One file that is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("{0} is missing")]
    Missing(String),
    #[error("{0} was changed: it is not what was made")]
    Changed(String),
    #[error("{0} does not belong to it: the manifest does not name it")]
    Foreign(String),
}

/// Why a file cannot be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error("it is no ZIP, or it is damaged ({0})")]
    Zip(#[from] zip::result::ZipError),
    #[error("it is no evidence of TLS Sunset: it has no manifest.json")]
    NoManifest,
    #[error("its manifest.json cannot be read ({0})")]
    Manifest(#[from] serde_json::Error),
    #[error("it was made by a newer version (form {0}): check it with that one")]
    Newer(u32),
    #[error("it cannot be read ({0})")]
    Io(#[from] io::Error),
}

const COUNTS: &str = "tables/counts.csv";

/// Compares every file with the manifest.
///
/// # Errors
/// When it is no evidence.
pub fn check(file: impl Read + Seek) -> Result<Checked, CheckError> {
    let mut zip = ZipArchive::new(file)?;
    let manifest = read_manifest(&mut zip)?;
    let mut damages = Vec::new();
    let (mut counts, mut files) = (None, None);
    for member in &manifest.members {
        match read(&mut zip, member)? {
            Some(bytes) if member.name == COUNTS => counts = Some(bytes),
            Some(bytes) if member.name == log_files::NAME => files = Some(bytes),
            Some(_) => {}
            None if zip.index_for_name(&member.name).is_some() => damages.push(Damage::Changed(member.name.clone())),
            None => damages.push(Damage::Missing(member.name.clone())),
        }
    }
    let known: BTreeSet<&str> = manifest.members.iter().map(|m| m.name.as_str()).chain([manifest::NAME]).collect();
    for name in zip.file_names() {
        let name = name?;
        if !known.contains(name.as_ref()) {
            damages.push(Damage::Foreign(name.into_owned()));
        }
    }
    Ok(Checked { manifest, damages, counts, log_files: files })
}

fn read_manifest<F: Read + Seek>(zip: &mut ZipArchive<F>) -> Result<Manifest, CheckError> {
    let index = zip.index_for_name(manifest::NAME).ok_or(CheckError::NoManifest)?;
    let mut text = Vec::new();
    zip.by_index(index)?.take(LONGEST_MANIFEST).read_to_end(&mut text)?;
    #[derive(serde::Deserialize)]
    struct Form {
        form: u32,
    }
    let Form { form } = serde_json::from_slice(&text)?;
    if form > manifest::FORM {
        return Err(CheckError::Newer(form));
    }
    Ok(serde_json::from_slice(&text)?)
}

/// Its bytes (only those of tables that are compared), if they are those that were made.
fn read<F: Read + Seek>(zip: &mut ZipArchive<F>, member: &Member) -> Result<Option<Vec<u8>>, CheckError> {
    let Some(index) = zip.index_for_name(&member.name) else { return Ok(None) };
    let mut file = zip.by_index(index)?.take(member.bytes.min(LONGEST) + 1);
    let (mut hasher, mut length, mut kept) = (Sha256::new(), 0, Vec::new());
    let mut buffer = vec![0; 64 << 10];
    loop {
        let n = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            // Its own checksum is wrong, or it cannot be inflated.
            Err(error) if error.kind() == io::ErrorKind::InvalidData || error.kind() == io::ErrorKind::InvalidInput => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let bytes = buffer.get(..n).unwrap_or_default();
        hasher.update(bytes);
        length += n as u64;
        if [COUNTS, log_files::NAME].contains(&member.name.as_str()) {
            kept.extend_from_slice(bytes);
        }
    }
    let is_same = length == member.bytes && hex(&hasher.finalize()) == member.sha256;
    Ok(is_same.then_some(kept))
}
