//! Deprecated calls per service over time.

use super::{
    axis::{self, Span, Unit, middle},
    mark, percent, point,
    series::Drawn,
};
use crate::{model::trend::Trend, view::ChartMode};
use charming::{Chart, datatype::DataPoint};

/// Services with a colour of their own; the others are drawn as one.
const TOP: usize = 8;

/// One series as drawn, for a legend.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// `None`: the rest.
    pub service: Option<String>,
    /// What a legend calls it.
    pub name: String,
    /// A CSS colour.
    pub colour: String,
    pub calls: Vec<i64>,
}

impl Shown {
    pub fn total(&self) -> i64 {
        self.calls.iter().sum()
    }
}

/// The services with most calls, and the rest as one.
pub fn shown(trend: &Trend) -> Vec<Shown> {
    // A single service is not worth hiding behind "other".
    let top = if trend.series.len() == TOP + 1 { TOP + 1 } else { TOP.min(trend.series.len()) };
    let (first, rest) = trend.series.split_at(top);
    let mut all: Vec<_> = (1..)
        .zip(first)
        .map(|(i, series)| Shown {
            service: Some(series.service.clone()),
            name: series.service.clone(),
            colour: format!("var(--series-{i})"),
            calls: series.calls.clone(),
        })
        .collect();
    if !rest.is_empty() {
        let sum = |i| rest.iter().filter_map(|series| series.calls.get(i)).sum();
        all.push(Shown {
            service: None,
            name: format!("other ({})", rest.len()),
            colour: "var(--series-other)".into(),
            calls: (0..trend.times.len()).map(sum).collect(),
        });
    }
    all
}

/// Stacked, as lines, or as share of all calls.
pub fn trend(trend: &Trend, mode: ChartMode) -> Chart {
    let grain = trend.frame.grain;
    let span = Span::of(&trend.frame).covering(&trend.times, grain);
    let unit = if mode == ChartMode::Share { Unit::Percent } else { Unit::Count };
    drawn_on(axis::zoomable(span, grain, unit), trend, mode, span, unit)
}

/// The same, stacked, where nothing can be pointed at or zoomed: drawn by the server, printed.
pub fn still(trend: &Trend) -> Chart {
    let grain = trend.frame.grain;
    let span = Span::of(&trend.frame).covering(&trend.times, grain);
    drawn_on(axis::frame(span, grain, Unit::Count), trend, ChartMode::Stacked, span, Unit::Count)
}

fn drawn_on(mut chart: Chart, trend: &Trend, mode: ChartMode, span: Span, unit: Unit) -> Chart {
    chart = mark::without_logs(chart, &trend.times, &trend.without_logs, trend.frame.grain);
    for (i, series) in shown(trend).into_iter().enumerate() {
        let id = match &series.service {
            // The number keeps ids apart and says that a click selects; the glue takes it off again.
            Some(service) => format!("{i} {service}"),
            None => "other".into(),
        };
        let data = points(trend, &series.calls, unit);
        let drawn = Drawn { id, name: series.name, colour: series.colour, data };
        chart = if mode == ChartMode::Lines { chart.series(drawn.line()) } else { drawn.stack_on(chart) };
    }
    mark::dates(chart, &trend.frame, span)
}

/// A bucket without logs has no number, which is not zero.
fn points(trend: &Trend, calls: &[i64], unit: Unit) -> Vec<DataPoint> {
    let known = |i: usize| !trend.without_logs.get(i).copied().unwrap_or(false);
    let value = |i: usize, calls: i64| match unit {
        Unit::Count => Some(calls as f64),
        Unit::Percent | Unit::Whole => percent(calls, trend.all_calls.get(i).copied().unwrap_or(0)),
    };
    (0..)
        .zip(trend.times.iter().zip(calls))
        .map(|(i, (time, n))| point(middle(*time, trend.frame.grain), value(i, *n).filter(|_| known(i))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};
    use serde_json::Value;

    fn option(chart: &Chart) -> Value {
        serde_json::to_value(chart).expect("JSON")
    }

    fn names(chart: &Chart) -> Vec<String> {
        let option = option(chart);
        let series = option["series"].as_array().cloned().unwrap_or_default();
        series.iter().map(|series| series["name"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn stacked() {
        let mut model = fixture::trend(4, 2, Some(fixture::deadline(&["2023-06-03", "2023-06-20"])));
        model.without_logs[1] = true;
        insta::assert_json_snapshot!(option(&trend(&model, ChartMode::Stacked)));
    }

    #[test]
    fn share_is_of_all_calls() {
        let model = fixture::trend(2, 1, None);
        let data = &option(&trend(&model, ChartMode::Share))["series"][0]["data"];
        assert_eq!((&data[0][1], &data[1][1]), (&Value::from(0.2), &Value::from(0.1)));
    }

    #[test]
    fn a_day_without_logs_is_a_gap() {
        let mut model = fixture::trend(2, 1, None);
        model.without_logs[0] = true;
        for mode in ChartMode::ALL {
            let option = option(&trend(&model, mode));
            let data = &option["series"][1]["data"];
            assert!(data[0][1].is_null() && data[1][1].is_number(), "{mode}: {data}");
        }
    }

    #[test]
    fn many_services_become_other() {
        let model = fixture::trend(3, 500, None);
        let drawn = shown(&model);
        assert_eq!(drawn.len(), TOP + 1);
        assert_eq!(drawn[TOP].name, "other (492)");
        let total: i64 = model.series.iter().flat_map(|series| &series.calls).sum();
        assert_eq!(drawn.iter().map(Shown::total).sum::<i64>(), total);
    }

    #[test]
    fn a_still_one_has_nothing_to_zoom_by() {
        let model = fixture::trend(4, 2, Some(fixture::deadline(&["2023-06-20"])));
        let (mut zoomable, still) = (option(&trend(&model, ChartMode::Stacked)), option(&super::still(&model)));
        assert!(zoomable["dataZoom"].is_array() && still.get("dataZoom").is_none());
        assert_eq!(zoomable["series"].take(), still["series"]);
    }

    #[test]
    fn nothing_to_draw_is_still_a_chart() {
        let model = fixture::trend(0, 0, Some(fixture::deadline(&["2021-03-31"])));
        assert_eq!(names(&trend(&model, ChartMode::Stacked)), ["deadline", "now"]);
    }

    #[test]
    fn many_buckets_are_an_area() {
        let kind =
            |days| option(&trend(&fixture::trend(days, 1, None), ChartMode::Stacked))["series"][0]["type"].clone();
        assert_eq!((kind(200), kind(2000)), ("bar".into(), "line".into()));
    }

    #[test]
    fn users_texts_are_names_and_ids_only() {
        let hostile = "<img src=x onerror=alert(1)>var(--x)";
        let mut model = fixture::trend(1, 1, None);
        model.series[0].service = hostile.into();
        let mut option = option(&trend(&model, ChartMode::Stacked));
        let series = option["series"][0].as_object_mut().expect("a series");
        assert_eq!(series.remove("name"), Some(hostile.into()));
        assert_eq!(series.remove("id"), Some(format!("0 {hostile}").into()));
        assert!(!option.to_string().contains("onerror"), "{option}");
    }
}
