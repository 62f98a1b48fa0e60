//! What stands where a share is not: the door of one with a password, and why a link does not open.

use super::{Card, document};
use crate::{model::share::Lock, part::show};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// A sentence.
pub fn plain(style: &str, title: &str, words: &str) -> String {
    let (heading, sentence) = (title.to_owned(), words.to_owned());
    let body = view! { <h1>{heading}</h1> <p class="lead">{sentence}</p> };
    document(style, title, Card { title, words, image: None }, body.into_any())
}

/// What is said of a page that asks for a password: nothing that it says.
pub const LOCKED: &str = "A shared page";
pub const LOCKED_WORDS: &str = "It asks for a password.";

/// Asks for the password. `path`: where the share is; `image`: the address of its picture, with scheme and host.
pub fn locked(style: &str, path: &str, image: Option<&str>, lock: Lock, now: DateTime<Utc>) -> String {
    let trouble = match lock {
        Lock::Closed => None,
        Lock::Wrong => Some("That is not the password. Ask whoever sent you the link.".to_owned()),
        Lock::Until(until) => {
            Some(format!("Too many passwords were wrong. It can be tried again {}.", show::ago(until, now)))
        }
    };
    let action = path.to_owned();
    let body = view! {
        <h1>"This page asks for a password"</h1>
        <p class="lead">"Whoever sent you the link knows it."</p>
        {trouble.map(|words| view! { <p class="notice" data-kind="error" role="alert">{words}</p> })}
        <form method="post" action=action class="row">
            <label for="password">"Password"</label>
            <input id="password" type="password" name="password" required maxlength="200" autocomplete="off" autofocus/>
            <button type="submit" class="main">"Show the page"</button>
        </form>
    };
    let card = Card { title: LOCKED, words: LOCKED_WORDS, image };
    document(style, LOCKED, card, body.into_any())
}
