//! The trend against the deadline, drawn beforehand: these pages have no script that could.

use super::{
    line::line,
    panels,
    sheet::{Sheet, csv, panel},
    words,
};
use crate::{
    chart::{self, Shown},
    model::trend::{DrawnTrend, Trend},
    part::show,
};
use leptos::prelude::*;

pub(super) fn trend(sheet: &Sheet<'_>) -> AnyView {
    let trend = sheet.shown.trend();
    let body = view! {
        {sheet.chart.map_or_else(|| line(&trend), |chart| drawn(&trend, chart))}
        <p class="says">{words::trend(&trend)}</p>
        {panels::deadline(sheet)}
    };
    panel("trend", "Deprecated calls against the deadline", csv(sheet, "trend"), body.into_any())
}

/// Styles show one of the two.
fn drawn(trend: &Trend, chart: &DrawnTrend) -> AnyView {
    let (wide, narrow) = (chart.wide.clone(), chart.narrow.clone());
    view! {
        <figure class="shared-chart">
            <figcaption class="hint">{format!("calls per {}", trend.frame.grain)}</figcaption>
            <div class="wide" role="img" aria-label=label(trend) inner_html=wide></div>
            <div class="narrow" role="img" aria-label=label(trend) inner_html=narrow></div>
            {legend(trend)}
        </figure>
    }
    .into_any()
}

/// What is drawn, for whoever cannot see it.
pub(super) fn label(trend: &Trend) -> String {
    let (first, last) = trend.frame.days();
    let deadline = trend.frame.deadline.as_ref();
    let deadline = deadline.map(|deadline| format!("; the deadline is {}", show::day(deadline.date)));
    format!(
        "Deprecated calls from {} to {}, at most {} at a time{}",
        show::day(first),
        show::day(last),
        show::count(most(trend)),
        deadline.unwrap_or_default()
    )
}

/// The highest point of all services together.
pub(super) fn most(trend: &Trend) -> i64 {
    let sum = |i| trend.series.iter().filter_map(|series| series.calls.get(i)).sum();
    (0..trend.times.len()).map(sum).max().unwrap_or(0)
}

pub(super) fn legend(trend: &Trend) -> AnyView {
    let keys = (1..).zip(chart::shown(trend)).map(|(number, shown)| {
        let (colour, calls) = (colour(number, &shown), show::short(shown.total()));
        view! {
            <li class="key"><i class="swatch" data-series=colour></i><span class="clip">{shown.name}</span>" "<b>{calls}</b></li>
        }
    });
    view! { <ul class="legend" aria-label="Services, most deprecated calls first">{keys.collect_view()}</ul> }
        .into_any()
}

/// As the styles call it.
pub(super) fn colour(number: usize, shown: &Shown) -> String {
    if shown.service.is_some() { number.to_string() } else { "other".to_owned() }
}
