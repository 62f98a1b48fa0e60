//! What a statement says on paper, part by part, in the order in which it is read.

mod callers;
mod lead;
mod logs;
mod rules;
mod services;
mod trend;
mod unknown;

use super::{
    About,
    chart::Chart,
    flow::{Flow, Mark},
    fonts::Fonts,
    ink, wrap,
};
use app::{model::statement::Statement, part::show};

/// The callers come last: they may go on for a hundred pages.
pub(super) fn all(flow: &mut Flow<'_>, statement: &Statement, about: &About, chart: Option<&Chart>) {
    lead::lead(flow, statement, about);
    trend::trend(flow, statement, chart);
    services::services(flow, statement);
    unknown::unknown(flow, statement);
    rules::rules(flow, statement);
    logs::logs(flow, statement);
    callers::callers(flow, statement);
}

/// Whose page it is, of when, and which of how many.
pub(super) fn foot(fonts: &Fonts, statement: &Statement, about: &About, page: usize, pages: usize) -> Vec<Mark> {
    let style = ink::SMALL;
    let top = ink::BOTTOM + 20.0;
    let number = wrap::line(fonts, &format!("page {} of {pages}", page + 1), style, 100.0);
    let (made, until) = (show::moment(statement.made), show::moment(about.until));
    let who = format!("shared by {} · made {made} · link until {until}", about.creator);
    let room = ink::COLUMN - number.width - 12.0;
    let title = wrap::line(fonts, &about.title, style.bold(), room);
    let who = wrap::line(fonts, &who, style, ink::COLUMN);
    let (first, second) = (top + 4.0 + style.ascent(), top + 4.0 + style.leading + style.ascent());
    let x = ink::RIGHT - number.width;
    vec![
        Mark::Line { points: vec![(ink::LEFT, top), (ink::RIGHT, top)], colour: ink::BORDER, width: 0.5 },
        Mark::Text { x: ink::LEFT, baseline: first, text: title.text, style: style.bold() },
        Mark::Text { x, baseline: first, text: number.text, style },
        Mark::Text { x: ink::LEFT, baseline: second, text: who.text, style },
    ]
}
