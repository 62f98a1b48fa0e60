//! What pages need to know about people. The server implements it; without accounts there is none.

use crate::{
    api::ApiError,
    model::{
        person::{Actor, Person, Role, Session, Shown, Token},
        provider::Provider,
    },
};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The session's cookie. With this prefix browsers keep it for exactly this host name, and for encrypted connections (or this
/// machine) only.
pub const COOKIE: &str = "__Host-sunset";

/// A cookie of ours, as a header says it. Scripts cannot read it, and other web sites cannot have it sent along with a form.
#[must_use]
pub fn cookie(name: &str, value: &str, more: &str) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{more}")
}

/// Where this server is, as a browser sees it that sent this `Host` header. Other machines reach it by HTTPS only: the session's
/// cookie needs that.
#[must_use]
pub fn origin(host: &str) -> String {
    let name = host.rsplit_once(':').filter(|_| !host.ends_with(']')).map_or(host, |(name, _)| name);
    let local = ["localhost", "127.0.0.1", "[::1]"].contains(&name.to_ascii_lowercase().as_str());
    format!("{}://{host}", if local { "http" } else { "https" })
}

/// The same, unless a proxy says by `X-Forwarded-Proto` how it was called. Whoever says something else themselves changes only
/// what they are shown themselves.
#[must_use]
pub fn origin_behind(host: &str, forwarded: Option<&str>) -> String {
    match forwarded {
        Some(scheme @ ("https" | "http")) => format!("{scheme}://{host}"),
        _ => origin(host),
    }
}

/// Where to go after signing in: an address of ours; everything else is the overview.
#[must_use]
pub fn here(next: &str) -> &str {
    let ours = next.starts_with('/') && !next.starts_with("//");
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours && plain && next.len() <= LONGEST_NEXT { next } else { "/" }
}

/// Browsers and proxies take about as much.
const LONGEST_NEXT: usize = 8000;

/// What the browser has to remember. Whoever knows it is the person.
pub struct SessionKey(pub String);

#[async_trait::async_trait]
pub trait Access: Send + Sync + 'static {
    /// Who asks.
    fn actor(&self) -> Actor;

    /// Whether there is an administrator yet.
    async fn is_set_up(&self) -> Result<bool, ApiError>;
    /// Whether the first administrator must give the code from the server's log.
    fn needs_code(&self) -> bool;
    /// Makes the first administrator, and signs them in.
    async fn set_up(&self, code: &str, name: &str, password: &str) -> Result<SessionKey, ApiError>;

    /// The OpenID provider by which people may sign in, if there is one.
    fn provider(&self) -> Option<Provider>;
    async fn sign_in(&self, name: &str, password: &str) -> Result<SessionKey, ApiError>;
    async fn sign_out(&self) -> Result<(), ApiError>;

    /// The real time.
    fn now(&self) -> DateTime<Utc>;
    /// A secret that was just made for whoever asks; it is shown this once.
    fn shown(&self) -> Option<Shown>;

    /// Where whoever asks is signed in, the last used first.
    async fn sessions(&self) -> Result<Vec<Session>, ApiError>;
    async fn end_session(&self, id: i64) -> Result<(), ApiError>;
    /// All but the one in which this is asked.
    async fn end_other_sessions(&self) -> Result<(), ApiError>;
    /// Ends every session, and begins a new one here.
    async fn change_password(&self, old: &str, new: &str) -> Result<SessionKey, ApiError>;
    /// Of whoever asks.
    async fn tokens(&self) -> Result<Vec<Token>, ApiError>;
    /// It is [`Self::shown`] once.
    async fn add_token(&self, name: &str, role: Role, days: u32) -> Result<(), ApiError>;
    async fn remove_token(&self, id: i64) -> Result<(), ApiError>;

    /// For administrators, like everything about others.
    async fn people(&self) -> Result<Vec<Person>, ApiError>;
    /// Their invitation is [`Self::shown`] once.
    async fn add_person(&self, name: &str, role: Role) -> Result<(), ApiError>;
    async fn change_role(&self, id: i64, role: Role) -> Result<(), ApiError>;
    /// Nobody is forgotten: it stays known who did what.
    async fn disable_person(&self, id: i64, disable: bool) -> Result<(), ApiError>;
    /// A new one-time link, with which they set a password. It is [`Self::shown`] once.
    async fn invite(&self, id: i64) -> Result<(), ApiError>;
    /// Who may set a password with this code, if anybody.
    async fn invited(&self, code: &str) -> Result<Option<String>, ApiError>;
    /// Sets the password, ends all sessions of that person and signs them in.
    async fn accept(&self, code: &str, password: &str) -> Result<SessionKey, ApiError>;
}

/// The accounts, asked by whoever sent this request; the server provides it as context.
pub fn get() -> Result<Arc<dyn Access>, ApiError> {
    let none = || ApiError::NotFound("There are no accounts: the server was started with SUNSET_AUTH=none.".into());
    leptos::prelude::use_context().ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for ours in ["/", "/callers?q=a%20b&sort=-calls", "/uploads/1#files"] {
            assert_eq!(here(ours), ours);
        }
        let long = format!("/{}", "a".repeat(LONGEST_NEXT));
        for other in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nset-cookie: x",
            "/ä",
            "/\t/x",
            &long,
        ] {
            assert_eq!(here(other), "/", "{other}");
        }
    }

    #[test]
    fn only_this_machine_is_reached_without_tls() {
        for (host, expected) in [
            ("localhost:3000", "http://localhost:3000"),
            ("LOCALHOST", "http://LOCALHOST"),
            ("127.0.0.1", "http://127.0.0.1"),
            ("[::1]", "http://[::1]"),
            ("[::1]:9", "http://[::1]:9"),
            ("tls.example.org", "https://tls.example.org"),
            ("localhost.evil.example:3000", "https://localhost.evil.example:3000"),
        ] {
            assert_eq!(origin(host), expected);
        }
    }
}
