//! Passwords: which are good enough, and how they are kept.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::{sync::Semaphore, task, time::timeout};

/// Characters. Long ones are good, and nobody has to mix kinds of characters (OWASP ASVS 6.2).
const SHORTEST: usize = 12;
const LONGEST: usize = 256;

/// What is left of it without words that everybody would try.
const LEFT: usize = 8;

/// The most frequent ones that are long enough, from lists of leaked passwords.
const FREQUENT: &str = include_str!("frequent.txt");

/// One takes 19 MiB: so many at the same time, and how long the others wait.
const AT_ONCE: usize = 4;
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Why a password was not taken, or could not be looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Weak(String),
    #[error("Too many people sign in at the same time. Try again in a moment.")]
    Busy,
    #[error("The password could not be checked; the server's log says more.")]
    Broken,
}

/// Hashes and compares, a few at a time.
#[derive(Clone)]
pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    /// A password that is good enough for this person, ready to be kept.
    pub(crate) async fn hash(&self, name: &str, password: &str) -> Result<String, Error> {
        check(name, password).map_err(Error::Weak)?;
        self.hash_any(password).await
    }

    /// One that is its maker's choice, however good.
    pub(crate) async fn hash_any(&self, password: &str) -> Result<String, Error> {
        let password = password.to_owned();
        self.run(move || hash(&password)).await
    }

    /// Takes as long for somebody who does not exist (`kept` is nothing) as for others.
    pub(crate) async fn verify(&self, password: &str, kept: Option<String>) -> Result<bool, Error> {
        let password = password.to_owned();
        self.run(move || {
            let known = kept.is_some();
            let kept = kept.or_else(|| NOBODYS.clone()).ok_or(Error::Broken)?;
            let parsed = PasswordHash::new(&kept).map_err(broken)?;
            Ok(argon2()?.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = timeout(LONGEST_WAIT, self.0.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
        let done = task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.unwrap_or(Err(Error::Broken))
    }
}

/// Of a password that nobody has.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody's").ok());

/// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, Error> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(broken)?;
    let hash = argon2()?.hash_password(password.as_bytes(), &salt).map_err(broken)?;
    Ok(hash.to_string())
}

fn broken(error: impl std::fmt::Display) -> Error {
    tracing::error!(%error, "a password cannot be hashed or compared");
    Error::Broken
}

fn check(name: &str, password: &str) -> Result<(), String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(format!("Take a password of at least {SHORTEST} characters; a few words in a row are good."));
    }
    if length > LONGEST {
        return Err(format!("Take a password of at most {LONGEST} characters."));
    }
    let small = password.to_lowercase();
    if FREQUENT.lines().any(|frequent| frequent == small) {
        return Err("This password is one of the first that others would try: take another.".into());
    }
    let mut left = small.clone();
    for word in name.to_lowercase().split_whitespace().chain(["sunset", "tls", "password", "admin"]) {
        left = left.replace(word, "");
    }
    let different: BTreeSet<char> = left.chars().collect();
    if left.chars().count() < LEFT || different.len() < 5 {
        return Err(
            "This password is easy to guess: take one without your name or ours, and without repetitions.".into()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_not_what_everybody_would_try() {
        for (password, words) in [
            ("short", "at least 12"),
            ("elevenchars", "at least 12"),
            ("QWERTYuiop123", "first that others would try"),
            ("aaaaaaaaaaaaaaaa", "easy to guess"),
            ("ababababababab", "easy to guess"),
            ("Ann Example 1", "easy to guess"),
            ("tls-sunset-2026", "easy to guess"),
            (&"x".repeat(257), "at most 256"),
        ] {
            let refused = check("Ann Example", password).unwrap_err();
            assert!(refused.contains(words), "{password}: {refused}");
        }
        let long = "correct horse battery staple ".repeat(8);
        for password in ["correct horse battery", "häuser über bergen", long.trim(), "12 wörter sind gut"] {
            assert_eq!(check("Ann Example", password), Ok(()), "{password}");
        }
    }

    #[tokio::test]
    async fn what_is_kept_fits_only_its_password() {
        let passwords = Passwords::default();
        let kept = passwords.hash("ann", "correct horse battery").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, passwords.hash("ann", "correct horse battery").await.unwrap(), "each has a salt");
        assert!(passwords.verify("correct horse battery", Some(kept.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse batterx", Some(kept)).await.unwrap());
        assert!(!passwords.verify("nobody's", None).await.unwrap(), "nobody has no password");
        assert!(matches!(passwords.hash("ann", "short").await, Err(Error::Weak(_))));
        let short = passwords.hash_any("short").await.unwrap();
        assert!(passwords.verify("short", Some(short)).await.unwrap());
        assert!(!passwords.verify("short", Some("damaged".into())).await.unwrap_or(false), "it is nobody's");
    }
}
