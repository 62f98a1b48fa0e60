//! Texts out of JSON strings, safe to store and to show.

use std::borrow::Cow;

/// A JSON string as it stands between its quotes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Text<'w> {
    pub(crate) raw: &'w [u8],
    /// Whether there is a backslash in it.
    pub(crate) escaped: bool,
}

impl<'w> Text<'w> {
    /// The bytes that it stands for.
    #[inline]
    pub(crate) fn bytes(self) -> Cow<'w, [u8]> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }

    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    pub(crate) fn is(self, text: &[u8]) -> bool {
        if self.escaped { unescape(self.raw) == text } else { self.raw == text }
    }
}

/// Text of at most `limit` bytes: bad UTF-8 and NUL (which Postgres refuses) become U+FFFD.
pub(crate) fn readable(bytes: &[u8], limit: usize) -> Box<str> {
    let mut text = String::from_utf8_lossy(bytes);
    if text.contains('\0') {
        text = Cow::Owned(text.replace('\0', "\u{FFFD}"));
    }
    let end = text.floor_char_boundary(limit);
    text.get(..end).unwrap_or_default().into()
}

/// Undoes JSON's escapes. Unpaired surrogates become U+FFFD, and so does what is no escape.
pub(crate) fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    unescape_into(raw, &mut bytes);
    bytes
}

/// Appends to `bytes`.
pub(crate) fn unescape_into(mut raw: &[u8], bytes: &mut Vec<u8>) {
    while let Some(at) = memchr::memchr(b'\\', raw) {
        let (plain, escape) = raw.split_at(at);
        bytes.extend_from_slice(plain);
        raw = match escape {
            [_, b'u', rest @ ..] => unescape_unicode(rest, bytes),
            [_, simple, rest @ ..] => {
                match simple {
                    b'"' | b'\\' | b'/' => bytes.push(*simple),
                    b'n' => bytes.push(b'\n'),
                    b't' => bytes.push(b'\t'),
                    b'r' => bytes.push(b'\r'),
                    b'b' => bytes.push(8),
                    b'f' => bytes.push(12),
                    _ => push(char::REPLACEMENT_CHARACTER, bytes),
                }
                rest
            }
            _ => &[],
        };
    }
    bytes.extend_from_slice(raw);
}

/// `rest` follows `\u`; returns what follows the character.
fn unescape_unicode<'r>(rest: &'r [u8], bytes: &mut Vec<u8>) -> &'r [u8] {
    let Some((first, mut rest)) = hex4(rest) else {
        push(char::REPLACEMENT_CHARACTER, bytes);
        return rest;
    };
    let mut code = u32::from(first);
    if (0xD800..0xDC00).contains(&first)
        && let [b'\\', b'u', low @ ..] = rest
        && let Some((second @ 0xDC00..0xE000, behind)) = hex4(low)
    {
        code = 0x1_0000 + ((u32::from(first) - 0xD800) << 10) + (u32::from(second) - 0xDC00);
        rest = behind;
    }
    push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), bytes);
    rest
}

fn hex4(text: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = text.split_at_checked(4)?;
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u16::try_from(d).ok());
    Some((digits.iter().try_fold(0, |sum, b| Some(sum << 4 | digit(b)?))?, rest))
}

fn push(c: char, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Text from outside for a report or a log: control characters and other invisible ones written out, at most `limit` characters.
pub(crate) fn visible(bytes: &[u8], limit: usize) -> String {
    let bytes = bytes.get(..limit * 4).unwrap_or(bytes);
    let mut shown = String::new();
    let mut left = limit;
    for c in String::from_utf8_lossy(bytes).chars() {
        let written = if is_hidden(c) { format!("\\u{{{:x}}}", u32::from(c)) } else { c.to_string() };
        let Some(rest) = left.checked_sub(written.chars().count()) else { break };
        left = rest;
        shown.push_str(&written);
    }
    shown
}

/// Control characters, and those that reorder or hide what stands beside them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_a_surrogate_is_no_character() {
        assert_eq!(unescape(br"a\ud83dz"), "a\u{FFFD}z".as_bytes());
        assert_eq!(unescape(br"\ud83d\u0041"), "\u{FFFD}A".as_bytes());
        assert_eq!(unescape(br"\u12"), "\u{FFFD}12".as_bytes());
        assert_eq!(unescape(b"a\\"), b"a");
    }

    #[test]
    fn nul_and_bad_utf8_are_replaced() {
        assert_eq!(&*readable(&Text { raw: br"a\u0000b", escaped: true }.bytes(), 9), "a\u{FFFD}b");
        assert_eq!(&*readable(b"a\xFFb", 9), "a\u{FFFD}b");
        assert_eq!(&*readable("äää".as_bytes(), 3), "ä");
    }

    #[test]
    fn nothing_hides_in_an_excerpt() {
        assert_eq!(visible("a\nb\u{1b}[31m\u{202e}".as_bytes(), 99), r"a\u{a}b\u{1b}[31m\u{202e}");
        assert_eq!(visible(b"abc\n", 5), "abc");
        assert_eq!(visible(&b"x".repeat(500), 160).len(), 160);
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let raw = &json.as_bytes()[1..json.len() - 1];
            prop_assert_eq!(unescape(raw), text.as_bytes());
        }

        #[test]
        fn agrees_with_serde_json_on_escapes(units in proptest::collection::vec(any::<u16>(), 0..20)) {
            let raw: String = units.iter().map(|u| format!("\\u{u:04x}")).collect();
            if let Ok(text) = serde_json::from_str::<String>(&format!("\"{raw}\"")) {
                prop_assert_eq!(unescape(raw.as_bytes()), text.as_bytes());
            }
        }

        #[test]
        fn never_panics(raw in proptest::collection::vec(any::<u8>(), 0..40), limit in 0_usize..20) {
            unescape(&raw);
            readable(&raw, limit);
            prop_assert!(visible(&raw, limit).chars().count() <= limit);
        }
    }
}
