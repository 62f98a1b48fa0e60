//! Deprecated calls per service over time, against the deadline.

use crate::{
    api::Fragment,
    chart,
    draw::{
        panel::{NO_LOGS, csv_link, head, numbers},
        place::Place,
    },
    model::trend::Trend,
    part::show,
    view::ChartMode,
};
use leptos::prelude::*;

pub(crate) fn trend(place: &Place, trend: &Trend) -> Fragment {
    let tools = view! { {modes(place)} {csv_link(place, "trend", "Deprecated calls per service")} };
    let below = view! { {legend(place, trend)} {sentence(trend)} {table(trend)} };
    super::fragment(
        head("Deprecated calls per service", tools.into_any()),
        &chart::trend(trend, place.view.chart),
        below.into_any(),
    )
}

fn modes(place: &Place) -> AnyView {
    let mode = |mode: ChartMode, name: &'static str| {
        let here = (place.shown.chart == mode).then_some("true");
        view! { <a href=place.with(|v| v.chart = mode) aria-current=here data-noscroll>{name}</a> }
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
fn legend(place: &Place, trend: &Trend) -> AnyView {
    let keys = (1..).zip(chart::shown(trend)).map(|(i, shown)| {
        let calls = show::short(shown.total());
        let title = match shown.service {
            Some(_) => format!("Only {}", shown.name),
            None => "These are in the table below".to_owned(),
        };
        // The rest has no filter of its own; the table has its services.
        let series = shown.service.as_deref().map_or_else(|| "other".to_owned(), super::named);
        let (to, colour) = match shown.service {
            // A page about one service is filtered already.
            Some(_) if place.view.service != place.shown.service => (place.with(|_| {}), i.to_string()),
            Some(service) => (place.with(|v| v.service = vec![service]), i.to_string()),
            None => ("#services".into(), "other".into()),
        };
        view! {
            <li>
                {super::hide(series, &shown.name, view! { <i class="swatch" data-series=colour></i> }.into_any())}
                <a class="key" href=to data-noscroll title=title>
                    <span class="clip">{shown.name.clone()}</span>
                    <b>{calls}</b>
                </a>
            </li>
        }
    });
    view! { <ul class="legend" aria-label="Services, most deprecated calls first">{keys.collect_view()}</ul> }
        .into_any()
}

fn sentence(trend: &Trend) -> AnyView {
    let calls: i64 = trend.series.iter().flat_map(|s| &s.calls).sum();
    let all: i64 = trend.all_calls.iter().sum();
    let minimum = trend.frame.minimum();
    let words = match trend.series.first() {
        None if all == 0 => "No call was logged in this range.".to_owned(),
        None => format!("None of the {} in this range used a version below TLS {minimum}.", show::plural(all, "call")),
        Some(most) => {
            let to = match trend.series.len() {
                1 => most.service.clone(),
                services => format!("{services} services; most of them to {}", most.service),
            };
            format!(
                "{} below TLS {minimum}, {} of all, to {to}.",
                show::plural(calls, "call"),
                show::percent(calls, all),
            )
        }
    };
    let coarser = trend.frame.asked_grain.map(|asked| {
        format!(" By {asked} these would be more points than a screen has, so they are drawn by {}.", trend.frame.grain)
    });
    view! { <p class="says">{words}{coarser}</p> }.into_any()
}

fn table(trend: &Trend) -> AnyView {
    let cell =
        |i: usize, n: i64| if trend.without_logs.get(i) == Some(&true) { NO_LOGS.into() } else { show::count(n) };
    let column = |calls: &[i64]| calls.iter().enumerate().map(|(i, n)| cell(i, *n)).collect::<Vec<_>>();
    let mut columns: Vec<_> = chart::shown(trend).into_iter().map(|s| (s.name, column(&s.calls))).collect();
    columns.push(("all calls".into(), column(&trend.all_calls)));
    numbers("Deprecated calls per service over time", &trend.frame, &trend.times, columns)
}
