//! `/`: the answer, then the trend, then what stands behind it.

use super::framed;
use crate::{
    api::Piece,
    part::piece::{ask, chart_panel, show},
    view::View,
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let lead = ask(Piece::Overview, "");
    view! {
        <Title text=""/>
        {framed(lead, panels("", Some(only_service)))}
    }
}

/// The panels about everything, or about one service.
pub(super) fn panels(about: &str, on_select: Option<fn(&mut View, &str)>) -> AnyView {
    let versions = ask(Piece::Versions, about);
    let open = ask(Piece::OpenCallers, about);
    view! {
        {chart_panel("trend", "Deprecated calls per service", ask(Piece::Trend, about), on_select)}
        <div class="pair">
            {chart_panel("versions", "TLS versions of all calls", versions, Some(only_version))}
            {chart_panel("open-callers", "Open callers", open, None)}
        </div>
        {show(ask(Piece::Services, about))}
        {show(ask(Piece::FewCallers, about))}
    }
    .into_any()
}

fn only_service(view: &mut View, service: &str) {
    view.service = vec![service.to_owned()];
}

fn only_version(view: &mut View, series: &str) {
    if let Ok(version) = series.parse() {
        view.tls_version = vec![version];
    }
}
