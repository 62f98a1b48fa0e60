//! People: the ways in (`sign_in`), one's own account, others.

mod account;
mod people;
mod sign_in;

pub(crate) use account::account;
pub(crate) use people::people;
pub(crate) use sign_in::{invitation, set_up, sign_in};

use crate::model::person::{Role, Shown};
use leptos::prelude::*;

/// A secret, this once, with a button that copies it.
fn shown(shown: Option<Shown>) -> Option<AnyView> {
    let (words, text) = match shown? {
        Shown::Token(text) => ("This is the token. It is not shown again:".to_owned(), text),
        Shown::Invitation(name, code) => (
            format!("Give this link to {name}. It is good once, for three days, and is not shown again:"),
            format!("{}/invitation?code={code}", origin()),
        ),
    };
    Some(
        view! {
            <div class="notice" role="status">
                <p>{words}</p>
                <div class="copyable">
                    <pre class="copy" tabindex="0">{text}</pre>
                    <button type="button" class="needs-js" data-copy><span aria-live="polite">"Copy"</span></button>
                </div>
            </div>
        }
        .into_any(),
    )
}

fn origin() -> String {
    let host = use_context::<http::request::Parts>()
        .and_then(|parts| parts.headers.get(http::header::HOST)?.to_str().ok().map(str::to_owned));
    crate::access::origin(&host.unwrap_or_default())
}

fn roles(chosen: Role, up_to: Role) -> AnyView {
    let each = Role::ALL.into_iter().filter(|role| *role <= up_to);
    each.map(|role| view! { <option value=role.as_str() selected=role == chosen>{role.as_str()}</option> })
        .collect_view()
        .into_any()
}
