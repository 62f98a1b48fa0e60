//! `/coverage`: for which days there are logs at all. Zero calls without logs is unknown, not clean.

use super::framed;
use crate::{
    api,
    model::{
        coverage::{Coverage, CoverageRow},
        overview::Choices,
    },
    part::{
        failure::loaded,
        filter::filters,
        panel::{csv_link, panel, scroll},
        place::Place,
        show,
    },
};
use leptos::prelude::*;

#[component]
pub fn Page() -> impl IntoView {
    framed("Coverage", "/coverage".into(), |_| {}, page)
}

fn page(place: Place, choices: Choices) -> AnyView {
    let coverage = Resource::new(move || place.numbers(), api::coverage);
    view! {
        {loaded(coverage, |coverage| lead(&coverage))}
        {filters(place, choices, true)}
        {panel(
            "coverage",
            "Accounts and regions",
            csv_link(place, "coverage", "Coverage"),
            loaded(coverage, |coverage| table(&coverage)),
        )}
    }
    .into_any()
}

fn lead(coverage: &Coverage) -> AnyView {
    let sentence = match coverage.share {
        None => "There is no log in this range.".to_owned(),
        Some(share) => {
            let gaps = coverage.rows.iter().filter(|row| row.days_with_logs < row.days_expected).count() as i64;
            let gaps = match gaps {
                0 => "no account and region has a gap".to_owned(),
                1 => "1 account and region has gaps".to_owned(),
                n => format!("{} accounts and regions have gaps", show::count(n)),
            };
            format!("Logs cover {} of the expected days; {gaps}.", show::share(share))
        }
    };
    view! {
        <h1>{sentence}</h1>
        <p class="lead">
            "A day is expected from an account and region's first log on. Zero calls on a day without logs is unknown, not clean: "
            "quiet regions look the same as missing files."
        </p>
    }
    .into_any()
}

fn table(coverage: &Coverage) -> AnyView {
    let rows = coverage.rows.iter().map(row).collect_view();
    scroll(
        "Coverage",
        view! {
            <table class="coverage">
                <caption class="away">"Days with logs per account and region"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Account"</th>
                        <th scope="col">"Region"</th>
                        <th scope="col">"First day"</th>
                        <th scope="col">"Last day"</th>
                        <th scope="col" class="n">"Days with logs"</th>
                        <th scope="col" class="n">"Days without"</th>
                        <th scope="col" class="n">"Covered"</th>
                        <th scope="col">"Share"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any(),
    )
}

fn row(row: &CoverageRow) -> AnyView {
    let missing = i64::from(row.days_expected.saturating_sub(row.days_with_logs));
    let share = if row.days_expected == 0 { 0.0 } else { f64::from(row.days_with_logs) / f64::from(row.days_expected) };
    let name = |text: &str| if text.is_empty() { "(none)".to_owned() } else { text.to_owned() };
    view! {
        <tr>
            <th scope="row" class="mono">{name(&row.account)}</th>
            <td>{name(&row.region)}</td>
            <td class="date">{show::day(row.first_day)}</td>
            <td class="date">{show::day(row.last_day)}</td>
            <td class="n">{show::count(row.days_with_logs.into())}</td>
            <td class="n" class:faint=missing == 0>{show::count(missing)}</td>
            <td class="n">{show::share(share)}</td>
            <td>
                <meter min="0" max="1" low="0.9" high="0.9" optimum="1" value=share aria-label=format!("{} covered", show::share(share))></meter>
            </td>
        </tr>
    }
    .into_any()
}
