//! From which logs.

use crate::paper::{
    flow::Flow,
    ink,
    table::{Cell, Column, Width, table},
};
use app::{model::statement::Statement, part::show, shared::words};

/// The others are in the CSV.
const MOST: usize = 200;

pub(super) fn logs(flow: &mut Flow<'_>, statement: &Statement) {
    let counted = &statement.counted;
    flow.heading("From which logs");
    flow.paragraph(&words::logs(counted), ink::BODY);
    flow.keep();
    if counted.is_empty() {
        return;
    }
    let number = |head| Column { head, width: Width::Natural(60.0), is_number: true };
    let text = |head, width| Column { head, width, is_number: false };
    let columns = [
        text("Source", Width::Part(1.0)),
        text("Kind", Width::Natural(50.0)),
        number("Files"),
        number("Bytes"),
        number("Calls"),
        text("First", Width::Natural(56.0)),
        text("Last", Width::Natural(56.0)),
    ];
    let rows = counted.iter().take(MOST).map(|source| {
        vec![
            Cell::new(&source.source),
            Cell::new(words::source_kind(source.kind)),
            Cell::new(show::count(source.files)),
            Cell::new(show::bytes(source.bytes)),
            Cell::new(show::count(source.calls)),
            Cell::new(show::day(source.first.date_naive())),
            Cell::new(show::day(source.last.date_naive())),
        ]
    });
    table(flow, &columns, rows.collect());
    if counted.len() > MOST {
        let more = show::plural((counted.len() - MOST) as i64, "source");
        flow.paragraph(&format!("And {more} more, in tables/sources.csv."), ink::SMALL);
    }
    flow.paragraph(words::LOGS_MEASURE, ink::SMALL);
}
