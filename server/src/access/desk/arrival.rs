//! Somebody goes to the provider to sign in, and comes back.

use super::{Conn, Desk, unavailable};
use crate::{
    access::{
        Provider,
        guess::{self, Return},
        provider::{Answer, Journey, Somebody, Trouble},
        secret::digest,
    },
    db::person::{self, journey, known},
};
use app::{
    access::{SessionKey, here},
    api::ApiError,
    model::{audit::Action, provider::Refusal},
};

/// Where the provider sends browsers back to, on whatever name of ours they began.
pub(crate) const BACK: &str = "/sign-in/callback";

/// What a browser came back with.
#[derive(Debug, Default)]
pub(crate) struct Came {
    /// Its cookie.
    pub(crate) secret: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) error: Option<String>,
}

/// Somebody who is not let in.
#[derive(Debug)]
pub(crate) enum NoWayIn {
    /// With where they wanted to go.
    Refused(Refusal, String),
    Failed(ApiError),
}

impl From<ApiError> for NoWayIn {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlx::Error> for NoWayIn {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(unavailable(error))
    }
}

impl Desk {
    /// Answers where the provider asks who somebody is, and what their browser has to remember until they are back.
    pub(crate) async fn depart(&self, next: &str, origin: &str) -> Result<(String, String), NoWayIn> {
        let (provider, next) = (self.by_provider()?, here(next));
        let (journey, redirect) = (Journey::begin(), format!("{origin}{BACK}"));
        let address = match provider.address(&journey, &redirect).await {
            Ok(address) => address,
            Err(trouble) => return Err(self.refuse(trouble, next).await?),
        };
        let (kept, from) = (digest(journey.secret()), guess::of_address("journey", &self.actor.address));
        journey::add(&mut *self.conn().await?, &kept, &redirect, next, &from).await?;
        Ok((address, journey.secret().to_owned()))
    }

    /// Answers where they wanted to go, too.
    pub(crate) async fn arrive(&self, came: Came) -> Result<(SessionKey, String), NoWayIn> {
        let (provider, attempt) = (self.by_provider()?, Return::new(&self.actor.address));
        if !attempt.begin(&mut *self.conn().await?).await? {
            return Err(NoWayIn::Refused(Refusal::TooOften, "/".into()));
        }
        let journey = came.secret.as_deref().map(Journey::of);
        // What another browser was asked is left to that.
        let own =
            journey.filter(|own| came.state.as_deref().is_some_and(|state| digest(state) == digest(&own.state())));
        let Some(journey) = own else {
            return Err(self.refuse(Trouble::new(Refusal::Stale, "it was not begun in this browser"), "/").await?);
        };
        let Some(begun) = journey::end(&mut *self.conn().await?, &digest(journey.secret())).await? else {
            let why = "it was over already, or took longer than ten minutes";
            return Err(self.refuse(Trouble::new(Refusal::Stale, why), "/").await?);
        };
        let answer = Answer { code: came.code, issuer: came.issuer, error: came.error };
        // No connection is kept while the provider is asked.
        let somebody = match provider.somebody(&journey, &begun.redirect, answer).await {
            Ok(somebody) => somebody,
            Err(trouble) => return Err(self.refuse(trouble, &begun.next).await?),
        };
        let mut tx = self.begin().await?;
        match self.receive(&mut tx, provider, &somebody).await? {
            Ok(key) => {
                attempt.was_right(&mut tx).await?;
                tx.commit().await?;
                Ok((key, begun.next))
            }
            Err(refusal) => {
                tx.commit().await?;
                tracing::warn!(reason = %refusal, "somebody whom the provider knows was not let in");
                Err(NoWayIn::Refused(refusal, begun.next))
            }
        }
    }

    fn by_provider(&self) -> Result<&Provider, ApiError> {
        let none = || ApiError::NotFound("People sign in here by name and password only.".into());
        self.accounts.provider().ok_or_else(none)
    }

    /// Nobody in particular was refused.
    async fn refuse(&self, trouble: Trouble, next: &str) -> Result<NoWayIn, ApiError> {
        let Trouble { refusal, why } = trouble;
        tracing::warn!(reason = %refusal, why, "nobody was signed in by the provider");
        let mut conn: Conn = self.conn().await?;
        let name = self.accounts.provider().map(|provider| provider.settings().name()).unwrap_or_default();
        self.note(&mut conn, Action::SignInRefused, &format!("by {name}: {why}")).await?;
        Ok(NoWayIn::Refused(refusal, next.to_owned()))
    }
}

impl Desk {
    /// Groups decide, each time; whoever has none any more is out everywhere.
    async fn receive(
        &self,
        tx: &mut super::Tx,
        provider: &Provider,
        somebody: &Somebody,
    ) -> Result<Result<SessionKey, Refusal>, ApiError> {
        let settings = provider.settings();
        let role = settings.roles.of(somebody.groups.as_deref().unwrap_or_default());
        let mut found = known::find(tx, settings.issuer(), &somebody.subject).await.map_err(unavailable)?;
        if found.is_none() && role.is_some() {
            // Nobody else adds people from here on: somebody who comes twice at once is one.
            person::lock(tx).await.map_err(unavailable)?;
            found = known::find(tx, settings.issuer(), &somebody.subject).await.map_err(unavailable)?;
        }
        match (found, role) {
            (Some(person), Some(_)) if person.disabled => {
                self.keep_from(tx, provider, &person, Refusal::Disabled).await
            }
            (Some(person), Some(role)) => self.let_in_again(tx, provider, person, role).await.map(Ok),
            (None, Some(role)) => self.let_in_first(tx, provider, somebody, role).await,
            (Some(person), None) => self.keep_from(tx, provider, &person, Refusal::NoRole).await,
            (None, None) => {
                let told = if somebody.groups.is_some() { "no group with a role" } else { "no groups were told" };
                let about = format!("by {}: somebody new, {told}", settings.name());
                self.note(tx, Action::SignInRefused, &about).await?;
                Ok(Err(Refusal::NoRole))
            }
        }
    }
}
