//! What the recipient of a share sees: whole documents, drawn by the server, without scripts and without a way into the
//! product. `sheet` (the statement on a page) ← `panels`, `tables`, `line` (its chart); `plain` (everything that is not it).

mod line;
mod panels;
mod plain;
mod sheet;
mod tables;
pub mod words;

pub use plain::{locked, plain};
pub(crate) use sheet::body;
pub use sheet::{Door, Sheet, page};

use leptos::{html, prelude::*};

/// Open Graph.
fn graph(property: &'static str, content: impl Into<String>) -> AnyView {
    html::meta().attr("property", property).attr("content", content.into()).into_any()
}

/// A document around what is shown. `card`: what programs show that are given the link, title and words.
fn document(style: &str, title: &str, card: (&str, &str), body: AnyView) -> String {
    // One text: between two there would be a mark, which a title shows.
    let (style, title) = (style.to_owned(), format!("{title} · TLS Sunset"));
    let (card_title, card_words) = (card.0.to_owned(), card.1.to_owned());
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="referrer" content="no-referrer"/>
                <meta name="robots" content="noindex, nofollow, noarchive"/>
                {graph("og:type", "website")}
                {graph("og:site_name", "TLS Sunset")}
                {graph("og:title", card_title)}
                {graph("og:description", card_words)}
                <meta name="twitter:card" content="summary"/>
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style/>
            </head>
            <body class="shared"><main id="main">{body}</main></body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}
