//! Coverage: for which days there are logs at all, and which are missing.

use crate::{
    draw::{
        panel::{csv_link, panel, scroll},
        place::Place,
    },
    model::{
        coverage::{Coverage, CoverageRow, Gap},
        frame::Frame,
    },
    part::show,
};
use chrono::NaiveDate;
use leptos::prelude::*;

/// So many gaps of a row are read aloud and shown on its strip's tooltip; the CSV has all.
const GAPS_NAMED: usize = 12;

pub(crate) fn coverage(place: &Place, coverage: &Coverage) -> AnyView {
    panel("coverage", "Accounts and regions", csv_link(place, "coverage", "Coverage"), table(coverage))
}

fn table(coverage: &Coverage) -> AnyView {
    let days = Days::of(&coverage.frame);
    let rows = coverage.rows.iter().map(|covered| row(&days, covered)).collect_view();
    let ends = [days.first, days.last].map(|day| view! { <span>{show::day(day)}</span> });
    let table = view! {
        <table class="coverage">
            <caption class="away">"Days with and without logs per account and region"</caption>
            <thead>
                <tr>
                    <th scope="col">"Account"</th>
                    <th scope="col">"Region"</th>
                    <th scope="col" class="n">"Covered"</th>
                    <th scope="col" class="n">"Days without"</th>
                    <th scope="col" class="days"><span class="away">"Which days, from "</span><span class="ends">{ends.collect_view()}</span></th>
                    <th scope="col">"Longest gap"</th>
                    <th scope="col">"First log"</th>
                    <th scope="col">"Last log"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    view! { {key()} {scroll("Coverage", table.into_any())} }.into_any()
}

fn key() -> AnyView {
    let entry = |kind: &'static str, words: &'static str| view! { <li class="key"><i class="swatch" data-days=kind></i>{words}</li> };
    view! {
        <ul class="legend" aria-label="What the strips show">
            {entry("logged", "logs")}
            {entry("gap", "no logs")}
            {entry("none", "not expected: before the first log, or silent")}
        </ul>
    }
    .into_any()
}

/// The days that a strip shows.
struct Days {
    first: NaiveDate,
    last: NaiveDate,
}

impl Days {
    fn of(frame: &Frame) -> Self {
        let (first, last) = frame.days();
        Self { first, last: last.min(frame.as_of).max(first) }
    }

    fn count(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    /// One or more days as a part of the strip: a piece of an SVG path, one unit per day.
    fn piece(&self, first: NaiveDate, last: NaiveDate) -> Option<String> {
        let (first, last) = (first.max(self.first), last.min(self.last));
        let (at, width) = ((first - self.first).num_days(), (last - first).num_days() + 1);
        (width > 0).then(|| format!("M{at} 0h{width}v1h-{width}z"))
    }
}

fn row(days: &Days, row: &CoverageRow) -> AnyView {
    let missing: i64 = row.gaps.iter().copied().map(Gap::days).sum();
    let share = match row.days_expected {
        0 => "–".to_owned(),
        expected => show::share(f64::from(row.days_with_logs) / f64::from(expected)),
    };
    let name = |text: &str| if text.is_empty() { "(none)".to_owned() } else { text.to_owned() };
    let longest = row.gaps.iter().copied().max_by_key(|gap| gap.days()).map_or_else(|| "–".into(), gap_words);
    let silent = (row.days_silent > 0).then(|| view! { <span class="tag" title=SILENT>"silent"</span> });
    view! {
        <tr>
            <th scope="row" class="mono">{name(&row.account)}</th>
            <td>{name(&row.region)}" "{silent}</td>
            <td class="n">{share}</td>
            <td class="n" class:faint=missing == 0>{show::count(missing)}</td>
            <td class="days">{strip(days, row)}</td>
            <td class="date" class:faint=row.gaps.is_empty()>{longest}</td>
            <td class="date">{show::day(row.first_day)}</td>
            <td class="date">{show::day(row.last_day)}</td>
        </tr>
    }
    .into_any()
}

const SILENT: &str =
    "No log for more than 14 days, while the account's other regions go on: nothing is expected of it any more.";

/// Every day of the range on one line, and the same in words.
fn strip(days: &Days, row: &CoverageRow) -> AnyView {
    let words = strip_words(row);
    let tooltip = words.clone();
    let gaps: String = row.gaps.iter().filter_map(|gap| days.piece(gap.first, gap.last)).collect();
    let logged = days.piece(row.first_day, row.last_day).unwrap_or_default();
    view! {
        <svg class="strip" role="img" aria-label=words viewBox=format!("0 0 {} 1", days.count()) preserveAspectRatio="none">
            <title>{tooltip}</title>
            <path class="logged" d=logged></path>
            <path class="gap" d=gaps></path>
        </svg>
    }
    .into_any()
}

fn strip_words(row: &CoverageRow) -> String {
    if row.gaps.is_empty() {
        return "no gaps".into();
    }
    let named: Vec<String> = row.gaps.iter().take(GAPS_NAMED).map(|gap| span(*gap)).collect();
    let more = match row.gaps.len().saturating_sub(GAPS_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("no logs: {}{more}", named.join(", "))
}

/// `3 Mar 2026`, `3 Mar 2026 to 14 Mar 2026`
fn span(gap: Gap) -> String {
    if gap.first == gap.last {
        show::day(gap.first)
    } else {
        format!("{} to {}", show::day(gap.first), show::day(gap.last))
    }
}

/// `12 days, 3 Mar 2026 to 14 Mar 2026`
pub(crate) fn gap_words(gap: Gap) -> String {
    format!("{}, {}", show::plural(gap.days(), "day"), span(gap))
}
