//! What one person may ask about accounts: `impl app::access::Access`. `way_in` (how sessions begin and end), `arrival` (how they
//! begin by the provider) with `newcomer` (whom it made known), `own` (one's own password, sessions and tokens), `people`
//! (others).

mod arrival;
mod newcomer;
mod own;
mod people;
mod way_in;

pub(crate) use arrival::{BACK, Came, NoWayIn};

use super::{Accounts, password};
use crate::db::audit_log;
use app::{
    access::{Access, SessionKey},
    api::ApiError,
    model::{
        audit::Action,
        person::{Actor, Person, Role, Session, Shown, Token},
        provider::Provider,
    },
};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, Transaction, pool::PoolConnection};

/// The accounts, asked by somebody.
pub struct Desk {
    accounts: Accounts,
    actor: Actor,
}

const LONGEST_NAME: usize = 120;

type Conn = PoolConnection<Postgres>;
type Tx = Transaction<'static, Postgres>;

impl Desk {
    #[must_use]
    pub fn new(accounts: Accounts, actor: Actor) -> Self {
        Self { accounts, actor }
    }

    async fn conn(&self) -> Result<Conn, ApiError> {
        self.accounts.pool().acquire().await.map_err(unavailable)
    }

    async fn begin(&self) -> Result<Tx, ApiError> {
        self.accounts.pool().begin().await.map_err(unavailable)
    }

    /// The number of whoever asks.
    fn me(&self) -> Result<i64, ApiError> {
        self.actor.person.ok_or(ApiError::SignedOut)
    }

    /// Whoever asks, as the audit log knows somebody who has just come in.
    fn as_person(&self, id: i64, name: &str) -> Actor {
        Actor { person: Some(id), name: name.to_owned(), ..self.actor.clone() }
    }

    async fn note(&self, conn: &mut PgConnection, action: Action, about: &str) -> Result<(), ApiError> {
        audit_log::add(conn, &self.actor, action, about).await.map_err(unavailable)
    }

    fn show(&self, shown: Shown) {
        if let Some(session) = self.actor.session {
            self.accounts.show(session, shown);
        }
    }

    async fn begin_session(&self, conn: &mut PgConnection, person: i64) -> Result<SessionKey, ApiError> {
        self.accounts.begin_session(conn, person, &self.actor).await.map(SessionKey).map_err(unavailable)
    }
}

#[async_trait::async_trait]
impl Access for Desk {
    fn actor(&self) -> Actor {
        self.actor.clone()
    }

    #[expect(clippy::disallowed_methods, reason = "pages about people get to know the time here")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn shown(&self) -> Option<Shown> {
        self.accounts.shown(self.actor.session?)
    }

    async fn is_set_up(&self) -> Result<bool, ApiError> {
        self.accounts.is_set_up().await.map_err(unavailable)
    }

    fn needs_code(&self) -> bool {
        self.accounts.needs_code()
    }

    async fn set_up(&self, code: &str, name: &str, password: &str) -> Result<SessionKey, ApiError> {
        self.make_first(code, name, password).await
    }

    fn provider(&self) -> Option<Provider> {
        self.accounts.provider().map(|provider| provider.settings().provider())
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<SessionKey, ApiError> {
        self.let_in(name.trim(), password).await
    }

    async fn sign_out(&self) -> Result<(), ApiError> {
        self.let_out().await
    }

    async fn sessions(&self) -> Result<Vec<Session>, ApiError> {
        self.own_sessions().await
    }

    async fn end_session(&self, id: i64) -> Result<(), ApiError> {
        self.end_own_session(id).await
    }

    async fn end_other_sessions(&self) -> Result<(), ApiError> {
        self.end_all_but_this().await
    }

    async fn change_password(&self, old: &str, new: &str) -> Result<SessionKey, ApiError> {
        self.replace_password(old, new).await
    }

    async fn tokens(&self) -> Result<Vec<Token>, ApiError> {
        self.own_tokens().await
    }

    async fn add_token(&self, name: &str, role: Role, days: u32) -> Result<(), ApiError> {
        self.make_token(name, role, days).await
    }

    async fn remove_token(&self, id: i64) -> Result<(), ApiError> {
        self.remove_own_token(id).await
    }

    async fn people(&self) -> Result<Vec<Person>, ApiError> {
        self.actor.must_be(Role::Administrator)?;
        self.everybody().await
    }

    async fn add_person(&self, name: &str, role: Role) -> Result<(), ApiError> {
        self.actor.must_be(Role::Administrator)?;
        self.add(name, role).await
    }

    async fn change_role(&self, id: i64, role: Role) -> Result<(), ApiError> {
        self.actor.must_be(Role::Administrator)?;
        self.give_role(id, role).await
    }

    async fn disable_person(&self, id: i64, disable: bool) -> Result<(), ApiError> {
        self.actor.must_be(Role::Administrator)?;
        self.keep_out(id, disable).await
    }

    async fn invite(&self, id: i64) -> Result<(), ApiError> {
        self.actor.must_be(Role::Administrator)?;
        self.give_link(id).await
    }

    async fn invited(&self, code: &str) -> Result<Option<String>, ApiError> {
        self.whose_code(code).await
    }

    async fn accept(&self, code: &str, password: &str) -> Result<SessionKey, ApiError> {
        self.redeem(code, password).await
    }
}

fn good_name(name: &str) -> Result<String, ApiError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(ApiError::Invalid(format!("Give a name of 1 to {LONGEST_NAME} characters.")));
    }
    Ok(name)
}

fn unavailable(error: sqlx::Error) -> ApiError {
    tracing::error!(%error, "a query about people failed");
    ApiError::Unavailable
}

impl From<password::Error> for ApiError {
    fn from(error: password::Error) -> Self {
        match error {
            password::Error::Weak(why) => Self::Invalid(why),
            other => Self::Conflict(other.to_string()),
        }
    }
}
