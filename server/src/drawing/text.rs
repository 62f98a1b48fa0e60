//! Texts on a picture, which has no browser that breaks lines and escapes.

use super::{Fonts, raster::tree};
use resvg::usvg::Node;

/// Lines that each fit into `room`; what finds no place on them ends with an ellipsis. `width`: of a line.
pub(super) fn wrap(text: &str, lines: usize, room: f32, width: impl Fn(&str) -> f32) -> Vec<String> {
    let mut words = text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    words.reverse();
    let mut wrapped: Vec<String> = Vec::new();
    while let Some(word) = words.pop() {
        let joined = wrapped.last().map(|line| format!("{line} {word}")).filter(|line| width(line) <= room);
        if let (Some(joined), Some(line)) = (joined, wrapped.last_mut()) {
            *line = joined;
        } else if wrapped.len() == lines {
            words.push(word);
            break;
        } else {
            // A word that is longer than a line goes on in the next one.
            let fits = fitting(&word, room, &width);
            if let Some(rest) = word.get(fits..).filter(|rest| !rest.is_empty()) {
                words.push(rest.to_owned());
            }
            wrapped.push(word[..fits].to_owned());
        }
    }
    if let Some(line) = wrapped.last_mut().filter(|_| !words.is_empty()) {
        let cut = |line: &str| format!("{}…", line.trim_end_matches([' ', ',', ';', '.', ':']));
        while width(&cut(line)) > room && line.pop().is_some() {}
        *line = cut(line);
    }
    wrapped
}

/// How many bytes of a word fit; at least one letter does.
fn fitting(word: &str, room: f32, width: impl Fn(&str) -> f32) -> usize {
    if width(word) <= room {
        return word.len();
    }
    let ends: Vec<usize> = word.char_indices().map(|(at, letter)| at + letter.len_utf8()).collect();
    let fit = ends.partition_point(|end| width(&word[..*end]) <= room);
    ends[fit.saturating_sub(1)]
}

/// In pixels, as it will be drawn.
pub(super) fn width(text: &str, size: f32, bold: bool, fonts: &Fonts) -> f32 {
    let weight = if bold { 600 } else { 400 };
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text font-family=\"Inter, 'DejaVu Sans'\" \
         font-size=\"{size}\" font-weight=\"{weight}\">{}</text></svg>",
        escape(text)
    );
    let drawn = tree(&svg, fonts).ok();
    let right = drawn.and_then(|tree| match tree.root().children().first() {
        Some(Node::Text(text)) => Some(text.bounding_box().right()),
        _ => None,
    });
    // Nothing to see is nothing wide.
    right.unwrap_or(0.0)
}

/// For XML, which knows no control characters.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, lines: usize) -> Vec<String> {
        wrap(text, lines, 10.0, |line| line.chars().count() as f32)
    }

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrapped("two calls from three callers", 5), ["two calls", "from three", "callers"]);
        assert!(wrapped(" \n ", 3).is_empty());
    }

    #[test]
    fn what_finds_no_place_ends_with_an_ellipsis() {
        assert_eq!(wrapped("two calls from three callers", 2), ["two calls", "from thre…"]);
        assert_eq!(wrapped("one, two; three and so on", 1), ["one, two…"]);
    }

    #[test]
    fn a_word_without_end_is_cut_anywhere() {
        assert_eq!(wrapped("abcdefghijklmno pq", 3), ["abcdefghij", "klmno pq"]);
        assert_eq!(wrapped(&"ä".repeat(40), 2), ["ä".repeat(10), format!("{}…", "ä".repeat(9))]);
        // Where not even one letter fits.
        assert_eq!(wrap("abc", 2, 0.5, |line| line.chars().count() as f32)[0], "a");
    }

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escape("<a b=\"c\">&\u{1}"), "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}");
    }
}
