//! What the recipient of a share sees: whole documents, drawn by the server, without scripts and without a way into the
//! product. `sheet` (the statement on a page) ← `panels`, `tables`, `trend` (its chart, or `line` in its place); `plain`
//! (everything that is not it).

mod line;
mod panels;
mod plain;
mod sheet;
mod tables;
mod trend;
pub mod words;

pub use plain::{LOCKED, LOCKED_WORDS, locked, plain};
pub(crate) use sheet::body;
pub use sheet::{Door, Sheet, page};

use leptos::{html, prelude::*};

/// Open Graph.
fn graph(property: &'static str, content: impl Into<String>) -> AnyView {
    html::meta().attr("property", property).attr("content", content.into()).into_any()
}

/// What programs show that are given the link.
struct Card<'a> {
    title: &'a str,
    words: &'a str,
    /// The address of a picture of [`CARD`], with scheme and host.
    image: Option<&'a str>,
}

/// Width and height of a share's picture, in pixels.
pub const CARD: (u32, u32) = (1200, 630);

impl Card<'_> {
    fn tags(&self) -> AnyView {
        let (title, words) = (self.title.to_owned(), self.words.to_owned());
        let image = self.image.map(|address| {
            view! {
                {graph("og:image", address)}
                {graph("og:image:type", "image/png")}
                {graph("og:image:width", CARD.0.to_string())}
                {graph("og:image:height", CARD.1.to_string())}
                {graph("og:image:alt", words.clone())}
            }
        });
        let kind = if image.is_some() { "summary_large_image" } else { "summary" };
        view! {
            {graph("og:type", "website")}
            {graph("og:site_name", "TLS Sunset")}
            {graph("og:title", title)}
            {graph("og:description", words.clone())}
            {image}
            <meta name="twitter:card" content=kind/>
        }
        .into_any()
    }
}

/// A document around what is shown.
fn document(style: &str, title: &str, card: Card<'_>, body: AnyView) -> String {
    // One text: between two there would be a mark, which a title shows.
    let (style, title) = (style.to_owned(), format!("{title} · TLS Sunset"));
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="referrer" content="no-referrer"/>
                <meta name="robots" content="noindex, nofollow, noarchive"/>
                {card.tags()}
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style/>
            </head>
            <body class="shared"><main id="main">{body}</main></body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}
