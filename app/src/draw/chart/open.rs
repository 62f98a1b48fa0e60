//! How many callers are open, and where that leads.

use crate::{
    api::Fragment,
    chart,
    draw::{
        panel::{NO_LOGS, csv_link, head, numbers},
        place::Place,
    },
    model::{
        forecast::{Forecast, NoForecast},
        frame::{Frame, Grain},
        open::{OpenCallers, QUIET_AFTER},
    },
    part::show,
};
use leptos::prelude::*;

pub(crate) fn open_callers(place: &Place, open: &OpenCallers) -> Fragment {
    let below = view! { {legend(open)} {sentence(open)} {table(open)} };
    super::fragment(
        head("Open callers", csv_link(place, "open-callers", "Open callers")),
        &chart::open_callers(open),
        below.into_any(),
    )
}

fn legend(open: &OpenCallers) -> AnyView {
    let now = open.open.last().copied().unwrap_or(0);
    let forecast = matches!(open.forecast, Forecast::Zero { .. })
        .then(|| view! { <li class="key"><i class="swatch" data-series="forecast"></i>"forecast"</li> });
    view! {
        <ul class="legend" aria-label="What is drawn">
            <li class="key"><i class="swatch" data-series="open"></i>"open"<b>{show::count(now.into())}</b></li>
            {forecast}
        </ul>
    }
    .into_any()
}

fn sentence(open: &OpenCallers) -> AnyView {
    let words = match &open.forecast {
        Forecast::Zero { zero, early, late, .. } => {
            let late = late.map_or("later than in ten years".into(), show::day);
            format!(
                "At this pace none is open on {}; four times out of five between {} and {late}.",
                show::day(*zero),
                show::day(*early)
            )
        }
        Forecast::Reached => "No caller is open any more.".into(),
        Forecast::None(NoForecast::NotFalling) => "No forecast: the number of open callers is not falling.".into(),
        Forecast::None(NoForecast::TooFewDays) => "No forecast: fewer than 14 of the last 56 days have logs.".into(),
        Forecast::None(NoForecast::LowCoverage) => {
            "No forecast: the logs cover less than 90 % of the last 56 days.".into()
        }
    };
    let rule = format!("A caller is open until it has made no deprecated call for {QUIET_AFTER} days with logs.");
    let begins = open.days.first().filter(|first| open.frame.days().0 < **first);
    let begins = begins.map(|first| format!(" Drawn from {} on.", show::day(*first)));
    view! { <p class="says">{words}" "<span class="faint">{rule}{begins}</span></p> }.into_any()
}

fn table(open: &OpenCallers) -> AnyView {
    let times: Vec<_> = open.days.iter().map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc()).collect();
    let cell = |(i, n): (usize, &u32)| {
        let n = show::count((*n).into());
        if open.without_logs.get(i) == Some(&true) { format!("{n} ({NO_LOGS})") } else { n }
    };
    let column = open.open.iter().enumerate().map(cell).collect();
    // One point per day, whatever the grain of the page.
    let frame = Frame { grain: Grain::Day, ..open.frame.clone() };
    numbers("Open callers per day", &frame, &times, vec![("open callers".into(), column)])
}
