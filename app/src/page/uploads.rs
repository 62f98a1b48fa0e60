//! `/uploads`: the way in, what is running, and everything that came in before.

use crate::{
    api::Piece,
    model::person::Role,
    part::{
        me::may,
        piece::{ask, poll, show},
        upload::{drop_zone, sending::Sender},
    },
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Page() -> impl IntoView {
    let uploads = ask(Piece::Uploads, "");
    let own_files = ask(Piece::OwnFiles, "");
    let sender = Sender::of_this_browser();
    poll(uploads, move || sender.is_running());
    view! {
        <Title text="Uploads"/>
        <h1>"Uploads"</h1>
        <p class="lead">
            "Each call is counted once, whatever is uploaded twice. An upload can be removed; its counts go with it."
        </p>
        {may(Role::Analyst).then(drop_zone)}
        {show(uploads)}
        {may(Role::Analyst).then(|| show(own_files))}
    }
}
