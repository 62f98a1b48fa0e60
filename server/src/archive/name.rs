//! Names of log files, as a report shows them. Nothing is ever opened or written by such a name.

use crate::format::visible;
use std::{collections::HashMap, hash::BuildHasher};

/// Characters of one member's name.
const LIMIT: usize = 400;

/// Why a file of this name is not read: AWS puts other things beside its logs, told apart by their keys
/// (`CloudTrail` user guide, "Finding your CloudTrail log files"; `CloudWatch` Logs user guide, "Export log data").
pub(crate) fn skipped(name: &str) -> Option<&'static str> {
    let file = name.rsplit(['/', '!']).next().unwrap_or(name);
    if name.contains("/CloudTrail-Digest/") {
        Some("a CloudTrail digest file, which holds no calls")
    } else if name.contains("/CloudTrail-Insight/") {
        Some("CloudTrail Insights, which are not calls")
    } else if name.contains("/CloudTrail-Lake/") {
        Some("a CloudTrail Lake result, not a log")
    } else if file == "aws-logs-write-test" {
        Some("a marker that CloudWatch leaves behind, not a log")
    } else if file == "result_sign.json" {
        Some("a CloudTrail Lake sign file, not a log")
    } else if file.ends_with(".metadata") {
        Some("metadata of a query's result, not a log")
    } else {
        None
    }
}

/// Hands out names that are unique among the members of one archive, the same on every reading.
pub(crate) struct Siblings {
    parent: String,
    /// Hashes of names (millions of them may be among them), and how often each came.
    taken: HashMap<u64, u64, rustc_hash::FxBuildHasher>,
    hasher: rustc_hash::FxBuildHasher,
}

impl Siblings {
    /// Of the archive `parent`; the empty string for inputs.
    pub(crate) fn new(parent: &str) -> Self {
        Self::behind(if parent.is_empty() { String::new() } else { format!("{parent}!") })
    }

    /// Of a folder.
    pub(crate) fn within(folder: &str) -> Self {
        Self::behind(format!("{}/", folder.trim_end_matches('/')))
    }

    fn behind(parent: String) -> Self {
        Self { parent, taken: HashMap::default(), hasher: rustc_hash::FxBuildHasher }
    }

    /// The full name. A repeated one gets ` #2`, ` #3`, …
    pub(crate) fn name(&mut self, member: &[u8]) -> String {
        let plain = format!("{}{}", self.parent, visible(member, LIMIT));
        let key = self.hasher.hash_one(&plain);
        let mut n = self.taken.get(&key).copied().unwrap_or(0) + 1;
        let mut name = plain.clone();
        if n > 1 {
            name = format!("{plain} #{n}");
            while self.taken.contains_key(&self.hasher.hash_one(&name)) {
                n += 1;
                name = format!("{plain} #{n}");
            }
            self.taken.insert(self.hasher.hash_one(&name), 1);
        }
        self.taken.insert(key, n);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_numbered() {
        let mut names = Siblings::new("logs.zip");
        let given = [b"a.json".as_slice(), b"a.json #2", b"a.json", b"../b\n"].map(|name| names.name(name));
        assert_eq!(given, ["logs.zip!a.json", "logs.zip!a.json #2", "logs.zip!a.json #3", r"logs.zip!../b\u{a}"]);
    }

    #[test]
    fn neighbours_of_logs_are_skipped() {
        let other = [
            "x/CloudTrail-Digest/eu/1.json.gz",
            "a!AWSLogs/1/CloudTrail-Insight/1.gz",
            "t/aws-logs-write-test",
            "q.csv.metadata",
        ];
        assert!(other.iter().all(|name| skipped(name).is_some()));
        assert_eq!(skipped("AWSLogs/1/CloudTrail/eu-west-1/2023/06/28/1.json.gz"), None);
    }
}
