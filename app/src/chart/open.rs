//! Open callers, and where their number leads.

use super::{
    axis::{self, Span, Unit, middle, millis},
    mark, point,
};
use crate::model::{forecast::Forecast, frame::Grain, open::OpenCallers};
use charming::{
    Chart,
    datatype::DataPoint,
    element::{AreaStyle, ItemStyle, LineStyle, LineStyleType, Step},
    series::Line,
};
use chrono::NaiveDate;

const COLOUR: &str = "var(--accent)";

/// The number of open callers per day, carried on to zero with its 80 % band.
pub fn open_callers(open: &OpenCallers) -> Chart {
    let span = span(open).reaching_zero(&open.forecast);
    let days = mark::midnights(&open.days);
    let mut chart = axis::frame(span, Grain::Day, Unit::Count);
    chart = mark::without_logs(chart, &days, &open.without_logs, Grain::Day);
    let data: Vec<_> =
        days.iter().zip(&open.open).map(|(day, n)| point(middle(*day, Grain::Day), Some(f64::from(*n)))).collect();
    chart = chart.series(past(data));
    if let Some(last) = open.days.last().zip(open.open.last())
        && let Forecast::Zero { zero, early, late, .. } = open.forecast
    {
        let start = Start { time: millis(*last.0), open: f64::from(*last.1), until: span.to };
        for line in start.band(early, late).into_iter().chain([start.course(zero)]) {
            chart = chart.series(line);
        }
    }
    mark::dates(chart, &open.frame, span)
}

/// The frame as far as there are days, and all of them where it lies before: who is open is a question about today.
fn span(open: &OpenCallers) -> Span {
    let mut frame = open.frame.clone();
    let days = mark::midnights(&open.days);
    if let Some((first, last)) = days.first().zip(days.last()) {
        frame.from = if (*first..=*last).contains(&frame.from) { frame.from } else { *first };
        frame.to = frame.to.max(axis::end(*last, Grain::Day));
    }
    Span::of(&frame)
}

fn past(data: Vec<DataPoint>) -> Line {
    Line::new()
        .id("open")
        .name("open callers")
        .step(Step::Middle)
        .show_symbol(data.len() == 1)
        .line_style(LineStyle::new().color(COLOUR).width(2))
        .item_style(ItemStyle::new().color(COLOUR))
        .area_style(AreaStyle::new().color(COLOUR).opacity(0.15))
        .data(data)
}

/// Where the forecast sets out from, and where the axis ends.
struct Start {
    time: i64,
    open: f64,
    until: i64,
}

impl Start {
    /// The straight way down to zero, as far as the axis goes.
    fn at(&self, time: i64, zero: Option<NaiveDate>) -> f64 {
        let Some(zero) = zero.map(millis) else { return self.open };
        let way = (zero - self.time).max(1) as f64;
        (self.open * (1.0 - (time - self.time) as f64 / way)).max(0.0)
    }

    fn course(&self, zero: NaiveDate) -> Line {
        let stop = millis(zero).clamp(self.time, self.until);
        mark::silent("forecast")
            .line_style(LineStyle::new().color(COLOUR).width(2).type_(LineStyleType::Dashed))
            .data([self.time, stop].map(|time| point(time, Some(self.at(time, Some(zero))))).to_vec())
    }

    /// The band between the early and the late way: an invisible floor, and the band stacked upon it.
    fn band(&self, early: NaiveDate, late: Option<NaiveDate>) -> [Line; 2] {
        let bends = [Some(early), late].into_iter().flatten().map(millis);
        let mut times: Vec<_> = bends.filter(|time| (self.time..self.until).contains(time)).collect();
        times.extend([self.time, self.until]);
        times.sort_unstable();
        times.dedup();
        let stacked = |name: &str, height: &dyn Fn(i64) -> f64| {
            let data = times.iter().map(|time| point(*time, Some(height(*time)))).collect();
            mark::silent(name).stack("band").line_style(LineStyle::new().width(0)).data(data)
        };
        [
            stacked("forecast, early", &|time| self.at(time, Some(early))),
            stacked("forecast, band", &|time| (self.at(time, late) - self.at(time, Some(early))).max(0.0))
                .area_style(AreaStyle::new().color(COLOUR).opacity(0.12)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};
    use crate::model::forecast::NoForecast;
    use chrono::TimeDelta;

    fn model(forecast: Forecast) -> OpenCallers {
        let frame = fixture::frame(3, Some(fixture::deadline(&["2023-06-12"])));
        let days = fixture::times(&frame).iter().map(|time| time.date_naive()).collect();
        OpenCallers { frame, days, open: vec![9, 8, 6], without_logs: vec![false; 3], forecast }
    }

    fn falling(late: Option<NaiveDate>) -> Forecast {
        Forecast::Zero { zero: fixture::date("2023-06-08"), early: fixture::date("2023-06-06"), late, per_day: -1.5 }
    }

    #[test]
    fn a_forecast_with_its_band() {
        let option = serde_json::to_value(open_callers(&model(falling(Some(fixture::date("2023-06-10"))))));
        insta::assert_json_snapshot!(option.expect("JSON"));
    }

    #[test]
    fn a_frame_in_the_past_draws_the_days_up_to_today() {
        let now = model(falling(None));
        let mut old = now.clone();
        (old.frame.from, old.frame.to) = (old.frame.from - TimeDelta::days(900), old.frame.to - TimeDelta::days(800));
        old.frame.deadline = None;
        let axis = |open| serde_json::to_value(open_callers(open)).expect("JSON")["xAxis"]["min"].clone();
        assert_eq!(axis(&old), axis(&now));
    }

    #[test]
    fn a_band_without_a_late_end_stays_level() {
        let option = serde_json::to_value(open_callers(&model(falling(None)))).expect("JSON");
        let band = option["series"].as_array().expect("series").iter().find(|s| s["name"] == "forecast, band");
        let last = band.expect("a band")["data"].as_array().expect("data").last().expect("a point").clone();
        assert_eq!(last[1], 6.0);
    }

    #[test]
    fn no_forecast_draws_none() {
        let option = serde_json::to_value(open_callers(&model(Forecast::None(NoForecast::NotFalling)))).expect("JSON");
        assert!(!option.to_string().contains("forecast"));
    }
}
