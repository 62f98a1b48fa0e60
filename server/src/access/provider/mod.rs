//! An OpenID provider that says who people are (authorization code flow with PKCE).
//!
//! # Layout
//! `settings` (from the configuration), `journey` (what one sign-in has in secret), `client` (requests, within limits) →
//! `document` (what the provider publishes) → `exchange` (a code for proof of who somebody is) → `claims` (what is read from it);
//! `trouble` (what goes wrong). What follows from it for accounts is in `access::desk::arrival`.
//!
//! Nothing is asked at the start: the server runs, and local accounts sign in, while the provider is away.

mod claims;
mod client;
mod document;
mod exchange;
mod journey;
mod settings;
mod trouble;

pub(super) use claims::Somebody;
pub(super) use journey::Journey;
pub use settings::{BadProvider, Settings};
pub(super) use trouble::Trouble;

use client::Client;
use document::Documents;
use openidconnect::{
    CsrfToken, Nonce, PkceCodeChallenge, RedirectUrl, Scope,
    core::{CoreAuthenticationFlow, CoreResponseType},
};
use std::{sync::Arc, time::Duration};

/// All requests of one step of a sign-in together. Readers of pages are not kept waiting longer than 30 seconds.
const LONGEST: Duration = Duration::from_secs(20);

/// One of them, its answer included.
const LONGEST_REQUEST: Duration = Duration::from_secs(10);

/// Cheap to clone.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: Settings,
    client: Client,
    documents: Documents,
}

/// What the provider sent the browser back with.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) code: Option<String>,
    /// The issuer, from providers that name it (RFC 9207).
    pub(super) issuer: Option<String>,
    pub(super) error: Option<String>,
}

impl Provider {
    /// # Errors
    /// TLS cannot be used, or the machine's certificates cannot be read.
    pub fn new(settings: Settings) -> Result<Self, BadProvider> {
        Self::patient_for(settings, LONGEST_REQUEST)
    }

    /// One that waits so long for an answer.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn patient_for(settings: Settings, longest: Duration) -> Result<Self, BadProvider> {
        let client = Client::new(settings.is_local(), longest)?;
        Ok(Self(Arc::new(Inner { settings, client, documents: Documents::default() })))
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Where the browser goes to sign in.
    pub(super) async fn address(&self, journey: &Journey, redirect: &str) -> Result<String, Trouble> {
        within(self.address_of(journey, redirect)).await
    }

    /// Who came back.
    pub(super) async fn somebody(
        &self,
        journey: &Journey,
        redirect: &str,
        answer: Answer,
    ) -> Result<Somebody, Trouble> {
        within(self.exchange(journey, redirect, answer)).await
    }

    async fn address_of(&self, journey: &Journey, redirect: &str) -> Result<String, Trouble> {
        let client = self.openid_client(redirect, false).await?;
        let (state, nonce) = (CsrfToken::new(journey.state()), Nonce::new(journey.nonce()));
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let asked = client.authorize_url::<_, CoreResponseType, _>(flow, move || state, move || nonce);
        let scopes = self.0.settings.scopes.iter().cloned().map(Scope::new);
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&journey.verifier());
        let (address, _, _) = asked.add_scopes(scopes).set_pkce_challenge(challenge).url();
        Ok(address.into())
    }

    /// `anew`: with what the provider publishes now.
    async fn openid_client(&self, redirect: &str, anew: bool) -> Result<document::OpenIdClient, Trouble> {
        let Inner { settings, client, documents } = &*self.0;
        let document = documents.get(settings, client, anew).await?;
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(Trouble::broken)?;
        Ok(document::openid_client(settings, &document).set_redirect_uri(redirect))
    }
}

async fn within<T>(asked: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let late = |_| Trouble::away(format!("it did not answer within {} seconds", LONGEST.as_secs()));
    tokio::time::timeout(LONGEST, asked).await.map_err(late)?
}
