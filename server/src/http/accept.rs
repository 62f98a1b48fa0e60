//! Which of the forms on offer a client prefers (RFC 9110, section 12.5.1).

use axum::http::{HeaderMap, header::ACCEPT};

/// Index into `offered` (media types, the default first). A client that accepts none of them gets the default: for a
/// reader that is more useful than an empty 406.
pub(crate) fn preferred(headers: &HeaderMap, offered: &[&str]) -> usize {
    let accept = headers.get_all(ACCEPT).iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>().join(",");
    let mut best = (0, 0.0);
    for (index, media_type) in offered.iter().enumerate() {
        let quality = quality(&accept, media_type);
        if quality > best.1 {
            best = (index, quality);
        }
    }
    best.0
}

/// The weight of the most specific range that matches, 0 where none does.
fn quality(accept: &str, media_type: &str) -> f32 {
    let (main, _) = media_type.split_once('/').unwrap_or((media_type, ""));
    let mut best = (0, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let specific = match parts.next().unwrap_or_default() {
            name if name.eq_ignore_ascii_case(media_type) => 3,
            name if name.strip_suffix("/*").is_some_and(|m| m.eq_ignore_ascii_case(main)) => 2,
            "*/*" => 1,
            _ => continue,
        };
        let weight = parts.find_map(|p| p.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if specific > best.0 {
            best = (specific, weight);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_most_wanted_form_wins_and_the_first_one_on_a_tie() {
        let offered = ["application/json", "text/csv"];
        for (accept, expected) in [
            ("", 0),
            ("*/*", 0),
            ("text/csv", 1),
            ("Text/CSV; header=present", 1),
            ("application/json, text/csv", 0),
            ("application/json;q=0.5, text/csv;q=0.9", 1),
            ("text/*", 1),
            ("text/csv;q=0, */*", 0),
            ("image/png", 0),
            ("text/csv;q=broken", 0),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(preferred(&headers, &offered), expected, "{accept}");
        }
        assert_eq!(preferred(&HeaderMap::new(), &offered), 0);
    }
}
