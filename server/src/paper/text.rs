//! Texts as they can be set: others have written them, in any script and with any character.

use super::{
    fonts::{Fonts, REPLACEMENT, Which},
    ink::Style,
};
use std::ops::Range;

/// A part of a text that one font draws in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) which: Which,
    pub(super) is_right_to_left: bool,
    /// In bytes.
    pub(super) range: Range<usize>,
}

/// The same without what would not be seen, or would change how the rest is seen; blanks are plain spaces.
pub(super) fn clean(text: &str) -> String {
    let letter = |c: char| match c {
        c if c.is_whitespace() => ' ',
        c if is_hidden(c) => REPLACEMENT,
        c => c,
    };
    text.chars().map(letter).collect()
}

/// Controls, formats (those of direction among them), and what is no character; private ones have no meaning in an archive.
fn is_hidden(c: char) -> bool {
    let n = u32::from(c);
    c.is_control()
        || n & 0xfffe == 0xfffe
        || matches!(n,
            0xad | 0x34f | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2 | 0x115f..=0x1160 | 0x17b4..=0x17b5
            | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xd800..=0xf8ff
            | 0xfdd0..=0xfdef | 0xfeff | 0xffa0 | 0xfff0..=0xfffc | 0xe_0000..=0x10_ffff)
}

/// Hebrew, Arabic and the scripts beside them.
const fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{1_0800}'..='\u{1_0fff}' | '\u{1_e800}'..='\u{1_efff}')
}

/// What stands between two letters of a script runs as they do.
const fn is_between(c: char) -> bool {
    matches!(c, ' ' | '-' | ',' | '.' | ':' | '/' | '\'' | '"')
}

/// In the order of the text, which must be clean.
pub(super) fn pieces(fonts: &Fonts, text: &str, style: Style) -> Vec<Piece> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut pieces: Vec<Piece> = Vec::new();
    for (n, (at, letter)) in letters.iter().enumerate() {
        let is_right_to_left = fonts.is_wide(*letter) && runs_left(&letters, n);
        let which = if is_right_to_left { Which::Wide } else { fonts.letter(*letter, style.bold).which };
        let end = at + letter.len_utf8();
        match pieces.last_mut() {
            Some(last) if last.which == which && last.is_right_to_left == is_right_to_left => last.range.end = end,
            _ => pieces.push(Piece { which, is_right_to_left, range: *at..end }),
        }
    }
    pieces
}

fn runs_left(letters: &[(usize, char)], n: usize) -> bool {
    let next = |mut others: Box<dyn Iterator<Item = &(usize, char)> + '_>| {
        others.find(|(_, c)| !is_between(*c)).is_some_and(|(_, c)| is_right_to_left(*c))
    };
    match letters.get(n) {
        Some((_, c)) if is_right_to_left(*c) => true,
        // So far a script is looked for, no further: a text of blanks is not searched again and again.
        Some((_, c)) if is_between(*c) => {
            let (before, behind) = letters.split_at(n);
            next(Box::new(before.iter().rev().take(8))) && next(Box::new(behind.iter().take(8)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides_and_nothing_turns_the_text_around() {
        assert_eq!(clean("a\tb\r\nc\u{a0}d"), "a b  c d");
        assert_eq!(
            clean("x\u{202e}gpj.exe\u{0}\u{200b}\u{feff}\u{e000}"),
            "x\u{fffd}gpj.exe\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(clean("Grüße, Ωμέγα, שלום, 合规"), "Grüße, Ωμέγα, שלום, 合规");
    }
}
