//! Others: only administrators get here.

use super::{Desk, Tx, good_name, unavailable};
use crate::{
    access::secret::Secret,
    db::person::{self, Named, invitation, session, token},
};
use app::{
    api::ApiError,
    model::{
        audit::Action,
        person::{Person, Role, Shown},
    },
};
use sqlx::PgConnection;

/// A one-time link is good for so long.
const HOURS: i32 = 72;

impl Desk {
    pub(super) async fn everybody(&self) -> Result<Vec<Person>, ApiError> {
        person::list(&mut *self.conn().await?).await.map_err(unavailable)
    }

    pub(super) async fn add(&self, name: &str, role: Role) -> Result<(), ApiError> {
        let name = good_name(name)?;
        let taken = |error: sqlx::Error| match error.as_database_error().and_then(|error| error.constraint()) {
            Some("person_by_name") => ApiError::Invalid(format!("There is somebody named “{name}” already.")),
            _ => unavailable(error),
        };
        let mut tx = self.begin().await?;
        let id = person::add(&mut tx, &name, role, None).await.map_err(taken)?;
        let code = invite(&mut tx, id).await?;
        self.note(&mut tx, Action::AddPerson, &format!("{name}: {role}")).await?;
        tx.commit().await.map_err(unavailable)?;
        self.show(Shown::Invitation(name, code));
        Ok(())
    }

    pub(super) async fn give_role(&self, id: i64, role: Role) -> Result<(), ApiError> {
        let (mut tx, Named { name, issuer }) = self.begin_change(id).await?;
        if issuer.is_some() {
            return Err(ApiError::Conflict(format!(
                "The role of {name} follows from their groups at the sign-in service: change it there. It holds from their next \
                 sign-in on."
            )));
        }
        person::set_role(&mut tx, id, role).await.map_err(unavailable)?;
        self.note(&mut tx, Action::ChangeRole, &format!("{name}: {role}")).await?;
        self.end_change(tx).await
    }

    pub(super) async fn keep_out(&self, id: i64, disable: bool) -> Result<(), ApiError> {
        let (mut tx, Named { name, .. }) = self.begin_change(id).await?;
        person::set_disabled(&mut tx, id, disable).await.map_err(unavailable)?;
        if disable {
            session::end_all(&mut tx, id, None).await.map_err(unavailable)?;
            token::remove_all(&mut tx, id).await.map_err(unavailable)?;
            invitation::remove(&mut tx, id).await.map_err(unavailable)?;
        }
        let action = if disable { Action::DisablePerson } else { Action::EnablePerson };
        self.note(&mut tx, action, &name).await?;
        self.end_change(tx).await
    }

    pub(super) async fn give_link(&self, id: i64) -> Result<(), ApiError> {
        let (mut tx, Named { name, issuer }) = self.begin_change(id).await?;
        if issuer.is_some() {
            return Err(ApiError::Conflict(format!("{name} signs in elsewhere and has no password here.")));
        }
        let code = invite(&mut tx, id).await?;
        self.note(&mut tx, Action::Invite, &name).await?;
        tx.commit().await.map_err(unavailable)?;
        self.show(Shown::Invitation(name, code));
        Ok(())
    }

    /// Two administrators who demote each other at the same time take turns. Answers who it is as well.
    async fn begin_change(&self, id: i64) -> Result<(Tx, Named), ApiError> {
        let mut tx = self.begin().await?;
        person::lock(&mut tx).await.map_err(unavailable)?;
        let named = person::named(&mut tx, id).await.map_err(unavailable)?;
        let named = named.ok_or_else(|| ApiError::NotFound(format!("There is no person number {id}.")))?;
        Ok((tx, named))
    }

    /// Somebody must be left who can undo it: with a password, or from a provider that has a group for administrators.
    async fn end_change(&self, mut tx: Tx) -> Result<(), ApiError> {
        let provider = self.accounts.provider().map(|provider| provider.settings());
        let issuer =
            provider.filter(|provider| provider.roles.has(Role::Administrator)).map(|provider| provider.issuer());
        if !person::has_administrator(&mut tx, issuer).await.map_err(unavailable)? {
            return Err(ApiError::Conflict(
                "Nobody could decide about people any more: make somebody else an administrator first.".into(),
            ));
        }
        tx.commit().await.map_err(unavailable)
    }
}

async fn invite(conn: &mut PgConnection, id: i64) -> Result<String, ApiError> {
    let secret = Secret::new("");
    invitation::add(conn, id, &secret.digest, HOURS).await.map_err(unavailable)?;
    Ok(secret.text)
}
