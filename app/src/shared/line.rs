//! A plain chart for where none could be drawn: deprecated calls over time, one service upon the other, and the deadline.

use super::trend::{colour, label, legend, most};
use crate::{
    chart,
    model::{frame::midnight, trend::Trend},
    part::show,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use leptos::prelude::*;
use std::fmt::Write as _;

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 180.0;

pub(super) fn line(trend: &Trend) -> AnyView {
    let layers = layers(trend);
    let most = most(trend);
    let axis = Axis::of(trend);
    let drawn = layers.iter().map(|layer| {
        view! { <path class="calls" data-series=layer.colour.clone() d=area(trend, &axis, &layer.sums, most)></path> }
    });
    let deadline = trend.frame.deadline.as_ref().map(|deadline| (axis.x(midnight(deadline.date)), deadline.date));
    let mark = deadline.filter(|(x, _)| (0.0..=WIDTH).contains(x)).map(|(x, _)| {
        view! { <path class="deadline" d=format!("M{x:.1} 0V{HEIGHT}")></path> }
    });
    let ends = [axis.from.date_naive(), axis.last_day()].map(|day| view! { <span>{show::day(day)}</span> });
    let when = deadline.map(|(_, date)| view! { <span class="when">{format!("deadline: {}", show::day(date))}</span> });
    view! {
        <figure class="shared-line">
            <figcaption class="hint">{format!("up to {} per {}", show::plural(most, "call"), trend.frame.grain)}</figcaption>
            <svg role="img" aria-label=label(trend) viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
                <path class="gap" d=gaps(trend, &axis)></path>
                {drawn.collect_view()}
                {mark}
            </svg>
            <p class="ends hint">{ends.into_iter().collect_view()}</p>
            {when}
            {legend(trend)}
        </figure>
    }
    .into_any()
}

/// How high a service and those below it reach.
struct Layer {
    /// As the styles call it.
    colour: String,
    sums: Vec<i64>,
}

/// The highest first: each covers the lower part of the one before.
fn layers(trend: &Trend) -> Vec<Layer> {
    let mut sums = vec![0_i64; trend.times.len()];
    let mut layers: Vec<Layer> = (1..)
        .zip(chart::shown(trend))
        .map(|(number, shown)| {
            sums.iter_mut().zip(&shown.calls).for_each(|(sum, calls)| *sum += calls);
            Layer { colour: colour(number, &shown), sums: sums.clone() }
        })
        .collect();
    layers.reverse();
    layers
}

/// From the first bucket to the end of the last one, or to the deadline where that is later but near.
struct Axis {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    is_to_deadline: bool,
}

impl Axis {
    fn of(trend: &Trend) -> Self {
        let (from, end) = (trend.frame.from, trend.frame.to);
        let deadline = trend.frame.deadline.as_ref().map(|deadline| midnight(deadline.date));
        // One that is far away would leave the numbers no room.
        let near = deadline.filter(|date| *date > end && *date - end <= end - from);
        Self { from, to: near.unwrap_or(end), is_to_deadline: near.is_some() }
    }

    /// The last one that is drawn: a midnight ends the day before, unless it is the deadline.
    fn last_day(&self) -> NaiveDate {
        if self.is_to_deadline { self.to.date_naive() } else { (self.to - TimeDelta::seconds(1)).date_naive() }
    }

    fn x(&self, time: DateTime<Utc>) -> f64 {
        let span = (self.to - self.from).num_seconds().max(1) as f64;
        (time - self.from).num_seconds() as f64 / span * WIDTH
    }
}

fn area(trend: &Trend, axis: &Axis, sums: &[i64], most: i64) -> String {
    let mut path = format!("M{:.1} {HEIGHT}", axis.x(trend.frame.from));
    for (time, calls) in trend.times.iter().zip(sums) {
        let end = trend.frame.grain.next(*time).unwrap_or(*time).min(trend.frame.to);
        let y = HEIGHT - *calls as f64 / most.max(1) as f64 * (HEIGHT - 4.0);
        // Writing to a String cannot fail.
        let _ = write!(path, "L{:.1} {y:.1}H{:.1}", axis.x((*time).max(axis.from)), axis.x(end));
    }
    let _ = write!(path, "L{:.1} {HEIGHT}Z", axis.x(trend.frame.to));
    path
}

fn gaps(trend: &Trend, axis: &Axis) -> String {
    let mut path = String::new();
    for (time, _) in trend.times.iter().zip(&trend.without_logs).filter(|(_, without)| **without) {
        let end = trend.frame.grain.next(*time).unwrap_or(*time).min(trend.frame.to);
        let _ = write!(path, "M{:.1} 0H{:.1}V{HEIGHT}H{0:.1}Z", axis.x((*time).max(axis.from)), axis.x(end));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::statement::tests::{day, sample};

    #[test]
    fn services_stand_upon_each_other() {
        let layers = layers(&sample().trend());
        let shown: Vec<_> = layers.iter().map(|layer| (layer.colour.as_str(), layer.sums[0])).collect();
        assert_eq!(shown, [("2", 14), ("1", 5)]);
    }

    #[test]
    fn the_axis_reaches_a_deadline_that_is_near() {
        let mut trend = sample().trend();
        let axis = Axis::of(&trend);
        assert_eq!((axis.last_day(), axis.x(axis.from), axis.x(axis.to)), (day(20), 0.0, WIDTH));
        trend.frame.deadline = None;
        assert_eq!(Axis::of(&trend).last_day(), trend.frame.days().1);
    }
}
