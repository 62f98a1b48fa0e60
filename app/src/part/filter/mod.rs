//! The filters: links where one choice is made, GET forms where several are. All state is in the address.

mod chips;
mod fields;
mod list;
mod range;

pub use list::version_words;

pub(crate) use fields::{hidden_fields, on_submit};

use super::{failure::loaded, menu::menu, place::Place, show};
use crate::{
    api,
    model::{deadline::Deadline, frame::Grain, overview::Choices, tls::TlsVersion},
    view::View,
};
use leptos::prelude::*;
use list::List;

/// The row of menus, and what is chosen below it. A page about one service has no service menu.
pub fn filters(place: Place, choices: Choices, with_service: bool) -> AnyView {
    let deadlines = Resource::new(|| (), |()| api::deadlines());
    view! {
        <div class="filters" role="group" aria-label="Filters">
            {range::menu_of(place)}
            {grain_menu(place)}
            {lists(place, choices, with_service)}
            {loaded(deadlines, move |deadlines| deadline_menu(place, deadlines))}
        </div>
        {move || chips::chips(place)}
    }
    .into_any()
}

fn lists(place: Place, choices: Choices, with_service: bool) -> AnyView {
    let Choices { accounts, regions, services } = choices;
    let versions = TlsVersion::ALL.iter().map(ToString::to_string).collect();
    view! {
        {list::menu_of(place, List::Account, accounts)}
        {list::menu_of(place, List::Region, regions)}
        {with_service.then(|| list::menu_of(place, List::Service, services))}
        {list::menu_of(place, List::TlsVersion, versions)}
    }
    .into_any()
}

/// A link to another view; the chosen one is marked.
fn option(
    place: Place,
    chosen: impl Fn(&View) -> bool + Send + 'static,
    change: impl Fn(&mut View) + Clone + Send + 'static,
    name: String,
) -> AnyView {
    let to = move || place.with(change.clone());
    let here = move || chosen(&place.shown()).then_some("true");
    view! { <li><a href=to aria-current=here data-noscroll>{name}</a></li> }.into_any()
}

fn grain_menu(place: Place) -> AnyView {
    let label = move || place.shown().grain.map_or("By time".to_owned(), |grain| format!("By {grain}"));
    let grains = Grain::ALL.map(|grain| {
        option(place, move |v| v.grain == Some(grain), move |v| v.grain = Some(grain), format!("By {grain}"))
    });
    let automatic = option(place, |v| v.grain.is_none(), |v| v.grain = None, "Chosen by the range".into());
    menu(
        view! { {label} }.into_any(),
        view! { <ul class="options">{automatic}{grains.into_iter().collect_view()}</ul> }.into_any(),
    )
}

fn deadline_menu(place: Place, deadlines: Vec<Deadline>) -> AnyView {
    let names: Vec<(i64, String)> = deadlines.iter().map(|d| (d.id, d.name.clone())).collect();
    let label = move || {
        let chosen = place.shown().deadline;
        let name = names.iter().find(|(id, _)| Some(*id) == chosen).map(|(_, name)| name.clone());
        view! { <span class="clip">{name.unwrap_or("Next deadline".into())}</span> }
    };
    let all = deadlines.into_iter().map(|deadline| {
        let id = deadline.id;
        let name = format!("{} · {}", deadline.name, show::day(deadline.date));
        option(place, move |v| v.deadline == Some(id), move |v| v.deadline = Some(id), name)
    });
    let body = view! {
        <ul class="options">
            {option(place, |v| v.deadline.is_none(), |v| v.deadline = None, "The next one that is not past".into())}
            {all.collect_view()}
        </ul>
        <p class="hint"><a href="/deadlines">"Edit deadlines"</a></p>
    };
    menu(view! { {label} }.into_any(), body.into_any())
}
