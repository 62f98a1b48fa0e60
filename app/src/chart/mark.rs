//! What stands on the time axis beside the data: deadlines, today, and days without logs.

use super::axis::{Span, end, millis};
use crate::model::frame::{Frame, Grain};
use charming::{
    Chart,
    element::{
        ItemStyle, Label, LabelAlign, LabelPosition, LineStyle, LineStyleType, MarkArea, MarkAreaData, MarkLine,
        MarkLineData, MarkLineVariant, Symbol, Tooltip, Trigger,
    },
    series::Line,
};
use chrono::{DateTime, NaiveDate, Utc};

/// Adds the deadline with its history, "today" and "logs end", each as an empty series of its own: a series that a
/// filter removes takes no line with it.
pub(super) fn dates(chart: Chart, frame: &Frame, span: Span) -> Chart {
    [deadline(frame, span), history(frame, span), now(frame, span)]
        .into_iter()
        .flatten()
        .fold(chart, |chart, line| chart.series(line))
}

fn deadline(frame: &Frame, span: Span) -> Option<Line> {
    let date = frame.deadline.as_ref()?.date;
    let text = format!("deadline {}", words(date));
    let (at, text, visible) = if span.contains(date) {
        (millis(date), text, 2)
    } else if millis(date) < span.from {
        (span.from, format!("◂ {text}"), 0)
    } else {
        (span.to, format!("{text} ▸"), 0)
    };
    // At the top, on the side where there is room.
    let align = if at - span.from > (span.to - span.from) / 2 { LabelAlign::Right } else { LabelAlign::Left };
    let label = label("var(--deadline)").align(align);
    let style = LineStyle::new().color("var(--deadline)").width(visible).type_(LineStyleType::Solid);
    Some(marked("deadline", vec![mark(at, text)], style, label))
}

/// Dates that the deadline had before.
fn history(frame: &Frame, span: Span) -> Option<Line> {
    let deadline = frame.deadline.as_ref()?;
    let marks: Vec<_> = deadline
        .history
        .iter()
        .map(|revision| revision.date)
        .filter(|date| *date != deadline.date && span.contains(*date))
        .map(|date| {
            let word = if date < deadline.date { "slipped:" } else { "was" };
            mark(millis(date), format!("{word} {}", words(date)))
        })
        .collect();
    let style = LineStyle::new().color("var(--deadline)").width(1).type_(LineStyleType::Dashed);
    (!marks.is_empty()).then(|| marked("history", marks, style, along("var(--deadline)")))
}

fn now(frame: &Frame, span: Span) -> Option<Line> {
    let mut marks = Vec::new();
    if span.contains(frame.today) {
        marks.push(mark(millis(frame.today), "today".into()));
    }
    let after_logs = frame.as_of.succ_opt()?;
    if frame.as_of != frame.today && span.contains(after_logs) {
        marks.push(mark(millis(after_logs), "logs end".into()));
    }
    let style = LineStyle::new().color("var(--text-muted)").width(1).type_(LineStyleType::Dotted);
    (!marks.is_empty()).then(|| marked("now", marks, style, along("var(--text-muted)")))
}

/// Shades the buckets for which no log exists.
pub(super) fn without_logs(chart: Chart, times: &[DateTime<Utc>], missing: &[bool], grain: Grain) -> Chart {
    let areas: Vec<_> = runs(missing)
        .filter_map(|(first, last)| {
            let edge = |time: DateTime<Utc>| MarkAreaData::new().x_axis(time.to_rfc3339());
            Some((edge(*times.get(first)?), edge(end(*times.get(last)?, grain))))
        })
        .collect();
    if areas.is_empty() {
        return chart;
    }
    let style = ItemStyle::new().color("var(--no-logs)");
    chart.series(silent("without logs").mark_area(MarkArea::new().silent(true).item_style(style).data(areas)))
}

/// First and last index of each unbroken run.
fn runs(flags: &[bool]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    flags.chunk_by(|a, b| a == b).filter_map(move |run| {
        let first = at;
        at += run.len();
        run[0].then_some((first, at - 1))
    })
}

/// `runs` for days.
pub(super) fn midnights(days: &[NaiveDate]) -> Vec<DateTime<Utc>> {
    days.iter().filter_map(|day| DateTime::from_timestamp_millis(millis(*day))).collect()
}

/// A series without data that does not answer to the mouse.
pub(super) fn silent(name: &str) -> Line {
    Line::new().id(name).name(name).silent(true).show_symbol(false).tooltip(Tooltip::new().trigger(Trigger::None))
}

fn marked(name: &str, marks: Vec<MarkLineData>, style: LineStyle, label: Label) -> Line {
    silent(name).mark_line(
        MarkLine::new()
            .silent(true)
            .symbol(vec![Symbol::None, Symbol::None])
            .line_style(style)
            .label(label)
            .data(marks.into_iter().map(MarkLineVariant::Simple).collect()),
    )
}

fn mark(at: i64, text: String) -> MarkLineData {
    MarkLineData::new().x_axis(at).name(text)
}

fn label(colour: &str) -> Label {
    Label::new().show(true).formatter("{b}").color(colour).font_size(11)
}

/// Written along the line, over whatever the line crosses.
fn along(colour: &str) -> Label {
    label(colour).position(LabelPosition::InsideEndTop).background_color("var(--surface)")
}

fn words(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}
