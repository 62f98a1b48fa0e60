//! How sessions begin and end.

use super::{Desk, good_name, unavailable};
use crate::{
    access::{Guess, TooOften, secret::digest},
    db::{
        audit_log,
        person::{self, invitation},
    },
};
use app::{
    access::SessionKey,
    api::ApiError,
    model::{audit::Action, person::Role},
};

/// For a wrong name as for a wrong password.
const WRONG: &str = "The name or the password is wrong.";

impl Desk {
    pub(super) async fn make_first(&self, code: &str, name: &str, password: &str) -> Result<SessionKey, ApiError> {
        if self.accounts.is_set_up().await.map_err(unavailable)? {
            return Err(ApiError::Conflict("The first administrator has an account already: sign in.".into()));
        }
        if !self.accounts.is_code(code) {
            return Err(ApiError::Invalid(
                "That is not the code of this start: look for the newest one in the server's log.".into(),
            ));
        }
        let name = good_name(name)?;
        let kept = self.accounts.passwords().hash(&name, password).await?;
        let mut tx = self.begin().await?;
        person::lock(&mut tx).await.map_err(unavailable)?;
        if person::exist(&mut tx, self.accounts.issuer()).await.map_err(unavailable)? {
            return Err(ApiError::Conflict("Somebody else was faster and is the administrator now.".into()));
        }
        let id = person::add(&mut tx, &name, Role::Administrator, Some(&kept)).await.map_err(unavailable)?;
        audit_log::add(&mut tx, &self.as_person(id, &name), Action::SetUp, "").await.map_err(unavailable)?;
        let key = self.begin_session(&mut tx, id).await?;
        tx.commit().await.map_err(unavailable)?;
        Ok(key)
    }

    pub(super) async fn let_in(&self, name: &str, typed: &str) -> Result<SessionKey, ApiError> {
        let guess = self.begin_guess(name).await?;
        let found = person::login(&mut *self.conn().await?, name).await.map_err(unavailable)?;
        // No connection is kept while the password is compared.
        let may_come_in = found.as_ref().is_some_and(|person| !person.disabled);
        let kept = found.as_ref().and_then(|person| person.password.clone());
        let is_right = self.accounts.passwords().verify(typed, kept).await? && may_come_in;
        let Some(person) = found.as_ref().filter(|_| is_right) else {
            // What was typed as a name may have been a password.
            let about = found.map_or("a name that nobody has".into(), |person| person.name);
            self.note(&mut *self.conn().await?, Action::SignInRefused, &about).await?;
            return Err(ApiError::Invalid(WRONG.into()));
        };
        let mut tx = self.begin().await?;
        guess.was_right(&mut tx).await.map_err(unavailable)?;
        let key = self.begin_session(&mut tx, person.id).await?;
        let actor = self.as_person(person.id, &person.name);
        audit_log::add(&mut tx, &actor, Action::SignIn, "").await.map_err(unavailable)?;
        tx.commit().await.map_err(unavailable)?;
        Ok(key)
    }

    /// An attempt that counts as wrong until it is said to be right.
    pub(super) async fn begin_guess(&self, name: &str) -> Result<Guess, ApiError> {
        let guess = Guess::at_person(name, &self.actor.address);
        guess.begin(&mut *self.conn().await?).await.map_err(unavailable)?.map_err(wait)?;
        Ok(guess)
    }

    pub(super) async fn let_out(&self) -> Result<(), ApiError> {
        let Some(session) = self.actor.session else { return Ok(()) };
        let mut tx = self.begin().await?;
        person::session::end(&mut tx, session).await.map_err(unavailable)?;
        self.note(&mut tx, Action::SignOut, "").await?;
        tx.commit().await.map_err(unavailable)
    }

    pub(super) async fn whose_code(&self, code: &str) -> Result<Option<String>, ApiError> {
        let invited = invitation::find(&mut *self.conn().await?, &digest(code)).await.map_err(unavailable)?;
        Ok(invited.map(|invited| invited.name))
    }

    pub(super) async fn redeem(&self, code: &str, password: &str) -> Result<SessionKey, ApiError> {
        let used = || {
            ApiError::NotFound("This link was used, replaced or has expired. Ask an administrator for another.".into())
        };
        let digest = digest(code);
        let found = invitation::find(&mut *self.conn().await?, &digest).await.map_err(unavailable)?;
        let invited = found.ok_or_else(used)?;
        let kept = self.accounts.passwords().hash(&invited.name, password).await?;
        let mut tx = self.begin().await?;
        if !invitation::take(&mut tx, &digest).await.map_err(unavailable)? {
            return Err(used());
        }
        person::set_password(&mut tx, invited.id, &kept).await.map_err(unavailable)?;
        person::session::end_all(&mut tx, invited.id, None).await.map_err(unavailable)?;
        let key = self.begin_session(&mut tx, invited.id).await?;
        let actor = self.as_person(invited.id, &invited.name);
        audit_log::add(&mut tx, &actor, Action::AcceptInvitation, "").await.map_err(unavailable)?;
        tx.commit().await.map_err(unavailable)?;
        Ok(key)
    }
}

fn wait(TooOften(seconds): TooOften) -> ApiError {
    let time = match seconds {
        1 => "1 second".to_owned(),
        2..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    };
    ApiError::TooOften(format!("Too many attempts went wrong. Try again in {time}."))
}
