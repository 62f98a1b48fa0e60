//! The filters: links where one choice is made, GET forms where several are. All state is in the address.

mod chips;
mod fields;
mod list;
mod range;

pub(crate) use fields::hidden_fields;
pub use list::version_words;

use super::place::{Place, href};
use crate::{
    model::{
        deadline::Deadline,
        frame::{Frame, Grain},
        overview::Choices,
        person::Role,
        tls::TlsVersion,
    },
    part::{me::may, show},
    view::View,
};
use leptos::prelude::*;
use list::List;

/// The row of menus, and what is chosen below it. A page about one service has no service menu.
pub(crate) fn filters(
    place: &Place,
    choices: &Choices,
    deadlines: &[Deadline],
    frame: &Frame,
    with_service: bool,
) -> AnyView {
    let versions: Vec<String> = TlsVersion::ALL.iter().map(ToString::to_string).collect();
    view! {
        <div class="filters" role="group" aria-label="Filters">
            {range::menu_of(place)}
            {grain_menu(place, frame.grain)}
            {list::menu_of(place, List::Account, &choices.accounts)}
            {list::menu_of(place, List::Region, &choices.regions)}
            {with_service.then(|| list::menu_of(place, List::Service, &choices.services))}
            {list::menu_of(place, List::TlsVersion, &versions)}
            {deadline_menu(place, deadlines, frame)}
            {may(Role::Analyst).then(|| view! { <a class="button share" href=href("/share", &place.view)>"Share"</a> })}
        </div>
        {chips::chips(place)}
    }
    .into_any()
}

/// A button with a panel that drops down from it; it opens without JavaScript.
pub(crate) fn menu(label: String, body: AnyView) -> AnyView {
    view! {
        <details class="menu" name="menu">
            <summary><span class="clip">{label}</span></summary>
            <div class="menu-body">{body}</div>
        </details>
    }
    .into_any()
}

/// A link to another view; the chosen one is marked.
fn option(place: &Place, chosen: bool, change: impl FnOnce(&mut View), name: String) -> AnyView {
    let here = chosen.then_some("true");
    view! { <li><a href=place.with(change) aria-current=here data-noscroll>{name}</a></li> }.into_any()
}

fn grain_menu(place: &Place, drawn: Grain) -> AnyView {
    let chosen = place.shown.grain;
    let automatic = option(place, chosen.is_none(), |v| v.grain = None, "Chosen by the range".into());
    let grains =
        Grain::ALL.map(|grain| option(place, chosen == Some(grain), |v| v.grain = Some(grain), format!("By {grain}")));
    menu(
        format!("By {drawn}"),
        view! { <ul class="options">{automatic}{grains.into_iter().collect_view()}</ul> }.into_any(),
    )
}

fn deadline_menu(place: &Place, deadlines: &[Deadline], frame: &Frame) -> AnyView {
    let chosen = place.shown.deadline;
    let name = frame.deadline.as_ref().map(|d| d.name.clone());
    let all = deadlines.iter().map(|deadline| {
        let name = format!("{} · {}", deadline.name, show::day(deadline.date));
        option(place, chosen == Some(deadline.id), |v| v.deadline = Some(deadline.id), name)
    });
    let body = view! {
        <ul class="options">
            {option(place, chosen.is_none(), |v| v.deadline = None, "The next one that is not past".into())}
            {all.collect_view()}
        </ul>
        <p class="hint"><a href="/deadlines">"Edit deadlines"</a></p>
    };
    menu(name.unwrap_or("Deadline".into()), body.into_any())
}
