//! One's own password, sessions and tokens. Every query names the owner: others' are not found.

use super::{Desk, LONGEST_NAME, unavailable};
use crate::{
    access::secret::Secret,
    db::person::{self, session, token},
};
use app::{
    access::SessionKey,
    api::ApiError,
    model::{
        audit::Action,
        person::{Role, Session, Shown, TOKEN_DAYS, Token},
    },
};

/// By which scanners for leaked secrets, and people, know a token.
const PREFIX: &str = "sunset_pat_";

impl Desk {
    pub(super) async fn own_sessions(&self) -> Result<Vec<Session>, ApiError> {
        let (me, limits) = (self.me()?, self.accounts.limits());
        session::list(&mut *self.conn().await?, me, limits).await.map_err(unavailable)
    }

    pub(super) async fn end_own_session(&self, id: i64) -> Result<(), ApiError> {
        let mut tx = self.begin().await?;
        if !session::end_own(&mut tx, self.me()?, id).await.map_err(unavailable)? {
            return Err(ApiError::NotFound("This session has ended already.".into()));
        }
        self.note(&mut tx, Action::EndSession, "one").await?;
        tx.commit().await.map_err(unavailable)
    }

    pub(super) async fn end_all_but_this(&self) -> Result<(), ApiError> {
        let mut tx = self.begin().await?;
        session::end_all(&mut tx, self.me()?, self.actor.session).await.map_err(unavailable)?;
        self.note(&mut tx, Action::EndSession, "all others").await?;
        tx.commit().await.map_err(unavailable)
    }

    /// Whoever sits at somebody else's browser must still know the old one.
    pub(super) async fn replace_password(&self, old: &str, new: &str) -> Result<SessionKey, ApiError> {
        let me = self.me()?;
        if self.actor.by_provider {
            return Err(ApiError::Conflict(
                "You sign in elsewhere, and that is where your password is changed.".into(),
            ));
        }
        let guess = self.begin_guess(&self.actor.name).await?;
        let found = person::login(&mut *self.conn().await?, &self.actor.name).await.map_err(unavailable)?;
        let kept = found.filter(|person| person.id == me).and_then(|person| person.password);
        if !self.accounts.passwords().verify(old, kept).await? {
            return Err(ApiError::Invalid("The old password is wrong, so it was not changed.".into()));
        }
        let kept = self.accounts.passwords().hash(&self.actor.name, new).await?;
        let mut tx = self.begin().await?;
        guess.was_right(&mut tx).await.map_err(unavailable)?;
        person::set_password(&mut tx, me, &kept).await.map_err(unavailable)?;
        person::invitation::remove(&mut tx, me).await.map_err(unavailable)?;
        session::end_all(&mut tx, me, None).await.map_err(unavailable)?;
        let key = self.begin_session(&mut tx, me).await?;
        self.note(&mut tx, Action::ChangePassword, "").await?;
        tx.commit().await.map_err(unavailable)?;
        Ok(key)
    }

    pub(super) async fn own_tokens(&self) -> Result<Vec<Token>, ApiError> {
        token::list(&mut *self.conn().await?, self.me()?).await.map_err(unavailable)
    }

    pub(super) async fn make_token(&self, name: &str, role: Role, days: u32) -> Result<(), ApiError> {
        self.actor.must_be(role)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(ApiError::Invalid(format!("Say what the token is for, in 1 to {LONGEST_NAME} characters.")));
        }
        let days = i32::try_from(days).ok().filter(|days| (1..=TOKEN_DAYS as i32).contains(days));
        let days = days.ok_or_else(|| ApiError::Invalid(format!("A token is good for 1 to {TOKEN_DAYS} days.")))?;
        let secret = Secret::new(PREFIX);
        let mut tx = self.begin().await?;
        token::add(&mut tx, self.me()?, name, role, &secret.digest, days).await.map_err(unavailable)?;
        self.note(&mut tx, Action::AddToken, &format!("{name}: {role}, {days} days")).await?;
        tx.commit().await.map_err(unavailable)?;
        self.show(Shown::Token(secret.text));
        Ok(())
    }

    pub(super) async fn remove_own_token(&self, id: i64) -> Result<(), ApiError> {
        let mut tx = self.begin().await?;
        let name = token::remove(&mut tx, self.me()?, id).await.map_err(unavailable)?;
        let name = name.ok_or_else(|| ApiError::NotFound("This token was removed already.".into()))?;
        self.note(&mut tx, Action::RemoveToken, &name).await?;
        tx.commit().await.map_err(unavailable)
    }
}
