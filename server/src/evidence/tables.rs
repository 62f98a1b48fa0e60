//! A statement as tables: those of its page, and the counts that all of them come from.

use super::{
    recount,
    table::{Table, day, moment, text, versions},
};
use app::model::{
    service::ServiceRow,
    statement::{FilterBy, Statement},
    tls::TlsVersion,
    verdict::Safe,
};

pub(super) fn of(statement: &Statement) -> Vec<Table> {
    vec![
        counts(statement),
        services(statement),
        callers(statement),
        coverage(statement),
        gaps(statement),
        deadline(statement),
        unknown(statement),
        sources(statement),
        filters(statement),
    ]
}

/// What [`recount`] compares. Buckets without calls are left out.
fn counts(statement: &Statement) -> Table {
    let rows = statement.counts.iter().flat_map(|counts| {
        let called = statement.times.iter().zip(&counts.calls).filter(|(_, calls)| **calls != 0);
        called.map(|(time, calls)| {
            let (scope, version) = (counts.scope.to_string(), counts.tls_version.to_string());
            vec![moment(*time), scope, text(&counts.service), version, calls.to_string()]
        })
    });
    Table::new("counts", &recount::COLUMNS, rows)
}

fn services(statement: &Statement) -> Table {
    let minimum = statement.frame().minimum();
    let columns = ["scope", "service", "safe_to_enforce", "why", "deprecated", "calls", "callers", "open_callers"];
    let rows = statement.services.iter().map(|row| {
        let mut cells = vec![
            row.scope.to_string(),
            text(&row.service),
            safe(row).to_owned(),
            text(&row.verdict.why),
            row.deprecated(minimum).to_string(),
            row.total().to_string(),
            row.callers.to_string(),
            row.open_callers.to_string(),
            day(row.first_seen),
            day(row.last_seen),
        ];
        cells.extend(TlsVersion::ALL.iter().map(|version| row.of(*version).to_string()));
        cells
    });
    let mut table = Table::new("services", &columns, rows);
    table.columns.extend(["first_seen", "last_seen"].map(str::to_owned));
    table.columns.extend(TlsVersion::ALL.iter().map(|version| format!("tls_{}", version.as_str().replace('.', "_"))));
    table
}

const fn safe(row: &ServiceRow) -> &'static str {
    match row.verdict.safe {
        Safe::Yes => "yes",
        Safe::No => "no",
        Safe::Unknown => "unknown",
    }
}

fn callers(statement: &Statement) -> Table {
    let columns = [
        "scope",
        "account",
        "service",
        "principal",
        "user_agent",
        "source_address",
        "tls_versions",
        "calls",
        "first_seen",
        "last_seen",
        "open",
    ];
    let rows = statement.callers.iter().map(|caller| {
        vec![
            caller.scope.to_string(),
            text(&caller.account),
            text(&caller.service),
            text(&caller.principal),
            text(&caller.user_agent),
            text(&caller.source_address),
            versions(&caller.tls_versions),
            caller.calls.to_string(),
            moment(caller.first_seen),
            moment(caller.last_seen),
            caller.open.to_string(),
        ]
    });
    Table::new("callers", &columns, rows)
}

fn coverage(statement: &Statement) -> Table {
    let columns = ["account", "region", "days_with_logs", "days_expected", "days_silent", "first_day", "last_day"];
    let rows = statement.coverage.iter().map(|row| {
        let days = [row.days_with_logs, row.days_expected, row.days_silent].map(|days| days.to_string());
        let ends = [row.first_day, row.last_day].map(|day| day.to_string());
        [text(&row.account), text(&row.region)].into_iter().chain(days).chain(ends).collect()
    });
    Table::new("coverage", &columns, rows)
}

fn gaps(statement: &Statement) -> Table {
    let rows = statement.coverage.iter().flat_map(|row| {
        row.gaps.iter().map(|gap| {
            let (first, last) = (gap.first.to_string(), gap.last.to_string());
            vec![text(&row.account), text(&row.region), first, last, gap.days().to_string()]
        })
    });
    Table::new("gaps", &["account", "region", "first", "last", "days"], rows)
}

fn deadline(statement: &Statement) -> Table {
    let deadline = statement.frame().deadline.iter();
    let rows = deadline.flat_map(|deadline| {
        deadline.history.iter().map(|revision| {
            let (date, announced) = (revision.date.to_string(), revision.announced.to_string());
            vec![text(&deadline.name), deadline.minimum.to_string(), date, announced, text(&revision.note)]
        })
    });
    Table::new("deadline", &["deadline", "minimum", "date", "announced", "note"], rows)
}

fn unknown(statement: &Statement) -> Table {
    let unknown = statement.overview.unknown.iter();
    let rows = unknown.map(|(reason, calls)| vec![reason.words().to_owned(), calls.to_string()]);
    Table::new("unknown", &["reason", "calls"], rows)
}

fn sources(statement: &Statement) -> Table {
    let rows = statement.counted.iter().map(|files| {
        let numbers = [files.files, files.bytes, files.calls].map(|n| n.to_string());
        let hours = [moment(files.first), moment(files.last)];
        [text(&files.source), files.kind.to_string()].into_iter().chain(numbers).chain(hours).collect()
    });
    Table::new("sources", &["source", "kind", "files", "bytes", "calls", "first_hour", "last_hour"], rows)
}

fn filters(statement: &Statement) -> Table {
    let rows = statement.filters.iter().flat_map(|filter| {
        let by = match filter.by {
            FilterBy::Account => "account",
            FilterBy::Region => "region",
            FilterBy::Service => "service",
            FilterBy::TlsVersion => "tls_version",
            FilterBy::Search => "search",
        };
        filter.values.iter().map(move |value| vec![by.to_owned(), text(value)])
    });
    Table::new("filters", &["only_by", "value"], rows)
}
