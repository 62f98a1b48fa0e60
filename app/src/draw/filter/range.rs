//! The time range: presets as links, own dates as a form.

use super::{fields::hidden_fields, menu, option};
use crate::{
    draw::place::Place,
    part::show,
    view::{Preset, Range, View},
};
use chrono::{DateTime, Duration, Utc};
use leptos::prelude::*;

pub(crate) fn menu_of(place: &Place) -> AnyView {
    let presets = Preset::ALL.map(|preset| {
        let range = Range::Last(preset);
        option(place, place.shown.range == range, |v| v.range = range, preset_words(preset).into())
    });
    let body = view! { <ul class="options">{presets.into_iter().collect_view()}</ul> {dates(place)} };
    menu(words(&place.shown), body.into_any())
}

fn dates(place: &Place) -> AnyView {
    let (from, to) = match place.shown.range {
        Range::Between { from, to } => (from, to),
        Range::Last(_) => (None, None),
    };
    let from = from.map(|t| t.date_naive().to_string()).unwrap_or_default();
    let to = to.map(|t| last_day(t).to_string()).unwrap_or_default();
    view! {
        <form class="dates" method="get" action=place.path.clone()>
            {hidden_fields(&View { range: Range::default(), ..place.shown.clone() })}
            <label>"From" <input type="date" name="from" value=from/></label>
            <label>"To" <input type="date" name="to" value=to/></label>
            <button type="submit">"Show these days"</button>
        </form>
    }
    .into_any()
}

/// What the range is called, in the menu and on its chip.
pub(crate) fn words(view: &View) -> String {
    match view.range {
        Range::Last(preset) => preset_words(preset).into(),
        Range::Between { from: None, to: None } => preset_words(Preset::All).into(),
        Range::Between { from: Some(from), to: None } => format!("Since {}", show::day(from.date_naive())),
        Range::Between { from: None, to: Some(to) } => format!("Until {}", show::day(last_day(to))),
        Range::Between { from: Some(from), to: Some(to) } => {
            format!("{} – {}", show::day(from.date_naive()), show::day(last_day(to)))
        }
    }
}

/// The range ends before `to`: the last day that it shows.
fn last_day(to: DateTime<Utc>) -> chrono::NaiveDate {
    (to - Duration::seconds(1)).date_naive()
}

const fn preset_words(preset: Preset) -> &'static str {
    match preset {
        Preset::Days7 => "Last 7 days",
        Preset::Days30 => "Last 30 days",
        Preset::Days90 => "Last 90 days",
        Preset::Year => "Last year",
        Preset::All => "All time",
    }
}
