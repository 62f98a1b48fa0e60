//! Texts on their way into and out of the database.

use std::{borrow::Cow, str::FromStr};

/// Longer names are shortened: a b-tree cannot hold them. Keys of objects have 1,024 bytes at most.
const LONGEST_NAME: usize = 2000;

/// Reads a column that holds the text form of an enum.
pub(super) fn parse<T: FromStr<Err = String>>(text: &str) -> sqlx::Result<T> {
    text.parse().map_err(|error: String| sqlx::Error::Decode(error.into()))
}

/// Postgres holds no NUL in texts.
pub(super) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{2400}")) } else { Cow::Borrowed(text) }
}

/// The form in which the name of a file is stored: the same for the same name, different for different ones.
pub fn file_name(name: &str) -> Cow<'_, str> {
    let name = storable(name);
    if name.len() <= LONGEST_NAME {
        return name;
    }
    let hash = &blake3::hash(name.as_bytes()).to_hex()[..16];
    let head = &name[..name.floor_char_boundary(LONGEST_NAME / 2)];
    let tail = &name[name.ceil_char_boundary(name.len() - LONGEST_NAME / 3)..];
    Cow::Owned(format!("{head}…{hash}…{tail}"))
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn long_names_stay_apart() {
        let long = |last: &str| file_name(&format!("{}{last}{}", "ä".repeat(2000), "z".repeat(900))).into_owned();
        assert!(long("1").len() <= 2000);
        assert_ne!(long("1"), long("2"));
        assert_eq!(long("1"), long("1"));
        assert_eq!(file_name("a\0b"), "a␀b");
        assert_eq!(file_name("logs.zip!a/b.json.gz"), "logs.zip!a/b.json.gz");
    }
}
