//! The frame of every chart: its time axis, value axis, grid, tooltip and zoom.

use crate::model::{
    forecast::Forecast,
    frame::{Frame, Grain},
};
use charming::{
    Chart,
    component::{Axis, DataZoom, DataZoomType, FilterMode, Grid},
    element::{
        AxisLabel, AxisPointer, AxisPointerType, AxisTick, AxisType, Formatter, Label, LineStyle, SplitLine, Tooltip,
        Trigger,
    },
};
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

/// A date further away than this many times the width of the data is named at the edge instead: the data would be
/// squeezed into nothing.
const REACH: i64 = 4;

/// What the time axis spans, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: i64,
    pub to: i64,
    /// Where the data ends.
    pub data_to: i64,
}

impl Span {
    /// The frame, extended to its deadline.
    pub(super) fn of(frame: &Frame) -> Self {
        let (from, to) = (frame.from.timestamp_millis(), frame.to.timestamp_millis());
        let span = Self { from, to, data_to: to };
        frame.deadline.as_ref().map_or(span, |deadline| span.reaching(deadline.date))
    }

    /// Widened to whole buckets: a week may begin before the frame.
    pub(super) fn covering(self, times: &[DateTime<Utc>], grain: Grain) -> Self {
        let (Some(first), Some(last)) = (times.first(), times.last()) else { return self };
        let data_to = self.data_to.max(end(*last, grain).timestamp_millis());
        Self { from: self.from.min(first.timestamp_millis()), to: self.to.max(data_to), data_to }
    }

    /// Extended to a date on its right, with a little room behind it.
    pub(super) fn reaching(self, date: NaiveDate) -> Self {
        let (date, width) = (millis(date), self.data_to - self.from);
        if date <= self.data_to || date - self.data_to > REACH * width {
            return self;
        }
        Self { to: self.to.max(date + (date - self.from) / 50), ..self }
    }

    /// Extended to the day on which callers reach zero, too.
    pub(super) fn reaching_zero(self, forecast: &Forecast) -> Self {
        match forecast {
            Forecast::Zero { zero, .. } => self.reaching(*zero),
            Forecast::Reached | Forecast::None(_) => self,
        }
    }

    pub(super) fn contains(self, date: NaiveDate) -> bool {
        (self.from..=self.to).contains(&millis(date))
    }
}

/// Midnight at the beginning of the day.
pub(super) fn millis(date: NaiveDate) -> i64 {
    date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()
}

/// The end of a bucket.
pub(super) fn end(start: DateTime<Utc>, grain: Grain) -> DateTime<Utc> {
    match grain {
        Grain::Hour => start + TimeDelta::hours(1),
        Grain::Day => start + TimeDelta::days(1),
        Grain::Week => start + TimeDelta::weeks(1),
        Grain::Month => start.checked_add_months(Months::new(1)).unwrap_or(start),
    }
}

/// Where a bucket's number is drawn: in its middle, so that a date's line stands at the edge of its day.
pub(super) fn middle(start: DateTime<Utc>, grain: Grain) -> i64 {
    (start.timestamp_millis() + end(start, grain).timestamp_millis()) / 2
}

/// What the numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Count,
    /// Of all calls. `Whole`: the parts make up 100 %.
    Percent,
    Whole,
}

/// An empty chart: axes, grid, tooltip.
pub(super) fn frame(span: Span, grain: Grain, unit: Unit) -> Chart {
    on(grid(), span, grain, unit)
}

fn on(grid: Grid, span: Span, grain: Grain, unit: Unit) -> Chart {
    let values = if unit == Unit::Count { "format:calls" } else { "format:percent" };
    Chart::new()
        .grid(grid)
        .tooltip(
            Tooltip::new()
                .trigger(Trigger::Axis)
                .axis_pointer(AxisPointer::new().type_(AxisPointerType::Line).line_style(line("var(--strong-border)")))
                .value_formatter(values),
        )
        .x_axis(time_axis(span, grain))
        .y_axis(value_axis(unit))
}

fn time_axis(span: Span, grain: Grain) -> Axis {
    let header = match grain {
        Grain::Hour => "format:hour",
        Grain::Day => "format:day",
        Grain::Week => "format:week",
        Grain::Month => "format:month",
    };
    Axis::new()
        .type_(AxisType::Time)
        .min(span.from)
        .max(span.to)
        .axis_tick(AxisTick::new().line_style(line("var(--strong-border)")))
        .axis_label(AxisLabel::new().color("var(--text-muted)").font_size(11))
        .axis_pointer(AxisPointer::new().label(Label::new().show(false).formatter(header)))
        .split_line(SplitLine::new().show(false))
}

fn value_axis(unit: Unit) -> Axis {
    let label = AxisLabel::new().color("var(--text-muted)").font_size(11).formatter(Formatter::from(match unit {
        Unit::Count => "format:compact",
        Unit::Percent | Unit::Whole => "{value} %",
    }));
    let axis = Axis::new()
        .type_(AxisType::Value)
        .min(0)
        .split_number(4)
        .axis_label(label)
        .split_line(SplitLine::new().line_style(line("var(--border)")));
    match unit {
        Unit::Count => axis.min_interval(1),
        Unit::Percent => axis,
        Unit::Whole => axis.max(100).interval(25),
    }
}

/// The same with a strip below: zooming by dragging in it, or with shift and the wheel.
pub(super) fn zoomable(span: Span, grain: Grain, unit: Unit) -> Chart {
    // Bars that are half outside stay; stacks keep their height.
    let zoom = |kind| DataZoom::new().type_(kind).filter_mode(FilterMode::None);
    let strip = zoom(DataZoomType::Slider)
        .bottom(2)
        .background_color("var(--surface)")
        .border_color("var(--border)")
        .filler_color("var(--accent-wash)")
        .brush_select(true);
    on(grid().bottom(30), span, grain, unit).data_zoom(zoom(DataZoomType::Inside)).data_zoom(strip)
}

fn grid() -> Grid {
    // Above the plot stand two rows of words: see `mark`.
    Grid::new().left(8).right(16).top(40).bottom(4)
}

pub(super) fn line(colour: &str) -> LineStyle {
    LineStyle::new().color(colour).width(1)
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    fn reach(days: i64, deadline: &str) -> i64 {
        let frame = fixture::frame(days, Some(fixture::deadline(&[deadline])));
        Span::of(&frame).to - frame.to.timestamp_millis()
    }

    #[test]
    fn the_axis_reaches_a_deadline_to_come() {
        assert!(reach(30, "2023-09-01") > 62 * 86_400_000);
    }

    #[test]
    fn a_deadline_within_or_before_the_data_changes_nothing() {
        assert_eq!((reach(30, "2023-06-28"), reach(30, "2021-03-31")), (0, 0));
    }

    #[test]
    fn a_far_deadline_does_not_squeeze_the_data() {
        assert_eq!(reach(7, "2024-06-28"), 0);
    }

    #[test]
    fn a_bucket_is_drawn_in_its_middle() {
        let start = fixture::frame(1, None).from;
        assert_eq!(middle(start, Grain::Day) - start.timestamp_millis(), 43_200_000);
        assert_eq!(middle(start, Grain::Month) - start.timestamp_millis(), 15 * 86_400_000);
    }
}
