//! What stands on the time axis beside the data: deadlines, today, and days without logs.

use super::axis::{Span, end, millis};
use crate::model::frame::{Frame, Grain};
use charming::{
    Chart,
    element::{
        ItemStyle, Label, LabelAlign, LineStyle, LineStyleType, MarkArea, MarkAreaData, MarkLine, MarkLineData,
        MarkLineVariant, Symbol, Tooltip, Trigger,
    },
    series::Line,
};
use chrono::{DateTime, NaiveDate, Utc};

/// Adds the deadline with its history, "today" and "logs end", each as an empty series of its own: a series that a
/// filter removes takes no line with it. Their words stand above the plot, where no bar is behind them: the deadline's in
/// the upper row, today's in the lower one.
pub(super) fn dates(chart: Chart, frame: &Frame, span: Span) -> Chart {
    let mut upper = Row::new(span, DEADLINE_ABOVE, "var(--deadline)");
    let mut lower = Row::new(span, TODAY_ABOVE, "var(--text)");
    [deadline(frame, span, &mut upper), history(frame, span, &mut upper), now(frame, span, &mut lower)]
        .into_iter()
        .flatten()
        .fold(chart, |chart, line| chart.series(line))
}

/// Pixels between the plot and each row; [`super::axis`] leaves room for both.
const TODAY_ABOVE: f64 = 4.0;
const DEADLINE_ABOVE: f64 = 19.0;

/// Widths of words as parts of the axis, so that they fit on a chart as narrow as a phone.
const DATED: f64 = 0.36;
const WORD: f64 = 0.16;

/// One row of words above the plot, each beside its line and none over another.
struct Row {
    span: Span,
    above: f64,
    colour: &'static str,
    taken: Vec<(f64, f64)>,
}

impl Row {
    fn new(span: Span, above: f64, colour: &'static str) -> Self {
        Self { span, above, colour, taken: Vec::new() }
    }

    /// A line at this time, with its words if they find room; the first ones always do.
    fn mark(&mut self, at: i64, text: String, width: f64) -> MarkLineData {
        let label = match self.side(at, width) {
            Some(align) => Label::new()
                .show(true)
                .formatter("{b}")
                .color(self.colour)
                .font_size(11)
                .distance(self.above)
                .align(align),
            None => Label::new().show(false),
        };
        MarkLineData::new().x_axis(at).name(text).label(label)
    }

    /// To the right of the line or to the left: where more room is, unless other words stand there.
    fn side(&mut self, at: i64, width: f64) -> Option<LabelAlign> {
        let at = (at - self.span.from) as f64 / (self.span.to - self.span.from).max(1) as f64;
        let (right, left) = (((at, at + width), LabelAlign::Left), ((at - width, at), LabelAlign::Right));
        let sides = if at > 0.5 { [left, right] } else { [right, left] };
        let is_free = |(from, to): (f64, f64)| self.taken.iter().all(|(first, last)| to <= *first || *last <= from);
        let (place, align) =
            sides.into_iter().find(|(place, _)| is_free(*place) && (self.taken.is_empty() || fits(*place)))?;
        self.taken.push(place);
        Some(align)
    }
}

fn fits((from, to): (f64, f64)) -> bool {
    from >= 0.0 && to <= 1.0
}

fn deadline(frame: &Frame, span: Span, row: &mut Row) -> Option<Line> {
    let date = frame.deadline.as_ref()?.date;
    let text = format!("deadline {}", words(date));
    let (at, text, visible) = if span.contains(date) {
        (millis(date), text, 2)
    } else if millis(date) < span.from {
        (span.from, format!("◂ {text}"), 0)
    } else {
        (span.to, format!("{text} ▸"), 0)
    };
    let style = LineStyle::new().color("var(--deadline)").width(visible).type_(LineStyleType::Solid);
    Some(marked("deadline", vec![row.mark(at, text, DATED)], style))
}

/// Dates that the deadline had before, the last one first: it matters most where not all of them find room.
fn history(frame: &Frame, span: Span, row: &mut Row) -> Option<Line> {
    let deadline = frame.deadline.as_ref()?;
    let marks: Vec<_> = deadline
        .history
        .iter()
        .rev()
        .map(|revision| revision.date)
        .filter(|date| *date != deadline.date && span.contains(*date))
        .map(|date| {
            let word = if date < deadline.date { "slipped:" } else { "was" };
            row.mark(millis(date), format!("{word} {}", words(date)), DATED)
        })
        .collect();
    let style = LineStyle::new().color("var(--deadline)").width(1).type_(LineStyleType::Dashed);
    (!marks.is_empty()).then(|| marked("history", marks, style))
}

fn now(frame: &Frame, span: Span, row: &mut Row) -> Option<Line> {
    let mut marks = Vec::new();
    if span.contains(frame.today) {
        marks.push(row.mark(millis(frame.today), "today".into(), WORD));
    }
    let after_logs = frame.as_of.succ_opt()?;
    if frame.as_of != frame.today && span.contains(after_logs) {
        marks.push(row.mark(millis(after_logs), "logs end".into(), WORD));
    }
    let style = LineStyle::new().color("var(--text)").width(1.5).type_(LineStyleType::Dotted);
    (!marks.is_empty()).then(|| marked("now", marks, style))
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

fn marked(name: &str, marks: Vec<MarkLineData>, style: LineStyle) -> Line {
    silent(name).mark_line(
        MarkLine::new()
            .silent(true)
            .symbol(vec![Symbol::None, Symbol::None])
            .line_style(style)
            .data(marks.into_iter().map(MarkLineVariant::Simple).collect()),
    )
}

fn words(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};
    use serde_json::{Value, json};

    /// Each line's words and where they stand; none where there was no room.
    fn labels(today: &str, dates: &[&str]) -> Vec<(String, Value)> {
        let mut frame = fixture::frame(100, Some(fixture::deadline(dates)));
        frame.today = fixture::date(today);
        frame.as_of = frame.today;
        let option = serde_json::to_value(super::dates(Chart::new(), &frame, Span::of(&frame))).expect("JSON");
        let series = option["series"].as_array().cloned().unwrap_or_default();
        let marks = series.iter().flat_map(|series| series["markLine"]["data"].as_array().cloned().unwrap_or_default());
        marks
            .map(|mark| (mark["name"].as_str().unwrap_or_default().to_owned(), mark["label"]["align"].clone()))
            .collect()
    }

    #[test]
    fn words_stand_beside_their_lines_on_the_side_with_room() {
        let early = labels("2023-06-10", &["2023-06-12"]);
        assert_eq!(early, [("deadline 12 Jun 2023".into(), json!("left")), ("today".into(), json!("left"))]);
        let late = labels("2023-09-07", &["2023-09-08"]);
        assert_eq!(late, [("deadline 8 Sep 2023".into(), json!("right")), ("today".into(), json!("right"))]);
    }

    #[test]
    fn a_deadline_outside_is_named_at_the_edge() {
        let past = labels("2023-07-01", &["2021-03-31"]);
        assert_eq!(past[0], ("◂ deadline 31 Mar 2021".into(), json!("left")));
        let far = labels("2023-07-01", &["2033-03-31"]);
        assert_eq!(far[0], ("deadline 31 Mar 2033 ▸".into(), json!("right")));
    }

    #[test]
    fn dates_before_are_named_where_they_find_room() {
        let near = labels("2023-07-01", &["2023-07-08", "2023-07-12"]);
        assert_eq!(near[1], ("slipped: 8 Jul 2023".into(), json!("right")));
        let crowded = labels("2023-07-01", &["2023-06-03", "2023-07-08", "2023-07-12"]);
        assert_eq!(crowded[2], ("slipped: 3 Jun 2023".into(), Value::Null));
    }
}
