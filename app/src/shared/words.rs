//! The sentences of a statement, the same on its page and on paper.

pub use crate::draw::{answer::deadline_words as deadline_distance, version_words as version};
use crate::{
    draw::gap_words,
    model::{
        coverage::{CoverageRow, Gap},
        deadline::{Deadline, Revision},
        overview::Overview,
        report::SourceKind,
        share::ShareKind,
        statement::{CountedFiles, Filter, FilterBy, Mask, Masking, Statement},
        trend::Trend,
        verdict::Safe,
    },
    part::show,
};
use chrono::{DateTime, Utc};

/// By whom, of when, until when.
pub fn origin(creator: &str, kind: ShareKind, made: DateTime<Utc>, until: DateTime<Utc>) -> String {
    let made = show::moment(made);
    let when = match kind {
        ShareKind::Frozen => format!("frozen: the numbers of {made}, which later logs do not change"),
        ShareKind::Live => format!("live: the numbers of {made}"),
    };
    format!("Shared by {creator} · {when} · until {}", show::moment(until))
}

/// What it is about, where that is not everything.
pub fn filter(filter: &Filter) -> String {
    let by = match filter.by {
        FilterBy::Account => "only account",
        FilterBy::Region => "only region",
        FilterBy::Service => "only service",
        FilterBy::TlsVersion => "only TLS version",
        FilterBy::Search => "only callers that contain",
    };
    let named: Vec<&str> = filter.values.iter().map(String::as_str).filter(|value| !value.is_empty()).collect();
    match (named.as_slice(), filter.by) {
        ([], FilterBy::Search) => "callers: only those that a search found".to_owned(),
        ([], _) => format!("{by}s that are not named here ({})", filter.values.len()),
        (named, _) => format!("{by} {}", named.join(", ")),
    }
}

/// How many calls the trend has.
pub fn trend(trend: &Trend) -> String {
    let calls: i64 = trend.series.iter().flat_map(|series| &series.calls).sum();
    let all: i64 = trend.all_calls.iter().sum();
    let minimum = trend.frame.minimum();
    format!("{} below TLS {minimum}, {} of all.", show::plural(calls, "call"), show::percent(calls, all))
}

/// What the deadline asks for.
pub fn deadline(deadline: &Deadline) -> String {
    format!("{}: at least TLS {} from {} on.", deadline.name, deadline.minimum, show::day(deadline.date))
}

/// What became known on a day; it follows the date.
pub fn revision(revision: &Revision) -> String {
    let note = if revision.note.is_empty() { String::new() } else { format!(": {}", revision.note) };
    format!(", said on {}{note}", show::day(revision.announced))
}

pub fn verdict(safe: Safe) -> &'static str {
    match safe {
        Safe::Yes => "Yes",
        Safe::No => "No",
        Safe::Unknown => "Unknown",
    }
}

/// Which days have logs.
pub fn covered(rows: &[CoverageRow]) -> String {
    let with_gaps = rows.iter().filter(|row| !row.gaps.is_empty()).count();
    let missing: i64 = rows.iter().flat_map(|row| row.gaps.iter().copied().map(Gap::days)).sum();
    let pairs = show::plural(rows.len() as i64, "pair") + " of account and region";
    match (rows.len(), with_gaps) {
        (0, _) => "There is no log in this range.".to_owned(),
        (_, 0) => format!("The logs of {pairs} miss no day."),
        (_, some) => format!(
            "The logs of {} of {pairs} miss some days, {} in all. Zero calls on such a day is unknown, not clean:",
            show::count(some as i64),
            show::count(missing)
        ),
    }
}

/// Days without logs, the longest first.
pub fn gaps(rows: &[CoverageRow]) -> Vec<(&CoverageRow, Gap)> {
    let mut gaps: Vec<(&CoverageRow, Gap)> =
        rows.iter().flat_map(|row| row.gaps.iter().map(move |gap| (row, *gap))).collect();
    gaps.sort_by_key(|(_, gap)| (-gap.days(), gap.first));
    gaps
}

pub fn gap(masking: Masking, row: &CoverageRow, gap: Gap) -> String {
    let region = if row.region.is_empty() { "no region" } else { &row.region };
    let account = match masking.accounts {
        Mask::LeftOut => "an account",
        _ if row.account.is_empty() => "no account",
        _ => &row.account,
    };
    format!("{}: {account}, {region}", gap_words(gap))
}

/// Regions that nobody uses any more.
pub fn silent(overview: &Overview) -> Option<String> {
    let (regions, since) = overview.silent?;
    Some(format!(
        "{} of accounts wrote no log any more, the first since {}: nothing is expected of them.",
        show::plural(regions, "region"),
        show::day(since)
    ))
}

/// Calls without TLS details; the reasons follow.
pub fn without_details(overview: &Overview) -> String {
    match overview.unknown.iter().map(|(_, calls)| calls).sum() {
        0 if overview.calls == 0 => "There is no call in this range.".to_owned(),
        0 => "Every call carries TLS details.".to_owned(),
        calls => format!(
            "{} of {} carry no TLS details ({}). They are never taken for modern ones:",
            show::count(calls),
            show::plural(overview.calls, "call"),
            show::percent(calls, overview.calls)
        ),
    }
}

/// Where [`Statement::detail_missing`].
pub const DETAIL_MISSING: &str =
    "For part of the range, callers were not kept for every version that the deadline forbids.";

pub const HANDSHAKES: &str = "A call that fails the TLS handshake leaves no record: after a deadline is enforced, zero means blocked, not migrated.";

/// How it was counted.
pub const RULES: [&str; 6] = [
    "Each call is counted once, however often its log file came, recognised by the event's own identity.",
    "The TLS version is that of the call's record. It is never guessed: a call without one is unknown.",
    "A caller is an account, a service, a principal, a user agent and a source address. It is open until 14 days with logs \
     went by without a deprecated call of it.",
    "The forecast carries the median slope of the open callers of the last 8 weeks to zero; without enough logs there is none.",
    "A service is safe to enforce without open callers, at 90 % coverage and more, and with TLS details in 90 % of its calls \
     and more.",
    "Days are UTC.",
];

/// Of [`RULES`].
pub fn rules_version(statement: &Statement) -> String {
    format!("Rules version {}.", statement.rules)
}

pub fn masked(masking: Masking) -> String {
    let kinds = [
        ("principals", masking.principals),
        ("accounts", masking.accounts),
        ("source addresses", masking.addresses),
        ("user agents", masking.user_agents),
    ];
    let of =
        |mask: Mask| kinds.iter().filter(|(_, m)| *m == mask).map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let (named, left_out) = (of(Mask::Pseudonym), of(Mask::LeftOut));
    let mut words = match named.as_str() {
        "" => String::new(),
        named => format!("Made-up names stand for {named}: the same name is always the same one, in this share only."),
    };
    if !left_out.is_empty() {
        words = format!("{words} Left out: {left_out}.");
    }
    if words.is_empty() { "Nothing is masked.".into() } else { words.trim().to_owned() }
}

/// From which logs.
pub fn logs(counted: &[CountedFiles]) -> String {
    let files: i64 = counted.iter().map(|source| source.files).sum();
    let bytes: i64 = counted.iter().map(|source| source.bytes).sum();
    let first = counted.iter().map(|source| source.first).min();
    let last = counted.iter().map(|source| source.last).max();
    match first.zip(last) {
        None => "No log has a call that is counted here.".to_owned(),
        Some((first, last)) => format!(
            "{} ({} of records). The first call that is counted here is of the hour of {}, the last one of {}.",
            show::plural(files, "log file"),
            show::bytes(bytes),
            show::moment(first),
            show::moment(last)
        ),
    }
}

pub const LOGS_MEASURE: &str =
    "Files and bytes are those of a source as a whole; calls and hours are those that are counted here.";

pub const fn source_kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Upload => "upload",
        SourceKind::Folder => "folder",
        SourceKind::Demo => "demo data",
        SourceKind::Bucket => "bucket",
    }
}
