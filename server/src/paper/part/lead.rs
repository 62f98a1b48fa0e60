//! The answer, before anything else: title, state, sentence, and what they are about.

use crate::paper::{
    About, UNTITLED,
    flow::{Flow, MOST_LINES, Mark, Tag},
    ink,
    table::{Cell, Column, Width, table},
    wrap::{line, wrap},
};
use app::{
    model::{share::ShareKind, statement::Statement},
    part::show,
    shared::words,
};

pub(super) fn lead(flow: &mut Flow<'_>, statement: &Statement, about: &About) {
    let brand = ink::SMALL.bold().in_colour(ink::ACCENT);
    let element = flow.element(None, Tag::Paragraph);
    let words = line(flow.fonts, "TLS Sunset · statement", brand, ink::COLUMN);
    flow.put(element, ink::LEFT, words, brand);
    flow.y += 3.0;
    let title = if about.title.trim().is_empty() { UNTITLED } else { &about.title };
    let element = flow.element(None, Tag::Heading(1, title.to_owned()));
    let lines = wrap(flow.fonts, title, ink::TITLE, ink::COLUMN, 4);
    flow.lines(element, ink::LEFT, lines, ink::TITLE);
    flow.y += 3.0;
    for part in about.note.lines().filter(|part| !part.trim().is_empty()).take(MOST_LINES) {
        flow.paragraph(part, ink::BODY.in_colour(ink::MUTED));
    }
    flow.y += 5.0;
    answer(flow, statement);
    figures(flow, statement);
    facts(flow, statement, about);
}

/// The state and the sentence on its colour.
fn answer(flow: &mut Flow<'_>, statement: &Statement) {
    const INSET: f32 = 12.0;
    let overview = &statement.overview;
    let (colour, wash) = ink::state(overview.state);
    let state = ink::HEADING.in_colour(colour);
    let room = ink::COLUMN - INSET * 2.0;
    let lines = wrap(flow.fonts, &overview.sentence, ink::SENTENCE, room, 12);
    let height = INSET * 1.7 + state.leading + lines.len() as f32 * ink::SENTENCE.leading;
    flow.need(height);
    let y = flow.y;
    flow.draw(None, Mark::Fill { x: ink::LEFT, y, width: ink::COLUMN, height, colour: wash });
    flow.draw(None, Mark::Fill { x: ink::LEFT, y, width: 3.0, height, colour });
    flow.y += INSET * 0.8;
    let middle = flow.y + state.leading / 2.0;
    flow.draw(None, Mark::Dot { x: ink::LEFT + INSET + 3.5, y: middle, radius: 3.5, colour });
    let element = flow.element(None, Tag::Paragraph);
    let words = line(flow.fonts, overview.state.words(), state, room);
    flow.put(element, ink::LEFT + INSET + 12.0, words, state);
    let element = flow.element(None, Tag::Paragraph);
    flow.lines(element, ink::LEFT + INSET, lines, ink::SENTENCE);
    flow.y = y + height + 12.0;
}

/// The four numbers that the sentence is made of.
fn figures(flow: &mut Flow<'_>, statement: &Statement) {
    let overview = &statement.overview;
    let unknown: i64 = overview.unknown.iter().map(|(_, calls)| calls).sum();
    let deprecated = show::percent(overview.deprecated_calls, overview.calls);
    let figures = [
        (
            show::count(overview.open_callers),
            format!("open callers, of {}", show::plural(overview.open_services, "service")),
        ),
        (
            show::short(overview.deprecated_calls),
            format!("deprecated calls, {deprecated} of {}", show::short(overview.calls)),
        ),
        (overview.coverage.map_or_else(|| "–".into(), show::share), "of the days have logs".to_owned()),
        (show::percent(unknown, overview.calls), "of the calls carry no TLS details".to_owned()),
    ];
    let width = ink::COLUMN / figures.len() as f32;
    let small = ink::SMALL;
    flow.need(ink::FIGURE.leading + small.leading * 2.0);
    let y = flow.y;
    let mut bottom = y;
    for (n, (number, words)) in figures.into_iter().enumerate() {
        let x = ink::LEFT + width * n as f32;
        let element = flow.element(None, Tag::Paragraph);
        flow.y = y;
        let number = line(flow.fonts, &(number + " "), ink::FIGURE, width - 10.0);
        flow.put(element, x, number, ink::FIGURE);
        for words in wrap(flow.fonts, &words, small, width - 10.0, 3) {
            flow.put(element, x, words, small);
        }
        bottom = bottom.max(flow.y);
    }
    flow.y = bottom + 10.0;
}

fn facts(flow: &mut Flow<'_>, statement: &Statement, about: &About) {
    let frame = statement.frame();
    let (first, last) = frame.days();
    let mut facts = vec![("Range", format!("{} to {}, by {}", show::day(first), show::day(last), frame.grain))];
    let deadline = words::deadline_distance(frame);
    facts.push(("Deadline", deadline.unwrap_or_else(|| "none: TLS below 1.2 counts as deprecated".into())));
    let filters: Vec<String> = statement.filters.iter().map(words::filter).collect();
    facts.push(("About", if filters.is_empty() { "all that was read".into() } else { filters.join("; ") }));
    facts.push(("Masked", words::masked(statement.masking)));
    let kind = match about.kind {
        ShareKind::Frozen => "frozen: later logs do not change these numbers",
        ShareKind::Live => "live: the numbers of that moment",
    };
    facts.push(("Made", format!("{}, {kind}", show::moment(statement.made))));
    facts.push(("Shared by", about.creator.clone()));
    facts.push(("Link until", format!("{}, unless that was changed", show::moment(about.until))));
    let rows = facts
        .into_iter()
        .map(|(name, words)| vec![Cell::styled(name, ink::CELL_FAINT.bold()), Cell::styled(words, ink::CELL)]);
    let columns = [
        Column { head: "", width: Width::Natural(90.0), is_number: false },
        Column { head: "", width: Width::Part(1.0), is_number: false },
    ];
    table(flow, &columns, rows.collect());
}
