//! The bridge to ECharts.

use leptos::prelude::*;

/// Draws an ECharts option.
#[component]
pub fn Chart(
    /// Option JSON; empty draws nothing.
    option: Signal<String>,
    /// What the chart shows, for those who do not see it.
    label: String,
    /// A series was chosen, by its name.
    #[prop(optional)]
    on_select: Option<Callback<String>>,
    /// A range of dates was chosen.
    #[prop(optional)]
    on_zoom: Option<Callback<(String, String)>>,
) -> impl IntoView {
    let _ = (option, on_select, on_zoom);
    view! { <div class="chart" role="img" aria-label=label></div> }
}
