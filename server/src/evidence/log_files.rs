//! The log files that were counted: their table, and whether those at hand are the same.

use super::{archive::hex, table::text};
use app::model::{report::FileState, statement::CountedFiles};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Log files that a table names; sources that do not fit are left out of it.
pub const MOST_FILES: usize = 200_000;

/// The table.
pub(super) const NAME: &str = "tables/log_files.csv";

const COLUMNS: [&str; 6] = ["source", "name", "decoded_bytes", "sha256", "calls_counted", "state"];

/// Those of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFiles {
    pub hashes: Hashes,
    /// Empty where they are too many.
    pub files: Vec<LogFile>,
}

/// A log file with counted calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Empty where it must not be known.
    pub name: String,
    pub decoded_bytes: i64,
    /// Of the file as it lay there.
    pub sha256: Option<[u8; 32]>,
    pub calls_counted: i64,
    pub state: FileState,
}

/// What the manifest says of the log files of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// Log files whose hash is known, and others.
    pub known: i64,
    pub unknown: i64,
    /// See [`HashOfHashes`].
    pub sha256: String,
    /// Whether `tables/log_files.csv` names them.
    pub are_named: bool,
}

/// SHA-256 over all different hashes in ascending order, each as 64 small hexadecimal digits and a line feed:
/// `sha256sum FILES | cut -c1-64 | LC_ALL=C sort -u | sha256sum`.
#[derive(Debug, Default)]
pub struct HashOfHashes(Sha256);

impl HashOfHashes {
    pub fn add(&mut self, hash: &[u8]) {
        self.0.update(hex(hash));
        self.0.update("\n");
    }

    #[must_use]
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// The table, row by row: there may be many. `counted` and `files` are of the same sources.
pub(super) fn csv(counted: &[CountedFiles], files: &[SourceFiles]) -> csv::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(COLUMNS)?;
    for (source, files) in counted.iter().zip(files) {
        let source = text(&source.source);
        for file in &files.files {
            let hash = file.sha256.map(|hash| hex(&hash)).unwrap_or_default();
            let (bytes, calls) = (file.decoded_bytes.to_string(), file.calls_counted.to_string());
            csv.write_record([&source, &text(&file.name), &bytes, &hash, &calls, file.state.as_str()])?;
        }
    }
    csv.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The log files that evidence names, beside those that somebody has.
#[derive(Debug, Default)]
pub struct Inventory {
    /// By hash.
    named: BTreeMap<String, String>,
    unhashed: usize,
    here: BTreeMap<String, String>,
}

/// What became of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Different files that are named with a hash, and how many of these are here.
    pub named: usize,
    pub here: usize,
    pub missing: Vec<Missing>,
    /// Names of files that are here and not named.
    pub others: Vec<String>,
    /// Named without a hash: nothing can be said about them.
    pub unhashed: usize,
}

/// A named log file that is not here.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its hash, where its name must not be known.
    pub name: String,
    /// A file of that name is here, with other bytes.
    pub is_changed: bool,
}

/// Why the table cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("tables/log_files.csv cannot be understood ({0})")]
pub struct InventoryError(String);

impl Inventory {
    /// # Errors
    /// When the table is none.
    pub fn new(table: &[u8]) -> Result<Self, InventoryError> {
        let mut inventory = Self::default();
        let mut csv = csv::Reader::from_reader(table);
        if csv.headers().map_err(|error| InventoryError(error.to_string()))? != COLUMNS.as_slice() {
            return Err(InventoryError(format!("its columns are not {}", COLUMNS.join(", "))));
        }
        for row in csv.records() {
            let row = row.map_err(|error| InventoryError(error.to_string()))?;
            match (row.get(1), row.get(3)) {
                (Some(_), Some("")) => inventory.unhashed += 1,
                (Some(name), Some(hash)) => drop(inventory.named.insert(hash.to_owned(), name.to_owned())),
                _ => return Err(InventoryError("a row is too short".into())),
            }
        }
        Ok(inventory)
    }

    /// A file that is here.
    pub fn add(&mut self, name: &str, sha256: [u8; 32]) {
        self.here.entry(hex(&sha256)).or_insert_with(|| name.to_owned());
    }

    /// Compares them. The same bytes are the same file, whatever its name.
    #[must_use]
    pub fn found(&self) -> Found {
        let others: Vec<String> = self
            .here
            .iter()
            .filter(|(hash, _)| !self.named.contains_key(*hash))
            .map(|(_, name)| name.clone())
            .collect();
        let other_names: BTreeSet<&str> = others.iter().map(|name| last(name)).collect();
        let missing: Vec<Missing> = self
            .named
            .iter()
            .filter(|(hash, _)| !self.here.contains_key(*hash))
            .map(|(hash, name)| Missing {
                is_changed: !name.is_empty() && other_names.contains(last(name)),
                name: if name.is_empty() { hash } else { name }.clone(),
            })
            .collect();
        let named = self.named.len();
        let mut found = Found { named, here: named - missing.len(), missing, others, unhashed: self.unhashed };
        found.missing.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        found.others.sort_unstable();
        found
    }
}

/// Of a path within folders and archives.
fn last(name: &str) -> &str {
    name.rsplit(['/', '!']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "source,name,decoded_bytes,sha256,calls_counted,state\n\
        x,AWSLogs/1/a.json.gz,9,0101010101010101010101010101010101010101010101010101010101010101,3,done\n\
        x,logs.zip!b.json.gz,9,0202020202020202020202020202020202020202020202020202020202020202,3,done\n\
        x,cut.json,9,,3,damaged\n\
        y,,9,0303030303030303030303030303030303030303030303030303030303030303,3,done\n";

    #[test]
    fn the_same_bytes_are_the_same_file() {
        let mut inventory = Inventory::new(TABLE.as_bytes()).unwrap();
        for (name, byte) in [("renamed", 1), ("again", 1), ("here/b.json.gz", 9), ("c.json", 3)] {
            inventory.add(name, [byte; 32]);
        }
        let missing = vec![Missing { name: "logs.zip!b.json.gz".into(), is_changed: true }];
        let others = vec!["here/b.json.gz".to_owned()];
        assert_eq!(inventory.found(), Found { named: 3, here: 2, missing, others, unhashed: 1 });
    }

    #[test]
    fn what_has_no_name_is_missed_by_its_hash() {
        let found = Inventory::new(TABLE.as_bytes()).unwrap().found();
        let names: Vec<_> = found.missing.iter().map(|missing| (missing.name.as_str(), missing.is_changed)).collect();
        let hash = "03".repeat(32);
        assert_eq!(names, [(hash.as_str(), false), ("AWSLogs/1/a.json.gz", false), ("logs.zip!b.json.gz", false)]);
    }

    #[test]
    fn a_table_from_elsewhere_is_refused() {
        assert!(Inventory::new(b"name,sha256\na,b\n").is_err());
        assert!(Inventory::new(&[TABLE.as_bytes(), b"x\n"].concat()).is_err());
    }

    /// `printf '%s\n' 00…00 11…11 | sha256sum`
    #[test]
    fn the_hash_of_hashes_is_one_of_a_text() {
        let mut all = HashOfHashes::default();
        all.add(&[0; 32]);
        all.add(&[0x11; 32]);
        let text = format!("{}\n{}\n", "00".repeat(32), "11".repeat(32));
        assert_eq!(all.finish(), super::super::sha256(text.as_bytes()));
    }
}
