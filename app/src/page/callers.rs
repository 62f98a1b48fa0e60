//! `/callers`: everybody who still uses a deprecated version.

use super::framed;
use crate::{
    api,
    model::{overview::Choices, overview::Overview},
    part::{failure::loaded, filter::filters, place::Place, show, table::callers::callers},
};
use leptos::prelude::*;

#[component]
pub fn Page() -> impl IntoView {
    framed("Callers", "/callers".into(), |_| {}, page)
}

fn page(place: Place, choices: Choices) -> AnyView {
    let overview = Resource::new(move || place.numbers(), api::overview);
    view! {
        {loaded(overview, |overview| lead(&overview))}
        {filters(place, choices, true)}
        {callers(place, true)}
    }
    .into_any()
}

fn lead(overview: &Overview) -> AnyView {
    let minimum = overview.frame.minimum();
    let open = match overview.open_callers {
        0 => "No caller is".to_owned(),
        1 => "1 caller is".to_owned(),
        n => format!("{} callers are", show::count(n)),
    };
    view! {
        <h1>{format!("{open} open below TLS {minimum}, in {}.", show::plural(overview.open_services, "service"))}</h1>
        <p class="lead">
            "A caller is an account, a service, a principal, a user agent and a source address. It is quiet after 14 days "
            "with logs but without a deprecated call. Names and user agents are what the caller claims to be."
        </p>
    }
    .into_any()
}
