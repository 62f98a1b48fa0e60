//! The naive reference: plain sets.

use crate::tally::{Caller, Key, Tls};
use app::model::{
    call::Scope,
    tls::{TlsVersion, UnknownReason},
};
use chrono::{DateTime, Datelike as _, Days};
use std::collections::{BTreeMap, BTreeSet};

/// Around midnight between Sunday and Monday.
const FIRST_HOUR: u32 = 19_534 * 24 - 3;

/// A log file: its calls with an identity, and what it has without (by content, so that the same content has the same).
#[derive(Debug, Clone)]
pub(super) struct LogFile {
    pub(super) calls: Vec<(u64, u8)>,
    pub(super) content: u8,
}

#[derive(Default)]
pub(super) struct Model {
    pub(super) uploads: BTreeMap<i64, Upload>,
}

pub(super) struct Upload {
    pub(super) files: Vec<LogFile>,
    /// Per file: calls consumed, and whether its end was.
    pub(super) read: Vec<(usize, bool)>,
    pub(super) ended: bool,
    counted: BTreeMap<u64, u8>,
    again: BTreeSet<u64>,
    plain_counted: BTreeSet<u8>,
    already: i64,
}

impl Model {
    pub(super) fn begin(&mut self, id: i64, files: Vec<LogFile>) {
        let read = vec![(0, false); files.len()];
        let upload = Upload {
            files,
            read,
            ended: false,
            counted: BTreeMap::new(),
            again: BTreeSet::new(),
            plain_counted: BTreeSet::new(),
            already: 0,
        };
        self.uploads.insert(id, upload);
    }

    pub(super) fn call(&mut self, id: i64, identity: u64, key: u8) {
        let by_another =
            self.uploads.iter().any(|(other, upload)| *other != id && upload.counted.contains_key(&identity));
        let Some(upload) = self.uploads.get_mut(&id) else { return };
        if by_another {
            upload.again.insert(identity);
        }
        if by_another || upload.counted.contains_key(&identity) {
            upload.already += 1;
        } else {
            upload.counted.insert(identity, key);
        }
    }

    pub(super) fn end_of_file(&mut self, id: i64, content: u8) {
        let counted = self.uploads.values().any(|upload| upload.plain_counted.contains(&content));
        let Some(upload) = self.uploads.get_mut(&id) else { return };
        let calls: i64 = plain(content).iter().map(|(_, _, calls)| *calls as i64).sum();
        if counted {
            upload.already += calls;
        } else if calls > 0 {
            upload.plain_counted.insert(content);
        }
    }

    /// What removing takes out, and how much of it came in other uploads too.
    pub(super) fn removal(&self, id: i64) -> Option<(i64, i64)> {
        let upload = self.uploads.get(&id)?;
        let others = || self.uploads.iter().filter(|(other, _)| **other != id).map(|(_, upload)| upload);
        let shared =
            upload.counted.keys().filter(|identity| others().any(|o| o.again.contains(identity))).count() as i64;
        let in_file =
            |o: &Upload, content: u8| o.files.iter().zip(&o.read).any(|(f, (_, end))| *end && f.content == content);
        let shared_plain = upload.plain_counted.iter().filter(|content| others().any(|o| in_file(o, **content)));
        let shared_plain: i64 =
            shared_plain.flat_map(|content| plain(*content)).map(|(_, _, calls)| calls as i64).sum();
        Some((upload.counts().map(|call| call.calls).sum(), shared + shared_plain))
    }

    /// Counted, already counted, unknown, files.
    pub(super) fn totals(&self, id: i64) -> Option<(i64, i64, i64, i64)> {
        let upload = self.uploads.get(&id)?;
        let unknown = upload.counts().filter(|call| key(call.key).tls.version() == TlsVersion::Unknown);
        let begun = |read: &&(usize, bool)| if upload.ended { read.1 || read.0 > 0 } else { read.1 };
        let files = upload.read.iter().filter(begun).count() as i64;
        Some((upload.counts().map(|c| c.calls).sum(), upload.already, unknown.map(|c| c.calls).sum(), files))
    }

    /// All rollups as `audit::rollups` writes them.
    pub(super) fn rollups(&self) -> Vec<String> {
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        let mut callers: BTreeMap<String, Seen> = BTreeMap::new();
        let mut weeks: BTreeMap<String, (u32, Seen)> = BTreeMap::new();
        for (id, upload) in &self.uploads {
            for Call { key: k, hour, first, last, calls } in upload.counts() {
                let Key { account, region, service, tls, caller, .. } = key(k);
                let (tls, day) =
                    (tls.code(), DateTime::from_timestamp(i64::from(hour) * 3600, 0).unwrap().date_naive());
                for line in [
                    format!("call_hour {hour} {account} {region} {service} {tls} upload {id}"),
                    format!("call_day {day} {account} {region} {service} {tls}"),
                    format!("service_hour {hour} {service} {tls}"),
                    format!("service_day {day} {service} {tls}"),
                    format!("coverage_day {day} {account} {region}"),
                ] {
                    *sums.entry(line).or_default() += calls;
                }
                let Some(Caller { principal, user_agent, source_address }) = caller else { continue };
                let who = format!("{principal} {user_agent} {source_address}");
                let line = format!("caller_day {day} {account} {region} {service} {who} {tls} upload {id}");
                let seen = (calls, first, last);
                callers.entry(line).and_modify(|all| *all = sum(*all, seen)).or_insert(seen);
                let weekday = day.weekday().num_days_from_monday();
                let monday = day - Days::new(weekday.into());
                let line = format!("caller_week {monday} {account} {region} {service} {who} {tls}");
                let week = weeks.entry(line).or_insert((0, (0, first, last)));
                *week = (week.0 | 1 << weekday, sum(week.1, seen));
            }
        }
        let sums = sums.into_iter().map(|(line, calls)| format!("{line} {calls}"));
        let callers = callers.into_iter().map(|(line, (calls, first, last))| format!("{line} {calls} {first} {last}"));
        let weeks = weeks
            .into_iter()
            .map(|(line, (days, (calls, first, last)))| format!("{line} {days} {calls} {first} {last}"));
        let mut lines: Vec<String> = sums.chain(callers).chain(weeks).collect();
        lines.sort_unstable();
        lines
    }
}

/// Calls, the first and the last of them.
type Seen = (i64, u32, u32);

fn sum(a: Seen, b: Seen) -> Seen {
    (a.0 + b.0, a.1.min(b.1), a.2.max(b.2))
}

struct Call {
    key: u8,
    hour: u32,
    first: u32,
    last: u32,
    calls: i64,
}

impl Upload {
    fn counts(&self) -> impl Iterator<Item = Call> {
        let with_identity = self.counted.iter().map(|(identity, key)| {
            let time = time(*identity);
            Call { key: *key, hour: time / 3600, first: time, last: time, calls: 1 }
        });
        let without = self.plain_counted.iter().flat_map(|content| plain(*content)).map(|(key, hour, calls)| Call {
            key,
            hour,
            first: hour * 3600 + 1,
            last: hour * 3600 + 2,
            calls: calls as i64,
        });
        with_identity.chain(without)
    }
}

/// The same call always has the same time.
pub(super) fn time(identity: u64) -> u32 {
    (FIRST_HOUR + identity as u32 % 6) * 3600 + identity as u32
}

/// Calls without an identity, by key and hour: some contents have none.
pub(super) fn plain(content: u8) -> Vec<(u8, u32, u64)> {
    match content {
        0 | 1 => Vec::new(),
        _ => (0..content % 3 + 1)
            .map(|n| (n + content, FIRST_HOUR + u32::from(n * content) % 6, u64::from(n) + 2))
            .collect(),
    }
}

/// A few keys; those below 1.2 have callers.
pub(super) fn key(n: u8) -> Key {
    let tls = [
        Tls::Known(TlsVersion::Tls10),
        Tls::Known(TlsVersion::Tls12),
        Tls::Unknown(UnknownReason::Console),
        Tls::Known(TlsVersion::Tls10),
        Tls::Known(TlsVersion::Tls11),
    ][usize::from(n) % 5];
    let caller = tls.version().is_below(TlsVersion::Tls12).then(|| Caller {
        principal: format!("role{}", n % 5).into(),
        user_agent: "aws-cli/1.16".into(),
        source_address: "198.51.100.7".into(),
    });
    let service = if n.is_multiple_of(2) { "s3" } else { "ec2" };
    let account = if n.is_multiple_of(3) { "111122223333" } else { "444455556666" };
    Key { scope: Scope::Aws, account: account.into(), region: "us-east-1".into(), service: service.into(), tls, caller }
}
