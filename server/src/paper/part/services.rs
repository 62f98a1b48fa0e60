//! Services: is it safe to enforce, and why.

use crate::paper::{
    flow::Flow,
    ink,
    table::{Cell, Column, Width, table},
};
use app::{
    model::{service::ServiceRow, statement::Statement, tls::TlsVersion},
    part::show,
    shared::words,
};
use chrono::NaiveDate;

/// AWS has fewer.
const MOST: usize = 1000;

pub(super) fn services(flow: &mut Flow<'_>, statement: &Statement) {
    flow.heading("Services");
    if statement.services.is_empty() {
        return flow.paragraph("No service was called.", ink::BODY);
    }
    let minimum = statement.frame().minimum();
    let number = |head| Column { head, width: Width::Natural(52.0), is_number: true };
    let columns = [
        Column { head: "Service", width: Width::Part(1.0), is_number: false },
        Column { head: "Safe to enforce?", width: Width::Part(1.25), is_number: false },
        Column { head: "Deprecated calls", width: Width::Natural(100.0), is_number: true },
        number("All calls"),
        number("No TLS details"),
        number("Open callers"),
        Column { head: "Last deprecated call", width: Width::Natural(52.0), is_number: false },
    ];
    let rows = statement.services.iter().take(MOST).map(|row| cells(row, minimum));
    table(flow, &columns, rows.collect());
    if statement.services.len() > MOST {
        let words = format!(
            "The first {} of {}; all of them are in tables/services.csv.",
            show::count(MOST as i64),
            show::count(statement.services.len() as i64)
        );
        flow.paragraph(&words, ink::SMALL);
    }
}

fn cells(row: &ServiceRow, minimum: TlsVersion) -> Vec<Cell> {
    let total = row.total();
    let verdict = ink::CELL.bold().in_colour(ink::verdict(row.verdict.safe));
    let faint = |n: i64| if n == 0 { ink::CELL_FAINT } else { ink::CELL };
    let deprecated = row.deprecated(minimum);
    let calls = Cell {
        spark: Some((row.spark.clone(), ink::ACCENT)),
        ..Cell::styled(show::count(deprecated), faint(deprecated))
    };
    let date = |day: Option<NaiveDate>| day.map_or_else(String::new, show::day);
    vec![
        Cell::styled(&row.service, ink::CELL.bold()),
        Cell::styled(words::verdict(row.verdict.safe), verdict).over(&row.verdict.why, ink::CELL_FAINT),
        calls.over(format!("{} of all", show::percent(deprecated, total)), ink::CELL_FAINT),
        Cell::new(show::short(total)),
        Cell::styled(show::percent(row.of(TlsVersion::Unknown), total), faint(row.of(TlsVersion::Unknown))),
        Cell::styled(show::count(row.open_callers), faint(row.open_callers)),
        Cell::new(date(row.last_seen)),
    ]
}
