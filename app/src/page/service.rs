//! `/services/NAME`: the same questions for one service, and whether enforcing is safe for it.

use super::framed;
use crate::{
    api::{self, ApiError},
    model::{overview::Choices, service::Services},
    part::{
        answer::answer,
        failure::{failure, loaded},
        filter::filters,
        panel::{open::open_callers, trend::trend, versions::versions},
        place::{Place, href},
        table::{
            callers::callers,
            services::{services, verdict},
        },
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn Page() -> impl IntoView {
    let params = use_params_map();
    // Another service is another page: nothing of the one before is kept.
    move || {
        let service = params.with(|p| p.get("service")).unwrap_or_default();
        page_of(service)
    }
}

fn page_of(service: String) -> AnyView {
    let path = crate::part::place::service_href(&service, &Default::default());
    let name = StoredValue::new(service.clone());
    framed(
        service.clone(),
        path,
        move |view| view.service = vec![service.clone()],
        move |place, choices| page(place, choices, name.get_value()),
    )
}

fn page(place: Place, choices: Choices, service: String) -> AnyView {
    if !choices.services.contains(&service) {
        let words = format!("No log has a call to a service named “{service}”.");
        return view! { <h1>"No such service"</h1> {failure(&ApiError::NotFound(words))} }.into_any();
    }
    let overview = Resource::new(move || place.numbers(), api::overview);
    let of_service = Resource::new(move || place.numbers(), api::services);
    view! {
        <p class="crumbs"><a href=move || href("/", &place.shown())>"All services"</a>" / "<b>{service}</b></p>
        {loaded(overview, |overview| answer(&overview))}
        {loaded(of_service, |services| judged(&services))}
        {filters(place, choices, false)}
        {trend(place)}
        <div class="pair">{versions(place)} {open_callers(place)}</div>
        {services(place)}
        {callers(place, false)}
    }
    .into_any()
}

fn judged(services: &Services) -> AnyView {
    let lines = services.rows.iter().map(|row| {
        view! { <p class="judged">"Safe to enforce? "{verdict(&row.verdict)}</p> }
    });
    lines.collect_view().into_any()
}
