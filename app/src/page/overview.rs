//! `/`: the answer, then the trend, then what stands behind it.

use super::framed;
use crate::{
    api,
    model::overview::Choices,
    part::{
        answer::answer,
        failure::loaded,
        filter::filters,
        panel::{open::open_callers, trend::trend, versions::versions},
        place::Place,
        table::{callers::callers, services::services},
    },
};
use leptos::prelude::*;

#[component]
pub fn Page() -> impl IntoView {
    framed("", "/".into(), |_| {}, dashboard)
}

fn dashboard(place: Place, choices: Choices) -> AnyView {
    let overview = Resource::new(move || place.numbers(), api::overview);
    view! {
        {loaded(overview, |overview| answer(&overview))}
        {filters(place, choices, true)}
        {trend(place)}
        <div class="pair">{versions(place)} {open_callers(place)}</div>
        {services(place)}
        {callers(place, false)}
    }
    .into_any()
}
