//! Where a part stands: the page's path and its view. Links are made from it, so that a part works on every page.

use crate::view::View;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_location};

/// A page and its view.
#[derive(Clone, Copy)]
pub struct Place {
    path: StoredValue<String>,
    /// As in the address.
    shown: Memo<View>,
    /// What the page asks for: the address, and what the page itself fixes (its service).
    view: Memo<View>,
    /// The part of `view` that decides the numbers: sorting and paging a table fetches no chart again.
    numbers: Memo<View>,
}

impl Place {
    pub fn new(path: String, shown: Memo<View>, fix: impl Fn(&mut View) + Send + Sync + 'static) -> Self {
        let view = Memo::new(move |_| {
            let mut view = shown.get();
            fix(&mut view);
            view
        });
        let numbers = Memo::new(move |_| numbers(view.get()));
        Self { path: StoredValue::new(path), shown, view, numbers }
    }

    pub fn numbers(self) -> View {
        self.numbers.get()
    }

    pub fn view(self) -> View {
        self.view.get()
    }

    pub fn shown(self) -> View {
        self.shown.get()
    }

    pub fn path(self) -> String {
        self.path.get_value()
    }

    /// This page with a changed view; the callers begin at their first page again.
    pub fn with(self, change: impl FnOnce(&mut View)) -> String {
        let mut view = self.shown.get();
        view.page = Default::default();
        change(&mut view);
        href(&self.path.get_value(), &view)
    }

    /// The same data for a spreadsheet.
    pub fn csv(self, table: &str) -> String {
        href(&format!("/api/v1/{table}.csv"), &self.view.get())
    }
}

fn numbers(view: View) -> View {
    let View { range, grain, deadline, account, region, service, tls_version, .. } = view;
    View { range, grain, deadline, account, region, service, tls_version, ..View::default() }
}

pub fn href(path: &str, view: &View) -> String {
    let query = view.to_string();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The page of one service, with the rest of the view kept.
pub fn service_href(service: &str, view: &View) -> String {
    let mut view = view.clone();
    view.service.clear();
    view.page = Default::default();
    href(&format!("/services/{}", encode_segment(service)), &view)
}

/// Percent-encodes everything that could end a path segment or be mistaken for one.
fn encode_segment(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte) && text != "." && text != ".." {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The view in the address, or what is wrong with it.
pub fn view_in_address() -> Memo<Result<View, String>> {
    let search = use_location().search;
    Memo::new(move |_| search.get().parse::<View>().map_err(|bad| bad.to_string()))
}

/// Goes to another view of a page and stays where it is scrolled to.
pub fn go_to() -> impl Fn(&str) + Clone {
    let navigate = leptos_router::hooks::use_navigate();
    move |to: &str| navigate(to, NavigateOptions { scroll: false, ..Default::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_one_segment_of_a_path() {
        assert_eq!(service_href("s3", &View::default()), "/services/s3");
        assert_eq!(service_href("a/../b?c#d", &View::default()), "/services/a%2F..%2Fb%3Fc%23d");
        assert_eq!(service_href("..", &View::default()), "/services/%2E%2E");
    }
}
