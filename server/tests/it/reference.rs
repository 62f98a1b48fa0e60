//! The naive reference: what the rollups must hold once these events were counted, each once.

use crate::ingest_trail::record;
use app::model::tls::TlsVersion;
use chrono::{DateTime, Datelike as _, Days, Utc};
use server::{db::audit, tally::Tls};
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet};

/// By what the numbers are of: calls, the first and the last of them (where that is kept).
type Lines = BTreeMap<String, [i64; 3]>;

/// Asserts that exactly these are counted, in all rollups, whichever upload counted them.
pub(crate) async fn all_rollups_are_of(pool: &PgPool, events: &BTreeSet<u64>) {
    let mut conn = pool.acquire().await.expect("a connection");
    let found = audit::rollups(&mut conn).await.expect("lines");
    assert_eq!(audit::rows(&mut conn).await.expect("a number"), found.len() as i64, "rows without names");
    let (found, expected) = (of_all_uploads(&found), expected(events));
    let missing: Vec<_> = expected.iter().filter(|line| found.get(line.0) != Some(line.1)).take(5).collect();
    let extra: Vec<_> = found.iter().filter(|line| expected.get(line.0) != Some(line.1)).take(5).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:#?}, too many {extra:#?}");
    assert_eq!(audit::wrong_packs(&mut conn).await.expect("a number"), 0, "weeks are packed wrongly");
    assert_eq!(audit::orphans(&mut conn).await.expect("a number"), 0, "names without rows");
}

fn of_all_uploads(lines: &[String]) -> Lines {
    let mut all = Lines::new();
    for line in lines {
        let Some((of, rest)) = line.split_once(" upload ") else {
            all.insert(line.clone(), [0; 3]);
            continue;
        };
        let numbers: Vec<i64> = rest.split(' ').skip(1).map(|number| number.parse().expect("a number")).collect();
        let [calls, first, last] = [0, 1, 2].map(|at| numbers.get(at).copied().unwrap_or_default());
        add(&mut all, of.to_owned(), calls, first, last);
    }
    all
}

fn add(lines: &mut Lines, of: String, calls: i64, first: i64, last: i64) {
    let line = lines.entry(of).or_insert([0, first, last]);
    *line = [line[0] + calls, line[1].min(first), line[2].max(last)];
}

fn expected(events: &BTreeSet<u64>) -> Lines {
    let (mut by_upload, mut sums, mut weeks) = (Lines::new(), BTreeMap::<String, i64>::new(), BTreeMap::new());
    for event in events {
        let record = record(*event);
        let text = |name: &str| record[name].as_str().expect(name);
        let time: DateTime<Utc> = text("eventTime").parse().expect("a time");
        let (day, hour, seconds) = (time.date_naive(), time.timestamp() / 3600, time.timestamp());
        let (account, region) = (text("recipientAccountId"), text("awsRegion"));
        let service = text("eventSource").trim_end_matches(".amazonaws.com");
        let tls = version(record["tlsDetails"]["tlsVersion"].as_str().expect("a version"));
        let code = Tls::Known(tls).code();
        add(&mut by_upload, format!("call_hour {hour} {account} {region} {service} {code}"), 1, 0, 0);
        for line in [
            format!("call_day {day} {account} {region} {service} {code}"),
            format!("service_hour {hour} {service} {code}"),
            format!("service_day {day} {service} {code}"),
            format!("coverage_day {day} {account} {region}"),
        ] {
            *sums.entry(line).or_default() += 1;
        }
        if !tls.is_below(TlsVersion::Tls12) {
            continue;
        }
        let principal = record["userIdentity"]["arn"].as_str().expect("a name");
        let who = format!("{principal} {} {}", text("userAgent"), text("sourceIPAddress"));
        let of = format!("{account} {region} {service} {who} {code}");
        add(&mut by_upload, format!("caller_day {day} {of}"), 1, seconds, seconds);
        let weekday = day.weekday().num_days_from_monday();
        let week = weeks
            .entry(format!("caller_week {} {of}", day - Days::new(weekday.into())))
            .or_insert((0, 0, seconds, seconds));
        *week = (week.0 | 1 << weekday, week.1 + 1, week.2.min(seconds), week.3.max(seconds));
    }
    let sums = sums.into_iter().map(|(line, calls)| format!("{line} {calls}"));
    let weeks =
        weeks.into_iter().map(|(line, (days, calls, first, last))| format!("{line} {days} {calls} {first} {last}"));
    by_upload.extend(sums.chain(weeks).map(|line| (line, [0; 3])));
    by_upload
}

fn version(text: &str) -> TlsVersion {
    match text {
        "TLSv1" => TlsVersion::Tls10,
        "TLSv1.1" => TlsVersion::Tls11,
        "TLSv1.2" => TlsVersion::Tls12,
        "TLSv1.3" => TlsVersion::Tls13,
        other => panic!("no test has {other}"),
    }
}
