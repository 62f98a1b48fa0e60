//! The accounts of a running server: who sends a request.

use super::{
    Limits, Provider,
    password::Passwords,
    secret::{Secret, digest},
};
use crate::db::person::{self, session, token};
use app::{
    access::COOKIE,
    model::person::{Actor, Role, Shown},
};
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use sqlx::{PgConnection, PgPool};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Cheap to clone.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    pool: PgPool,
    passwords: Passwords,
    limits: Limits,
    /// Whose people may come in, besides those with a password.
    provider: Option<Provider>,
    /// Of the code that the first administrator must know.
    code: Option<[u8; 32]>,
    /// Somebody has an account. That never changes back.
    set_up: AtomicBool,
    /// What is still to be shown, by session.
    shown: Mutex<HashMap<i64, Shown>>,
}

/// Where a request comes from, as far as that is known. For people to read, and to slow down guessing.
#[derive(Debug, Clone, Default)]
pub struct Sender {
    pub address: String,
    pub agent: String,
}

impl Accounts {
    /// Answers a one-time code as well, if the first administrator needs one: for the log.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn open(
        pool: PgPool,
        limits: Limits,
        provider: Option<Provider>,
        needs_code: bool,
    ) -> sqlx::Result<(Self, Option<String>)> {
        let issuer = provider.as_ref().map(|provider| provider.settings().issuer());
        let set_up = person::exist(&mut *pool.acquire().await?, issuer).await?;
        let code = (needs_code && !set_up).then(|| Secret::new(""));
        let inner = Inner {
            pool,
            passwords: Passwords::default(),
            limits,
            provider,
            code: code.as_ref().map(|code| code.digest),
            set_up: AtomicBool::new(set_up),
            shown: Mutex::default(),
        };
        Ok((Self(Arc::new(inner)), code.map(|code| code.text)))
    }

    /// Whoever the request's cookie or, for programs, its token belongs to; else nobody.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn recognise(&self, request: &Parts, sender: Sender) -> sqlx::Result<Actor> {
        let actor = Actor { address: sender.address, agent: sender.agent, ..Actor::nobody() };
        match request.headers.get(header::AUTHORIZATION) {
            Some(token) if request.uri.path().starts_with("/api/") => self.by_token(token, actor).await,
            _ => self.by_cookie(&request.headers, actor).await,
        }
    }

    async fn by_token(&self, sent: &HeaderValue, actor: Actor) -> sqlx::Result<Actor> {
        let token = sent.to_str().ok().and_then(|sent| sent.split_once(' '));
        let Some((scheme, token)) = token else { return Ok(actor) };
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Ok(actor);
        }
        let mut conn = self.0.pool.acquire().await?;
        let Some(found) = token::find(&mut conn, &digest(token.trim()), self.issuer()).await? else { return Ok(actor) };
        if found.is_stale {
            token::used(&mut conn, found.id).await?;
        }
        let roles = found.roles.iter().map(|role| role.parse::<Role>()).collect::<Result<Vec<_>, _>>();
        let role = roles.map_err(|why| sqlx::Error::Decode(why.into()))?.into_iter().min();
        Ok(Actor { role, name: found.name, person: Some(found.person_id), ..actor })
    }

    async fn by_cookie(&self, headers: &HeaderMap, actor: Actor) -> sqlx::Result<Actor> {
        let Some(cookie) = cookie(headers, COOKIE) else { return Ok(actor) };
        let mut conn = self.0.pool.acquire().await?;
        let found = session::find(&mut conn, &digest(cookie), self.0.limits, self.issuer()).await?;
        let Some(found) = found else { return Ok(actor) };
        if found.is_stale {
            session::used(&mut conn, found.id).await?;
        }
        let role = found.role.parse().map_err(|why: String| sqlx::Error::Decode(why.into()))?;
        let (person, session) = (Some(found.person_id), Some(found.id));
        let session::Found { name, by_provider, .. } = found;
        Ok(Actor { role: Some(role), name, person, session, by_provider, ..actor })
    }

    /// Whether anybody has an account that is good now.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_set_up(&self) -> sqlx::Result<bool> {
        let set_up = || async { person::exist(&mut *self.0.pool.acquire().await?, self.issuer()).await };
        if !self.0.set_up.load(Ordering::Relaxed) && set_up().await? {
            self.0.set_up.store(true, Ordering::Relaxed);
        }
        Ok(self.0.set_up.load(Ordering::Relaxed))
    }

    pub(super) fn provider(&self) -> Option<&Provider> {
        self.0.provider.as_ref()
    }

    /// Of the people who may come in without a password.
    pub(super) fn issuer(&self) -> Option<&str> {
        Some(self.provider()?.settings().issuer())
    }

    pub(super) fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Once, on the next page that shows secrets in this session.
    pub(super) fn show(&self, session: i64, shown: Shown) {
        self.0.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(session, shown);
    }

    pub(super) fn shown(&self, session: i64) -> Option<Shown> {
        self.0.shown.lock().unwrap_or_else(PoisonError::into_inner).remove(&session)
    }

    pub(super) fn needs_code(&self) -> bool {
        self.0.code.is_some()
    }

    pub(super) fn is_code(&self, text: &str) -> bool {
        self.0.code.is_none_or(|code| code == digest(text.trim()))
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    pub(super) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// A session that did not exist before; the one that the request came with ends. Answers the cookie's value.
    pub(super) async fn begin_session(
        &self,
        conn: &mut PgConnection,
        person: i64,
        actor: &Actor,
    ) -> sqlx::Result<String> {
        if let Some(old) = actor.session {
            session::end(conn, old).await?;
        }
        session::sweep(conn, self.0.limits).await?;
        let secret = Secret::new("");
        session::add(conn, person, &secret.digest, &actor.agent, &actor.address).await?;
        person::signed_in(conn, person).await?;
        Ok(secret.text)
    }
}

/// What a browser remembers by this name.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let of = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, HeaderValue::from_static(line));
            }
            cookie(&headers, COOKIE).map(str::to_owned)
        };
        assert_eq!(of(&["a=b; __Host-sunset=abc; c=d"]).as_deref(), Some("abc"));
        assert_eq!(of(&["a=b", "__Host-sunset=abc"]).as_deref(), Some("abc"));
        for others in
            ["", "sunset=abc", "__Host-sunsetx=abc", "__Host-sunset-way=abc", "x__Host-sunset=abc", "__Host-sunset"]
        {
            assert_eq!(of(&[others]), None, "{others}");
        }
    }
}
