//! Log files under the names that CloudTrail gives them (user guide, "Finding your CloudTrail log files").

use super::{
    cast::{ACCOUNTS, Place, REGIONS},
    day::{LogFile, Plan},
    random::Random,
    record::Writer,
};
use chrono::{Datelike as _, NaiveDate, TimeDelta};
use libdeflater::{CompressionLvl, Compressor};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The organization of the demo. A folder that holds nothing else is ours to write anew.
pub(super) const ORGANIZATION: &str = "o-demo0trail";

/// Writes one day after another into the same folder.
pub(super) struct Bucket<'a> {
    root: PathBuf,
    plan: &'a Plan<'a>,
    compressor: Compressor,
    packed: Vec<u8>,
}

/// Sums over what was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) calls: u64,
}

impl<'a> Bucket<'a> {
    pub(super) fn new(dir: &Path, plan: &'a Plan<'a>) -> Self {
        let compressor = Compressor::new(CompressionLvl::new(5).unwrap_or_default());
        Self { root: dir.join("AWSLogs").join(ORGANIZATION), plan, compressor, packed: Vec::new() }
    }

    pub(super) fn day(&mut self, number: i64) -> io::Result<Written> {
        let (files, calls) = self.plan.files(number);
        let mut written = Written { calls, ..Written::default() };
        let mut writer = Writer::new(self.plan.day(number), self.plan.hosts);
        for (index, file) in files.iter().enumerate() {
            writer.out.clear();
            writer.out.extend_from_slice(b"{\"Records\":[");
            for (position, call) in file.calls.iter().enumerate() {
                if position > 0 {
                    writer.out.push(b',');
                }
                writer.record(*call);
            }
            writer.out.extend_from_slice(b"]}");
            let path = self.path(self.plan.day(number).date, file, [number as u64, index as u64]);
            written.bytes += self.put(&path, &writer.out)?;
            written.files += 1;
        }
        Ok(written)
    }

    /// Two files that CloudTrail keeps beside the logs and that hold no calls: a digest and an insight.
    pub(super) fn companions(&mut self) -> io::Result<Written> {
        let (account, region, end) = (ACCOUNTS[0], REGIONS[0], self.plan.options.end);
        let folder = |kind: &str| format!("{account}/{kind}/{region}/{}", dated(end));
        let compact = end.format("%Y%m%d");
        let digest = format!(
            r#"{{"awsAccountId":"{account}","digestStartTime":"{end}T00:00:00Z","digestEndTime":"{end}T01:00:00Z","digestS3Bucket":"example-trail","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":null,"oldestEventTime":null,"previousDigestS3Bucket":null,"logFiles":[]}}"#
        );
        let insight = format!(
            r#"{{"Records":[{{"eventVersion":"1.11","eventTime":"{end}T00:10:00Z","awsRegion":"{region}","eventID":"5f0c9f3a-31d7-4b6e-9c0e-2b6f4f1d7a10","eventType":"AwsCloudTrailInsight","recipientAccountId":"{account}","sharedEventID":"8c1f4a52-7f0e-4d5c-a8a9-6a2b1e0c3d21","insightDetails":{{"state":"Start","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","insightType":"ApiCallRateInsight","insightContext":{{"statistics":{{"baseline":{{"average":0.08}},"insight":{{"average":2.4}}}}}}}},"eventCategory":"Insight"}}]}}"#
        );
        let files = [
            (
                "CloudTrail-Digest",
                format!("{account}_CloudTrail-Digest_{region}_organization_{region}_{compact}T010000Z.json.gz"),
                digest,
            ),
            (
                "CloudTrail-Insight",
                format!("{account}_CloudTrail-Insight_{region}_{compact}T0015Z_Q0wVtY5nPpGm2rXk.json.gz"),
                insight,
            ),
        ];
        let mut written = Written::default();
        for (kind, name, text) in files {
            let path = self.root.join(folder(kind)).join(name);
            written.bytes += self.put(&path, text.as_bytes())?;
            written.files += 1;
        }
        Ok(written)
    }

    fn put(&mut self, path: &Path, text: &[u8]) -> io::Result<u64> {
        self.packed.resize(self.compressor.gzip_compress_bound(text.len()), 0);
        let length = self.compressor.gzip_compress(text, &mut self.packed).map_err(io::Error::other)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, &self.packed[..length])?;
        Ok(length as u64)
    }

    fn path(&self, date: NaiveDate, file: &LogFile, parts: [u64; 2]) -> PathBuf {
        let (account, region): Place = file.place;
        let (account, region) = (ACCOUNTS[account], REGIONS[region]);
        let time = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(i64::from(file.second));
        // CloudTrail rounds to five minutes.
        let time = time + TimeDelta::seconds(299 - (i64::from(file.second) + 299) % 300);
        let unique = unique(&mut Random::of(self.plan.options.seed, &[2, parts[0], parts[1]]));
        let name = format!("{account}_CloudTrail_{region}_{}_{unique}.json.gz", time.format("%Y%m%dT%H%MZ"));
        self.root.join(account).join("CloudTrail").join(region).join(dated(time.date())).join(name)
    }
}

/// Takes away what an earlier run left.
pub(super) fn clear(dir: &Path) -> io::Result<()> {
    let names = |dir: &Path| -> io::Result<Vec<String>> {
        fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    };
    fs::create_dir_all(dir)
        .map_err(|e| io::Error::new(e.kind(), format!("{e}; name a folder that you may write to")))?;
    let logs = dir.join("AWSLogs");
    match names(dir)?.as_slice() {
        [] => Ok(()),
        [only] if only == "AWSLogs" && names(&logs)?.iter().all(|name| name == ORGANIZATION) => {
            fs::remove_dir_all(&logs)
        }
        _ => Err(io::Error::new(
            io::ErrorKind::DirectoryNotEmpty,
            "it holds other files: name a new or empty folder, or one that this command wrote before",
        )),
    }
}

fn dated(date: NaiveDate) -> String {
    format!("{:04}/{:02}/{:02}", date.year(), date.month(), date.day())
}

fn unique(random: &mut Random) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..16).map(|_| char::from(*random.pick(LETTERS))).collect()
}
