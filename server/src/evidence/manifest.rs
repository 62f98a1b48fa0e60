//! What evidence says about itself.

use super::{Hashes, Origin, SourceFiles};
use app::model::{
    coverage::Gap,
    deadline::Deadline,
    frame::Grain,
    statement::{CountedFiles, Filter, Masking, Statement},
    verdict::State,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// `manifest.json` of the ZIP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of this file; a reader refuses a higher one than it knows. What a reader may pass over does not raise it.
    pub form: u32,
    pub program: String,
    pub title: String,
    pub creator: String,
    pub made: DateTime<Utc>,
    /// The rules by which was counted and judged.
    pub rules: u32,
    pub state: State,
    pub sentence: String,
    /// Inclusive.
    pub from: DateTime<Utc>,
    /// Exclusive.
    pub to: DateTime<Utc>,
    pub grain: Grain,
    /// The day that the sentence speaks as of.
    pub as_of: NaiveDate,
    pub deadline: Option<Deadline>,
    pub filters: Vec<Filter>,
    pub masking: Masking,
    /// Covered ÷ expected days of accounts and regions, 0 to 1.
    pub coverage: Option<f64>,
    pub gaps: Vec<Missing>,
    pub counted: Vec<Counted>,
    /// What is known of the content of the log files, in words.
    pub contents: String,
    /// All other files of the ZIP.
    pub members: Vec<Member>,
}

/// A source, and its log files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    #[serde(flatten)]
    pub files: CountedFiles,
    /// `None`: nobody kept them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hashes: Option<Hashes>,
}

/// Days without logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    pub account: String,
    pub region: String,
    #[serde(flatten)]
    pub gap: Gap,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub name: String,
    pub bytes: u64,
    /// In small hexadecimal digits.
    pub sha256: String,
}

pub(super) const NAME: &str = "manifest.json";

/// See [`Manifest::form`].
pub(super) const FORM: u32 = 1;

const NAMED: &str = "tables/log_files.csv names each log file that brought calls, with the SHA-256 of its bytes as they lay \
    there: of the object of a bucket, of the file as sent, of the member of an archive as it was before it was archived; of a \
    compressed file those of the compressed one, as sha256sum FILE says. (AWS's own digest files hash what is in it: gunzip -c \
    FILE | sha256sum.) A file without a hash was not read to its end, or before hashes were kept. Sources that have more files \
    than fit are left out of that table (are_named). counted[].hashes.sha256 is over all different hashes of a source in \
    ascending order, each as 64 small hexadecimal digits and a line feed: sha256sum FILES | cut -c1-64 | LC_ALL=C sort -u | \
    sha256sum. A call that comes in several files is counted once, in the file that was read first, so other files may give the \
    same counts. `tls-sunset verify` with log files looks for those of the table, counts anew, and compares every number of \
    tables/counts.csv.";

/// Of evidence of a time when no hashes were kept.
const UNNAMED: &str = "Log files are told apart by the identity of each call in them, not by a hash of their bytes: a call that \
    comes in several files is counted once, so no set of files is the only one that gives these counts. `tls-sunset verify` with \
    log files counts them anew and compares every number of tables/counts.csv.";

impl Manifest {
    pub(super) fn of(
        statement: &Statement,
        origin: Origin<'_>,
        files: Option<&[SourceFiles]>,
        members: Vec<Member>,
    ) -> Self {
        let frame = statement.frame();
        let gaps = statement.coverage.iter().flat_map(|row| {
            row.gaps.iter().map(|gap| Missing { account: row.account.clone(), region: row.region.clone(), gap: *gap })
        });
        let counted = statement.counted.iter().enumerate().map(|(n, counted)| Counted {
            files: counted.clone(),
            hashes: files.and_then(|files| files.get(n)).map(|files| files.hashes.clone()),
        });
        Self {
            form: FORM,
            program: concat!("tls-sunset ", env!("CARGO_PKG_VERSION")).into(),
            title: origin.title.into(),
            creator: origin.creator.into(),
            made: statement.made,
            rules: statement.rules,
            state: statement.overview.state,
            sentence: statement.overview.sentence.clone(),
            from: frame.from,
            to: frame.to,
            grain: frame.grain,
            as_of: frame.as_of,
            deadline: frame.deadline.clone(),
            filters: statement.filters.clone(),
            masking: statement.masking,
            coverage: statement.overview.coverage,
            gaps: gaps.collect(),
            counted: counted.collect(),
            contents: if files.is_some() { NAMED } else { UNNAMED }.into(),
            members,
        }
    }
}
