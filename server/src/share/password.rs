//! Passwords of shares: Argon2id, on a thread of their own, because a hash takes its time on purpose.

use super::secret;
use anyhow::anyhow;
use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use tokio::task::spawn_blocking;

/// # Errors
/// When the system has no randomness or no memory left.
pub async fn hash(password: String) -> anyhow::Result<String> {
    spawn_blocking(move || {
        let salt = SaltString::encode_b64(&secret()?[..16]).map_err(|error| anyhow!("no salt: {error}"))?;
        let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
        Ok(hash.map_err(|error| anyhow!("no hash: {error}"))?.to_string())
    })
    .await?
}

/// Whether this is the password; a damaged hash belongs to none.
pub async fn is_right(hash: String, password: String) -> bool {
    let verified = spawn_blocking(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    });
    verified.await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_is_right() {
        let hash = hash("correct horse".into()).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(is_right(hash.clone(), "correct horse".into()).await);
        assert!(!is_right(hash, "correct horsf".into()).await);
        assert!(!is_right("damaged".into(), "correct horse".into()).await);
    }
}
