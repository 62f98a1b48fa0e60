//! Deprecated calls against the deadline: the chart, and how the deadline moved.

use crate::paper::{
    chart::Chart,
    flow::{Flow, Mark, Tag},
    ink,
    wrap::line,
};
use app::{
    chart::shown,
    model::{statement::Statement, trend::Trend},
    part::show,
    shared::words,
};

/// Dates that a deadline had.
const REVISIONS: usize = 40;

pub(super) fn trend(flow: &mut Flow<'_>, statement: &Statement, chart: Option<&Chart>) {
    let trend = statement.trend();
    // Where nothing is, there is nothing to see.
    let chart = chart.filter(|_| !trend.series.is_empty());
    flow.heading("Deprecated calls against the deadline");
    let bars = if chart.is_some() { format!(" The bars are calls per {}.", trend.frame.grain) } else { String::new() };
    flow.paragraph(&(words::trend(&trend) + &bars), ink::BODY);
    flow.keep();
    if let Some(chart) = chart {
        let height = chart.height();
        flow.need(height);
        let element = flow.element(None, Tag::Figure(shows(&trend)));
        let y = flow.y;
        flow.draw(Some(element), Mark::Chart { y, height });
        flow.y += height + 4.0;
        legend(flow, &trend);
    }
    let Some(deadline) = &statement.frame().deadline else { return };
    let source =
        if deadline.source_url.is_empty() { String::new() } else { format!(" Source: {}", deadline.source_url) };
    flow.paragraph(&format!("{}{source}", words::deadline(deadline)), ink::BODY);
    if !deadline.note.is_empty() {
        flow.paragraph(&deadline.note, ink::BODY.in_colour(ink::MUTED));
    }
    if deadline.history.len() > 1 {
        flow.paragraph("How the deadline moved:", ink::BODY);
        let last = deadline.history.len().saturating_sub(REVISIONS);
        let moved = deadline.history.iter().skip(last);
        flow.list(
            moved.map(|revision| format!("{}{}", show::day(revision.date), words::revision(revision))),
            ink::BODY,
        );
    }
}

/// For whoever does not see it.
fn shows(trend: &Trend) -> String {
    let (first, last) = trend.frame.days();
    let most = |n: usize| trend.series.iter().filter_map(|series| series.calls.get(n)).sum::<i64>();
    let most = (0..trend.times.len()).map(most).max().unwrap_or(0);
    let services: Vec<String> =
        shown(trend).iter().map(|shown| format!("{} ({})", shown.name, show::count(shown.total()))).collect();
    let deadline =
        trend.frame.deadline.as_ref().map(|deadline| format!(" The deadline is {}.", show::day(deadline.date)));
    format!(
        "A chart of the deprecated calls of each service, one upon the other, per {} from {} to {}: at most {} at a time. {}.{}",
        trend.frame.grain,
        show::day(first),
        show::day(last),
        show::plural(most, "call"),
        if services.is_empty() { "There are none".to_owned() } else { services.join(", ") },
        deadline.unwrap_or_default()
    )
}

/// The colours of the chart, and what they stand for.
fn legend(flow: &mut Flow<'_>, trend: &Trend) {
    let style = ink::SMALL.in_colour(ink::TEXT);
    let shown = shown(trend);
    if shown.is_empty() {
        return;
    }
    flow.need(style.leading);
    let element = flow.element(None, Tag::Paragraph);
    let mut x = ink::LEFT;
    for (n, series) in shown.iter().enumerate() {
        let name = format!("{} {} ", series.name, show::short(series.total()));
        let mut line = line(flow.fonts, &name, style, 160.0);
        // Whoever copies it gets words.
        line.text.push(' ');
        if x + line.width + 10.0 > ink::RIGHT {
            x = ink::LEFT;
            flow.y += style.leading;
            flow.need(style.leading);
        }
        let colour = ink::series(series.service.as_ref().map(|_| n));
        let y = flow.y + style.leading / 2.0 - 2.5;
        flow.draw(None, Mark::Fill { x, y, width: 6.0, height: 5.0, colour });
        let (baseline, width) = (flow.y + style.ascent(), line.width);
        flow.draw(Some(element), Mark::Text { x: x + 9.0, baseline, text: line.text, style });
        x += width + 21.0;
    }
    flow.y += style.leading + 5.0;
}
