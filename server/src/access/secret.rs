//! Secrets that we make ourselves: sessions, tokens, one-time codes.

/// 256 random bits. The text is shown once, the digest is kept.
pub(crate) struct Secret {
    pub(crate) text: String,
    pub(crate) digest: [u8; 32],
}

impl Secret {
    pub(crate) fn new(prefix: &str) -> Self {
        let random: [u8; 32] = rand::random();
        let text = random.iter().fold(prefix.to_owned(), |text, byte| text + &format!("{byte:02x}"));
        Self { digest: digest(&text), text }
    }
}

/// By which a secret is looked for. It has as many bits as the secret, so no salt and no slowness are needed; and as it is
/// compared, not the secret, the time of a comparison tells nothing about the secret.
pub(crate) fn digest(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_differ() {
        let (one, two) = (Secret::new("a_"), Secret::new("a_"));
        assert_eq!((one.text.len(), &one.text[..2]), (66, "a_"));
        assert_ne!(one.text, two.text);
        assert_eq!(one.digest, digest(&one.text));
    }
}
