//! The accounts of a running server: who sends a request.

use super::{
    Limits,
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
    pub async fn open(pool: PgPool, limits: Limits, needs_code: bool) -> sqlx::Result<(Self, Option<String>)> {
        let set_up = person::exist(&mut *pool.acquire().await?).await?;
        let code = (needs_code && !set_up).then(|| Secret::new(""));
        let inner = Inner {
            pool,
            passwords: Passwords::default(),
            limits,
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
        let Some(found) = token::find(&mut conn, &digest(token.trim())).await? else { return Ok(actor) };
        if found.is_stale {
            token::used(&mut conn, found.id).await?;
        }
        let roles = found.roles.iter().map(|role| role.parse::<Role>()).collect::<Result<Vec<_>, _>>();
        let role = roles.map_err(|why| sqlx::Error::Decode(why.into()))?.into_iter().min();
        Ok(Actor { role, name: found.name, person: Some(found.person_id), ..actor })
    }

    async fn by_cookie(&self, headers: &HeaderMap, actor: Actor) -> sqlx::Result<Actor> {
        let Some(cookie) = cookie(headers) else { return Ok(actor) };
        let mut conn = self.0.pool.acquire().await?;
        let Some(found) = session::find(&mut conn, &digest(cookie), self.0.limits).await? else { return Ok(actor) };
        if found.is_stale {
            session::used(&mut conn, found.id).await?;
        }
        let role = found.role.parse().map_err(|why: String| sqlx::Error::Decode(why.into()))?;
        let (person, session) = (Some(found.person_id), Some(found.id));
        Ok(Actor { role: Some(role), name: found.name, person, session, ..actor })
    }

    /// Whether anybody has an account.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_set_up(&self) -> sqlx::Result<bool> {
        if !self.0.set_up.load(Ordering::Relaxed) && person::exist(&mut *self.0.pool.acquire().await?).await? {
            self.0.set_up.store(true, Ordering::Relaxed);
        }
        Ok(self.0.set_up.load(Ordering::Relaxed))
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

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
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
            cookie(&headers).map(str::to_owned)
        };
        assert_eq!(of(&["a=b; __Host-sunset=abc; c=d"]).as_deref(), Some("abc"));
        assert_eq!(of(&["a=b", "__Host-sunset=abc"]).as_deref(), Some("abc"));
        for others in ["", "sunset=abc", "__Host-sunsetx=abc", "x__Host-sunset=abc", "__Host-sunset"] {
            assert_eq!(of(&[others]), None, "{others}");
        }
    }
}
