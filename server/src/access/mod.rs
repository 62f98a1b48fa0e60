//! People: how they are recognised, and how guessing is made slow.
//!
//! # Layout
//! `secret` (random ones), `password` (chosen ones), `guess` (how long somebody has to wait), `provider` (an OpenID provider that
//! says who somebody is) → `accounts` (who sends a request) → `desk` (what one person may ask for: `impl app::access::Access`).
//! Routes are guarded in `http::access`.

mod accounts;
mod desk;
mod guess;
mod password;
pub mod provider;
mod secret;

pub use crate::db::person::session::Limits;
pub(crate) use accounts::cookie;
pub use accounts::{Accounts, Sender};
pub use desk::Desk;
pub(crate) use desk::{BACK, Came, NoWayIn};
pub(crate) use guess::{Guess, Links, TooOften};
pub(crate) use password::Passwords;
pub use provider::{Provider, Settings as ProviderSettings};
