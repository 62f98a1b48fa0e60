//! Deprecated calls per service over time, against the deadline.

use super::{NO_LOGS, chart_of, csv_link, numbers, panel};
use crate::{
    api, chart,
    model::trend::Trend,
    part::{failure::loaded, place::Place, show},
    view::ChartMode,
};
use leptos::prelude::*;

pub fn trend(place: Place) -> AnyView {
    let data = Resource::new(move || place.numbers(), api::trend);
    let drawn = chart_of(
        place,
        data,
        "Deprecated calls per service over time",
        move |trend: &Trend| chart::trend(trend, place.shown().chart),
        |view, service| {
            if service != chart::OTHER {
                view.service = vec![service];
            }
        },
    );
    let body = view! {
        {drawn}
        {loaded(data, move |trend| view! { {legend(place, &trend)} {sentence(&trend)} {table(&trend)} }.into_any())}
    };
    let tools = view! { {modes(place)} {csv_link(place, "trend", "Deprecated calls per service")} };
    panel("trend", "Deprecated calls per service", tools.into_any(), body.into_any())
}

fn modes(place: Place) -> AnyView {
    let mode = |mode: ChartMode, name: &'static str| {
        let here = move || (place.shown().chart == mode).then_some("true");
        view! { <a href=move || place.with(|v| v.chart = mode) aria-current=here data-noscroll>{name}</a> }
    };
    view! {
        <div class="switch" role="group" aria-label="Draw as">
            {mode(ChartMode::Stacked, "Stacked")}
            {mode(ChartMode::Lines, "Lines")}
            {mode(ChartMode::Share, "Share of all calls")}
        </div>
    }
    .into_any()
}

/// Links that filter, in the colours of the chart.
fn legend(place: Place, trend: &Trend) -> AnyView {
    let total = |calls: &[i64]| calls.iter().sum::<i64>();
    let top = trend.series.iter().take(chart::TOP).enumerate().map(|(i, series)| {
        let service = series.service.clone();
        let to = place.with(|v| v.service = vec![service]);
        view! {
            <li>
                <a class="key" href=to data-noscroll title=format!("Only {}", series.service)>
                    <i class="swatch" data-series=i + 1></i>
                    <span class="clip">{series.service.clone()}</span>
                    <b>{show::short(total(&series.calls))}</b>
                </a>
            </li>
        }
    });
    let rest = trend.series.iter().skip(chart::TOP);
    let others = rest.clone().count();
    let other = (others > 0).then(|| {
        let calls = rest.map(|series| total(&series.calls)).sum();
        view! {
            <li>
                <a class="key" href="#services" rel="external">
                    <i class="swatch" data-series="other"></i>{format!("other ({others})")}<b>{show::short(calls)}</b>
                </a>
            </li>
        }
    });
    view! { <ul class="legend" aria-label="Services, most deprecated calls first">{top.collect_view()}{other}</ul> }
        .into_any()
}

fn sentence(trend: &Trend) -> AnyView {
    let calls: i64 = trend.series.iter().flat_map(|s| &s.calls).sum();
    let all: i64 = trend.all_calls.iter().sum();
    let minimum = trend.frame.minimum();
    let words = match trend.series.first() {
        None if all == 0 => "No call was logged in this range.".to_owned(),
        None => format!("None of the {} in this range used a version below TLS {minimum}.", show::plural(all, "call")),
        Some(most) => format!(
            "{} below TLS {minimum}, {} of all, to {}; most of them to {}.",
            show::plural(calls, "call"),
            show::percent(calls, all),
            show::plural(trend.series.len() as i64, "service"),
            most.service,
        ),
    };
    view! { <p class="says">{words}</p> }.into_any()
}

fn table(trend: &Trend) -> AnyView {
    let cell =
        |i: usize, n: i64| if trend.without_logs.get(i) == Some(&true) { NO_LOGS.into() } else { show::count(n) };
    let column = |calls: &[i64]| calls.iter().enumerate().map(|(i, n)| cell(i, *n)).collect::<Vec<_>>();
    let mut columns: Vec<_> =
        trend.series.iter().take(chart::TOP).map(|s| (s.service.clone(), column(&s.calls))).collect();
    if trend.series.len() > chart::TOP {
        let rest = |i: usize| trend.series.iter().skip(chart::TOP).filter_map(|s| s.calls.get(i)).sum::<i64>();
        let calls: Vec<i64> = (0..trend.times.len()).map(rest).collect();
        columns.push((chart::OTHER.into(), column(&calls)));
    }
    columns.push(("all calls".into(), column(&trend.all_calls)));
    numbers("Deprecated calls per service over time", &trend.frame, &trend.times, columns)
}
