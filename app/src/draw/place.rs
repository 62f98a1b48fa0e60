//! Where a piece stands: the page's path and its view. Links are made from it, so that a piece works on every page.

use crate::view::View;

/// A page and its view.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) path: String,
    /// As in the address.
    pub(crate) shown: View,
    /// What the page asks for: the address, and what the page itself fixes (its service).
    pub(crate) view: View,
}

impl Place {
    /// This page with a changed view; the callers begin at their first page again.
    pub(crate) fn with(&self, change: impl FnOnce(&mut View)) -> String {
        let mut view = self.shown.clone();
        view.page = Default::default();
        change(&mut view);
        href(&self.path, &view)
    }

    /// The same data for a spreadsheet.
    pub(crate) fn csv(&self, table: &str) -> String {
        href(&format!("/api/v1/{table}.csv"), &self.view)
    }
}

pub(crate) fn href(path: &str, view: &View) -> String {
    let query = view.to_string();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The page of one service, with the rest of the view kept.
pub(crate) fn service_href(service: &str, view: &View) -> String {
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
