//! What makes a share safe: `token` (its secret link), `seal` (what a right password is answered with), `pack` (the statement of a
//! frozen one). Passwords are kept, and guessing is slowed down, as it is for people: see `access`.

pub mod pack;
pub mod seal;
pub mod token;

use rand::{TryRngCore as _, rngs::OsRng};

/// Bytes that nobody can guess.
///
/// # Errors
/// When the system has none; nothing secret may be made then.
pub fn secret() -> Result<[u8; 32], rand::rand_core::OsError> {
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes)
}
