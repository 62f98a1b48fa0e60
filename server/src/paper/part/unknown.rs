//! What is not known: days without logs, calls without TLS details.

use crate::paper::{flow::Flow, ink};
use app::{model::statement::Statement, part::show, shared::words};

/// The longest; the others are in the CSV.
const GAPS: usize = 60;

pub(super) fn unknown(flow: &mut Flow<'_>, statement: &Statement) {
    let overview = &statement.overview;
    flow.heading("What is not known");
    flow.paragraph(&words::covered(&statement.coverage), ink::BODY);
    flow.keep();
    let gaps = words::gaps(&statement.coverage);
    if !gaps.is_empty() {
        flow.list(gaps.iter().take(GAPS).map(|(row, gap)| words::gap(statement.masking, row, *gap)), ink::BODY);
    }
    if gaps.len() > GAPS {
        let more = show::plural((gaps.len() - GAPS) as i64, "gap");
        flow.paragraph(&format!("And {more} more, in tables/gaps.csv."), ink::SMALL);
    }
    if let Some(silent) = words::silent(overview) {
        flow.paragraph(&silent, ink::BODY);
    }
    flow.paragraph(&words::without_details(overview), ink::BODY);
    if !overview.unknown.is_empty() {
        let reasons = overview.unknown.iter();
        flow.list(reasons.map(|(reason, calls)| format!("{} {}", show::count(*calls), reason.words())), ink::BODY);
    }
    if statement.detail_missing {
        flow.paragraph(words::DETAIL_MISSING, ink::BODY);
    }
    flow.paragraph(words::HANDSHAKES, ink::BODY.in_colour(ink::MUTED));
}
