//! The TLS versions of all calls over time, unknown included.

use crate::{
    api::Fragment,
    chart,
    draw::{
        filter::version_words,
        panel::{NO_LOGS, csv_link, head, numbers},
        place::Place,
    },
    model::{tls::TlsVersion, trend::Versions},
    part::show,
};
use leptos::prelude::*;

pub(crate) fn versions(place: &Place, versions: &Versions) -> Fragment {
    let below = view! { {legend(place, versions)} {sentence(versions)} {table(versions)} };
    super::fragment(
        head("TLS versions of all calls", csv_link(place, "versions", "TLS versions")),
        &chart::versions(versions),
        below.into_any(),
    )
}

fn totals(versions: &Versions) -> Vec<(TlsVersion, i64)> {
    versions.series.iter().map(|(version, calls)| (*version, calls.iter().sum())).collect()
}

fn legend(place: &Place, versions: &Versions) -> AnyView {
    let totals = totals(versions);
    let all: i64 = totals.iter().map(|(_, calls)| calls).sum();
    let keys = totals.into_iter().map(|(version, calls)| {
        let to = place.with(|v| v.tls_version = vec![version]);
        let swatch = view! { <i class="swatch" data-tls=version.as_str()></i> };
        view! {
            <li>
                {super::hide(super::named(version.as_str()), &version_words(version), swatch.into_any())}
                <a class="key" href=to data-noscroll title=format!("Only these {}", show::plural(calls, "call"))>
                    <span class="clip">{version_words(version)}</span><b>{show::percent(calls, all)}</b>
                </a>
            </li>
        }
    });
    view! { <ul class="legend" aria-label="TLS versions">{keys.collect_view()}</ul> }.into_any()
}

fn sentence(versions: &Versions) -> AnyView {
    let totals = totals(versions);
    let minimum = versions.frame.minimum();
    let sum = |keep: &dyn Fn(TlsVersion) -> bool| totals.iter().filter(|(v, _)| keep(*v)).map(|(_, n)| n).sum::<i64>();
    let all = sum(&|_| true);
    let words = if all == 0 {
        "No call was logged in this range.".to_owned()
    } else {
        format!(
            "Of {}, {} used TLS {minimum} or newer, {} something older, and {} do not say.",
            show::plural(all, "call"),
            show::percent(sum(&|v| v >= minimum && v < TlsVersion::None), all),
            show::percent(sum(&|v| v.is_below(minimum)), all),
            show::percent(sum(&|v| v == TlsVersion::Unknown), all),
        )
    };
    view! { <p class="says">{words}</p> }.into_any()
}

fn table(versions: &Versions) -> AnyView {
    let cell =
        |i: usize, n: i64| if versions.without_logs.get(i) == Some(&true) { NO_LOGS.into() } else { show::count(n) };
    let columns = versions.series.iter().map(|(version, calls)| {
        (version_words(*version), calls.iter().enumerate().map(|(i, n)| cell(i, *n)).collect())
    });
    numbers("Calls per TLS version over time", &versions.frame, &versions.times, columns.collect())
}
