//! What stands where there is no log yet: what this is, and the ways in.

use crate::{
    model::person::Role,
    part::{me::may, upload::drop_zone},
};
use leptos::prelude::*;

/// `own_files`: how to get one's files, drawn by the server.
pub(crate) fn welcome(own_files: String) -> AnyView {
    view! {
        <div class="welcome">
            <h1>"Who still calls with TLS 1.0 or 1.1, and will they stop before the deadline?"</h1>
            <p class="lead">
                "TLS Sunset reads your CloudTrail log files, counts every call once by its TLS version, and shows per service "
                "how the deprecated ones go down, who makes them, and when they reach zero. Nothing leaves this server."
            </p>
            {match may(Role::Analyst) {
                true => ways_in(own_files),
                false => view! { <p class="notice">"There is no log yet. People with the role “analyst” can bring some."</p> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn ways_in(own_files: String) -> AnyView {
    view! {
        {drop_zone()}
        <div class="pair">
            {demo()}
            <div class="piece" inner_html=own_files></div>
        </div>
    }
    .into_any()
}

fn demo() -> AnyView {
    view! {
        <section class="panel" aria-labelledby="demo-title">
            <header><h2 id="demo-title">"Just looking?"</h2></header>
            <p>
                "The demo is a made-up trail of a year: a few accounts, some thirty services, callers that get fixed one "
                "after another and some that do not. It comes in like any upload and can be removed like any."
            </p>
            <form method="post" action="/fn/load_demo">
                <button type="submit" class="main">"Load demo data"</button>
            </form>
        </section>
    }
    .into_any()
}
