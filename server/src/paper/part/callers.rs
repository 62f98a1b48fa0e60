//! Callers: who still used a deprecated version.

use crate::paper::{
    flow::Flow,
    ink,
    table::{Cell, Column, Width, table},
};
use app::{
    model::{
        caller::CallerRow,
        statement::{MOST_CALLERS, Mask, Masking, Statement},
    },
    part::show,
};

/// A hundred pages are enough.
const MOST: usize = MOST_CALLERS as usize;

pub(super) fn callers(flow: &mut Flow<'_>, statement: &Statement) {
    flow.heading("Callers");
    if statement.callers.is_empty() {
        return flow.paragraph("No caller used a deprecated version.", ink::BODY);
    }
    let (listed, total) = (statement.callers.len().min(MOST) as i64, statement.callers_total);
    let words = if listed < total {
        format!(
            "The {} with most deprecated calls, of {}. tables/callers.csv has {}.",
            show::plural(listed, "caller"),
            show::count(total),
            show::count(statement.callers.len() as i64)
        )
    } else {
        format!("{}, those with most deprecated calls first.", show::plural(total, "caller"))
    };
    flow.paragraph(&words, ink::BODY);
    flow.keep();
    let masking = statement.masking;
    let rows: Vec<Vec<Cell>> = statement.callers.iter().take(MOST).map(|row| cells(masking, row)).collect();
    table(flow, &columns(masking), rows);
}

/// What is left out has no column.
fn columns(masking: Masking) -> Vec<Column> {
    let is_there = |mask: Mask| mask != Mask::LeftOut;
    let text = |head, width| Column { head, width, is_number: false };
    let who = match (is_there(masking.principals), is_there(masking.user_agents)) {
        (true, true) => Some("Principal, user agent"),
        (true, false) => Some("Principal"),
        (false, true) => Some("User agent"),
        (false, false) => None,
    };
    let whose = if is_there(masking.accounts) { "Service, account" } else { "Service" };
    let address = is_there(masking.addresses).then(|| text("Source address", Width::Natural(82.0)));
    let columns = [
        Some(text(whose, Width::Natural(96.0))),
        who.map(|head| text(head, Width::Part(1.0))),
        address,
        Some(text("TLS", Width::Natural(36.0))),
        Some(Column { head: "Deprecated calls", width: Width::Natural(52.0), is_number: true }),
        Some(text("First, last seen", Width::Natural(56.0))),
        Some(text("State", Width::Natural(30.0))),
    ];
    columns.into_iter().flatten().collect()
}

fn cells(masking: Masking, row: &CallerRow) -> Vec<Cell> {
    let is_there = |mask: Mask| mask != Mask::LeftOut;
    let service = Cell::styled(&row.service, ink::CELL.bold());
    let service = if is_there(masking.accounts) { service.over(&row.account, ink::CELL_FAINT) } else { service };
    let who = match (is_there(masking.principals), is_there(masking.user_agents)) {
        (true, true) => Some(Cell::new(&row.principal).over(&row.user_agent, ink::CELL_FAINT)),
        (true, false) => Some(Cell::new(&row.principal)),
        (false, true) => Some(Cell::new(&row.user_agent)),
        (false, false) => None,
    };
    let versions: Vec<&str> = row.tls_versions.iter().map(|version| version.as_str()).collect();
    let day = |time: chrono::DateTime<chrono::Utc>| show::day(time.date_naive());
    let state = if row.open { Cell::styled("open", ink::CELL.bold()) } else { Cell::styled("quiet", ink::CELL_FAINT) };
    let cells = [
        Some(service),
        who,
        is_there(masking.addresses).then(|| Cell::new(&row.source_address)),
        Some(Cell::new(versions.join(", "))),
        Some(Cell::new(show::count(row.calls))),
        Some(Cell::new(day(row.first_seen)).over(day(row.last_seen), ink::CELL)),
        Some(state),
    ];
    cells.into_iter().flatten().collect()
}
