//! Evidence: made, checked, tampered with, and counted anew.

use app::model::{
    call::Scope,
    caller::CallerRow,
    coverage::{CoverageRow, Gap},
    deadline::{Deadline, Origin as DeadlineOrigin, Revision},
    forecast::{Forecast, NoForecast},
    frame::{Frame, Grain, midnight},
    overview::Overview,
    report::{FileState, SourceKind},
    service::ServiceRow,
    statement::{CountedFiles, Counts, FORM, Filter, FilterBy, Mask, Masking, RULES, Statement},
    tls::{TlsVersion, UnknownReason},
    verdict::{Safe, State, Verdict},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use server::evidence::{
    Calls, CheckError, Damage, HashOfHashes, Hashes, Inventory, LogFile, Origin, PAPER, Recount, RecountError,
    SourceFiles, check, evidence, sha256,
};
use std::io::{Cursor, Read as _, Write as _};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).expect("a date") + Days::new(n)
}

fn caller(n: i64) -> CallerRow {
    CallerRow {
        scope: Scope::Aws,
        account: "111122223333".into(),
        service: "s3".into(),
        principal: format!("arn:aws:sts::111122223333:assumed-role/a-rather-long-name-of-a-role/worker-{n}"),
        user_agent: "=Boto/2.49.0".into(),
        source_address: format!("10.1.{}.{}", n / 250, n % 250),
        tls_versions: vec![TlsVersion::Tls10],
        calls: n,
        first_seen: midnight(day(0)),
        last_seen: midnight(day(9)),
        open: n % 2 == 0,
    }
}

/// Ten days of one service, and so many callers.
fn statement(callers: i64) -> Statement {
    let deadline = Deadline {
        id: 1,
        name: "AWS: TLS 1.2 minimum".into(),
        date: day(12),
        scope: None,
        services: Vec::new(),
        minimum: TlsVersion::Tls12,
        source_url: "https://aws.amazon.com/blogs/security/".into(),
        note: String::new(),
        origin: DeadlineOrigin::Preset,
        history: vec![Revision { date: day(12), announced: day(0), note: "announced".into() }],
    };
    let frame = Frame {
        from: midnight(day(0)),
        to: midnight(day(10)),
        grain: Grain::Day,
        asked_grain: None,
        today: day(10),
        as_of: day(10),
        logged: Some((day(0), day(9))),
        deadline: Some(deadline),
    };
    let counts = |tls_version, calls: [i64; 10]| Counts {
        scope: Scope::Aws,
        service: "s3".into(),
        tls_version,
        calls: calls.into(),
    };
    Statement {
        form: FORM,
        rules: RULES,
        made: midnight(day(10)),
        masking: Masking::NOTHING,
        filters: Vec::new(),
        overview: Overview {
            frame,
            state: State::AtRisk,
            sentence: "One service still receives TLS 1.0 calls from 3 callers <b>& more</b>.".into(),
            open_services: 1,
            open_callers: 3,
            forecast: Forecast::None(NoForecast::TooFewDays),
            coverage: Some(0.9),
            silent: None,
            calls: 145,
            deprecated_calls: 45,
            unknown: vec![(UnknownReason::Unreported, 5)],
            calls_after_deadline: 0,
        },
        times: (0..10).map(|n| midnight(day(n))).collect(),
        without_logs: (0..10).map(|n| n == 4).collect(),
        counts: vec![
            counts(TlsVersion::Tls10, [9, 8, 7, 6, 0, 5, 4, 3, 2, 1]),
            counts(TlsVersion::Tls12, [10, 10, 10, 10, 0, 10, 10, 10, 10, 20]),
        ],
        services: vec![ServiceRow {
            scope: Scope::Aws,
            service: "s3".into(),
            calls: vec![(TlsVersion::Tls10, 45), (TlsVersion::Tls12, 100)],
            callers: 3,
            open_callers: 3,
            first_seen: Some(day(0)),
            last_seen: Some(day(9)),
            spark: vec![9, 8, 7, 6, 0, 5, 4, 3, 2, 1],
            verdict: Verdict { safe: Safe::No, why: "3 open callers".into() },
        }],
        callers: (0..callers).map(caller).collect(),
        callers_total: callers,
        detail_missing: false,
        coverage: vec![CoverageRow {
            account: "111122223333".into(),
            region: "eu-west-1".into(),
            days_with_logs: 9,
            days_expected: 10,
            days_silent: 0,
            first_day: day(0),
            last_day: day(9),
            gaps: vec![Gap { first: day(4), last: day(4) }],
        }],
        counted: vec![CountedFiles {
            source: "s3://trail-logs/AWSLogs/".into(),
            kind: SourceKind::Bucket,
            files: 3,
            bytes: 1000,
            calls: 145,
            first: midnight(day(0)),
            last: midnight(day(9)),
        }],
    }
}

const ORIGIN: Origin<'_> = Origin { title: "Are we done? =1+1", creator: "Alice" };

/// What its source was counted from.
fn files() -> SourceFiles {
    let file =
        |name: &str, sha256, state| LogFile { name: name.into(), decoded_bytes: 500, sha256, calls_counted: 50, state };
    let files = vec![
        file("AWSLogs/=a.json.gz", Some([0xab; 32]), FileState::Done),
        file("AWSLogs/b.json.gz", Some([0x12; 32]), FileState::Done),
        file("=c.json.gz", None, FileState::Damaged),
    ];
    let mut all = HashOfHashes::default();
    [[0x12; 32], [0xab; 32]].iter().for_each(|hash| all.add(hash));
    SourceFiles { hashes: Hashes { known: 2, unknown: 1, sha256: all.finish(), are_named: true }, files }
}

fn made(statement: &Statement) -> Vec<u8> {
    evidence(statement, ORIGIN, Some(&[files()]), None).expect("evidence")
}

fn member(zip: &[u8], name: &str) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let mut bytes = Vec::new();
    zip.by_name(name).expect(name).read_to_end(&mut bytes).expect(name);
    bytes
}

/// The same with other files.
fn with(zip: &[u8], change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>, more: &[&str]) -> Vec<u8> {
    let mut old = ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..old.len() {
        let mut file = old.by_index(n).expect("a member");
        let name = file.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("bytes");
        if let Some(bytes) = change(&name, bytes) {
            new.start_file(name, SimpleFileOptions::default()).expect("a file");
            new.write_all(&bytes).expect("written");
        }
    }
    for name in more {
        new.start_file(*name, SimpleFileOptions::default()).expect("a file");
    }
    new.finish().expect("a ZIP").into_inner()
}

fn damages(zip: Vec<u8>) -> Vec<Damage> {
    check(Cursor::new(zip)).expect("evidence").damages
}

#[test]
fn evidence_is_whole_and_always_the_same() {
    let statement = statement(3);
    let zip = made(&statement);
    assert_eq!(zip, made(&statement));
    let checked = check(Cursor::new(&zip)).expect("evidence");
    assert_eq!(checked.damages, []);
    assert_eq!((checked.manifest.title.as_str(), checked.manifest.creator.as_str()), (ORIGIN.title, "Alice"));
    assert_eq!(checked.manifest.gaps.len(), 1);
    let counts = String::from_utf8(member(&zip, "tables/counts.csv")).expect("text");
    assert!(
        counts.starts_with("time,scope,service,tls_version,calls\n2026-03-01T00:00:00Z,aws,s3,1.0,9\n"),
        "{counts}"
    );
    assert_eq!(counts.lines().count(), 1 + 18);
    let callers = String::from_utf8(member(&zip, "tables/callers.csv")).expect("text");
    assert!(callers.contains(",'=Boto/2.49.0,"), "{callers}");
}

#[test]
fn every_log_file_is_named_with_its_hash() {
    let zip = made(&statement(3));
    let table = String::from_utf8(member(&zip, "tables/log_files.csv")).expect("text");
    let (ab, twelve) = ("ab".repeat(32), "12".repeat(32));
    let source = "s3://trail-logs/AWSLogs/";
    let rows = [
        "source,name,decoded_bytes,sha256,calls_counted,state".to_owned(),
        format!("{source},AWSLogs/=a.json.gz,500,{ab},50,done"),
        format!("{source},AWSLogs/b.json.gz,500,{twelve},50,done"),
        format!("{source},'=c.json.gz,500,,50,damaged"),
    ];
    assert_eq!(table.lines().collect::<Vec<_>>(), rows);
    let checked = check(Cursor::new(&zip)).expect("evidence");
    let hashes = checked.manifest.counted[0].hashes.clone().expect("hashes");
    assert_eq!((hashes.known, hashes.unknown, hashes.are_named), (2, 1, true));
    assert_eq!(hashes.sha256, sha256(format!("{twelve}\n{ab}\n").as_bytes()), "as its words say");
    assert!(checked.manifest.contents.contains("sort -u"), "{}", checked.manifest.contents);
    let found = Inventory::new(&checked.log_files.expect("a table")).expect("understood").found();
    assert_eq!((found.named, found.here, found.unhashed), (2, 0, 1));

    let changed = with(&zip, |name, bytes| Some(if name == "tables/log_files.csv" { vec![b'x'] } else { bytes }), &[]);
    assert_eq!(damages(changed), [Damage::Changed("tables/log_files.csv".into())]);
}

/// What an earlier version has made is checked and counted anew by every later one.
#[test]
fn evidence_of_before_there_were_hashes_is_understood() {
    let checked = check(Cursor::new(include_bytes!("fixtures/evidence/form1.zip"))).expect("evidence");
    assert_eq!((checked.damages.as_slice(), checked.log_files.is_none()), ([].as_slice(), true));
    assert_eq!(checked.manifest.counted[0].files.source, "week.json");
    assert_eq!(checked.manifest.counted[0].hashes, None);
    let recount = Recount::new(&checked.manifest, &checked.counts.expect("counts")).expect("understood");
    assert_eq!((recount.numbers(), recount.stated()), (14, 14));

    let unknown = evidence(&statement(3), ORIGIN, None, None).expect("evidence");
    let checked = check(Cursor::new(unknown)).expect("evidence");
    assert!(checked.damages.is_empty() && checked.log_files.is_none());
    assert!(!checked.manifest.contents.contains("log_files.csv"), "{}", checked.manifest.contents);
}

#[test]
fn whatever_is_changed_is_found() {
    let zip = made(&statement(3));
    let name = || "tables/callers.csv".to_owned();
    let is = |wanted: &'static str| move |name: &str| name == wanted;
    let (callers, same) = (is("tables/callers.csv"), |_: &str, bytes| Some(bytes));
    let longer = with(
        &zip,
        |n, mut b: Vec<u8>| {
            Some({
                if callers(n) {
                    b.push(b'\n')
                }
                b
            })
        },
        &[],
    );
    assert_eq!(damages(longer), [Damage::Changed(name())]);
    let other = with(
        &zip,
        |n, mut b: Vec<u8>| {
            Some({
                if callers(n) {
                    b[0] ^= 1
                }
                b
            })
        },
        &[],
    );
    assert_eq!(damages(other), [Damage::Changed(name())]);
    let missing = with(&zip, |n, b| (!callers(n)).then_some(b), &[]);
    assert_eq!(damages(missing), [Damage::Missing(name())]);
    assert_eq!(damages(with(&zip, same, &["more.txt"])), [Damage::Foreign("more.txt".into())]);
    let mut broken = zip.clone();
    // What is packed stands behind the name.
    let at = broken.windows(18).position(|bytes| bytes == b"tables/callers.csv").expect("a header");
    broken[at + 18 + 20] ^= 0xff;
    assert!(check(Cursor::new(broken)).map_or(true, |checked| !checked.damages.is_empty()));
}

#[test]
fn paper_is_a_file_like_the_others() {
    let zip = evidence(&statement(3), ORIGIN, None, Some(b"%PDF-1.7".to_vec())).expect("evidence");
    assert_eq!((damages(zip.clone()), member(&zip, PAPER)), (vec![], b"%PDF-1.7".to_vec()));
    let other = with(&zip, |name, bytes| Some(if name == PAPER { b"%PDF-1.6".to_vec() } else { bytes }), &[]);
    assert_eq!(damages(other), [Damage::Changed(PAPER.into())]);
}

#[test]
fn what_is_no_evidence_is_said() {
    assert!(matches!(check(Cursor::new(b"PK nothing")), Err(CheckError::Zip(_))));
    let zip = made(&statement(0));
    let without = with(&zip, |name, bytes| (name != "manifest.json").then_some(bytes), &[]);
    assert!(matches!(check(Cursor::new(without)), Err(CheckError::NoManifest)));
    let newer =
        with(&zip, |name, bytes| Some(if name == "manifest.json" { b"{\"form\": 99}".to_vec() } else { bytes }), &[]);
    assert!(matches!(check(Cursor::new(newer)), Err(CheckError::Newer(99))));
}

/// The calls of the statement, as log files would give them.
fn calls(statement: &Statement) -> Vec<(DateTime<Utc>, TlsVersion, i64)> {
    let of = |counts: &Counts| {
        let hours = statement.times.iter().map(|time| *time + chrono::TimeDelta::hours(5));
        let called = hours.zip(counts.calls.clone()).filter(|(_, calls)| *calls > 0);
        called.map(|(hour, calls)| (hour, counts.tls_version, calls)).collect::<Vec<_>>()
    };
    statement.counts.iter().flat_map(of).collect()
}

fn call(hour: DateTime<Utc>, tls_version: TlsVersion, calls: i64) -> Calls<'static> {
    let (account, region, service) = ("111122223333", "eu-west-1", "s3");
    Calls { hour, scope: Scope::Aws, account, region, service, tls_version, calls }
}

#[test]
fn counting_anew_gives_the_same_numbers_or_says_which_differ() {
    let statement = statement(1);
    let checked = check(Cursor::new(made(&statement))).expect("evidence");
    let counts = checked.counts.expect("counts");
    let recount = || Recount::new(&checked.manifest, &counts).expect("understood");

    let mut same = recount();
    for (hour, tls_version, calls) in calls(&statement) {
        same.add(call(hour, tls_version, calls));
        // Of another time: none of its business.
        same.add(call(hour + Days::new(10), tls_version, calls));
    }
    assert_eq!((same.differences().count(), same.numbers(), same.stated(), same.counted()), (0, 18, 145, 145));

    let mut fewer = recount();
    for (hour, tls_version, calls) in calls(&statement).into_iter().skip(1) {
        fewer.add(call(hour, tls_version, calls));
    }
    let words: Vec<_> = fewer.differences().map(|difference| difference.to_string()).collect();
    assert_eq!(words, ["2026-03-01T00:00:00Z s3 1.0: 9 stated, 0 counted"]);
}

#[test]
fn what_is_filtered_is_counted_filtered() {
    let mut statement = statement(1);
    statement.filters = vec![Filter { by: FilterBy::Account, values: vec!["111122223333".into()] }];
    let checked = check(Cursor::new(made(&statement))).expect("evidence");
    let counts = checked.counts.expect("counts");
    let mut recount = Recount::new(&checked.manifest, &counts).expect("understood");
    for (hour, tls_version, calls) in calls(&statement) {
        recount.add(call(hour, tls_version, calls));
        recount.add(Calls { account: "444455556666", ..call(hour, tls_version, calls) });
    }
    assert_eq!(recount.differences().count(), 0);

    let mut masked = checked.manifest.clone();
    masked.masking.accounts = Mask::Pseudonym;
    assert!(matches!(Recount::new(&masked, &counts), Err(RecountError::Masked)));
}
