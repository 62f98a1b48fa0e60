//! Enums that have exactly one text form: column, URL, JSON and CSS all use it.

/// Implements `ALL`, `as_str`, `Display` and `FromStr` for a fieldless enum.
/// `FromStr` fails with a sentence that lists what would have been understood.
macro_rules! text_enum {
    ($name:ident, $what:literal, { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $name {
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.into_iter().find(|x| x.as_str() == text).ok_or_else(|| {
                    format!("“{text}” is not {}: use {}", $what, [$($text),+].join(", "))
                })
            }
        }
    };
}
pub(crate) use text_enum;
