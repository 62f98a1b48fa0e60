//! Coverage: for which days there are logs at all.

use crate::{
    draw::{
        panel::{csv_link, panel, scroll},
        place::Place,
    },
    model::coverage::{Coverage, CoverageRow},
    part::show,
};
use leptos::prelude::*;

pub(crate) fn coverage(place: &Place, coverage: &Coverage) -> AnyView {
    panel("coverage", "Accounts and regions", csv_link(place, "coverage", "Coverage"), table(coverage))
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
