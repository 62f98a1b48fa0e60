//! A code for proof of who somebody is, and how that proof is checked.

use super::{
    Answer, Journey, Provider, Settings, Somebody, Trouble,
    client::{BadAnswer, Client},
    document::{self, Document, OpenIdClient, Tokens},
    trouble::chain,
};
use app::model::provider::Refusal;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, IdTokenVerifier, Nonce, OAuth2TokenResponse as _,
    RequestTokenError, SignatureVerificationError, StandardErrorResponse, TokenResponse as _, UserInfoClaims,
    UserInfoError,
    core::{CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJwsSigningAlgorithm as Alg},
};

/// By a key that only the provider has. Never none, and never one that is shared.
const ALGORITHMS: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

impl Provider {
    pub(super) async fn exchange(
        &self,
        journey: &Journey,
        redirect: &str,
        answer: Answer,
    ) -> Result<Somebody, Trouble> {
        let (settings, client) = (&self.0.settings, &self.0.client);
        let document = self.0.documents.get(settings, client, false).await?;
        must_be_from(settings, &document, answer.issuer.as_deref())?;
        if let Some(error) = answer.error {
            return Err(Trouble::new(Refusal::Declined, format!("it answered with the error “{}”", name_of(&error))));
        }
        let code = answer.code.ok_or_else(|| Trouble::unproven("it sent no code"))?;
        let openid = self.openid_client(redirect, false).await?;
        let tokens = redeem(&openid, client, journey, code).await?;
        let nonce = Nonce::new(journey.nonce());
        let somebody = match verify(settings, &document, &tokens, &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(why)) if may_be_newer(&why) => {
                tracing::info!(%why, "the provider's keys are read again");
                let document = self.0.documents.get(settings, client, true).await?;
                verify(settings, &document, &tokens, &nonce)
            }
            verified => verified,
        };
        let somebody = somebody.map_err(|why| Trouble::unproven(chain(&why)))??;
        if somebody.is_complete() || document.userinfo_endpoint().is_none() {
            return Ok(somebody);
        }
        let told = ask_more(&openid, client, &tokens, &somebody).await?;
        Ok(somebody.or(&told, &settings.groups_claim))
    }
}

/// An answer of another provider is nothing for this one (RFC 9207).
fn must_be_from(settings: &Settings, document: &Document, issuer: Option<&str>) -> Result<(), Trouble> {
    match issuer {
        Some(issuer) if issuer != settings.issuer() => Err(Trouble::unproven("the answer names another issuer")),
        None if document::names_itself(document) => Err(Trouble::unproven("the answer does not name its issuer")),
        _ => Ok(()),
    }
}

async fn redeem(openid: &OpenIdClient, client: &Client, journey: &Journey, code: String) -> Result<Tokens, Trouble> {
    let asked = openid.exchange_code(AuthorizationCode::new(code.clone())).map_err(Trouble::broken)?;
    let answered = asked.set_pkce_verifier(journey.verifier()).request_async(client).await;
    answered.map_err(|error| unredeemed(&error, &code))
}

fn unredeemed(
    error: &RequestTokenError<BadAnswer, StandardErrorResponse<CoreErrorResponseType>>,
    code: &str,
) -> Trouble {
    match error {
        // Its description may quote the code.
        RequestTokenError::ServerResponse(error) => {
            Trouble::unproven(format!("it does not take the code: {}", error.to_string().replace(code, "…")))
        }
        RequestTokenError::Request(error) => Trouble::away(format!("no answer about the code: {error}")),
        // What could not be read may be a token.
        RequestTokenError::Parse(error, _) => {
            Trouble::away(format!("its answer about the code cannot be read, at “{}”", error.path()))
        }
        RequestTokenError::Other(_) => Trouble::away("its answer about the code cannot be used"),
    }
}

/// Signature, issuer, audience, expiry and nonce are checked by `openidconnect`, the rest here. The inner error is about what is
/// said in a token that holds.
fn verify(
    settings: &Settings,
    document: &Document,
    tokens: &Tokens,
    nonce: &Nonce,
) -> Result<Result<Somebody, Trouble>, ClaimsVerificationError> {
    let Some(token) = tokens.id_token() else { return Ok(Err(Trouble::unproven("it sent no ID token"))) };
    let (id, keys) = (settings.client_id.clone(), document.jwks().clone());
    // Without the client's secret, which then is no key to sign with.
    let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
        IdTokenVerifier::new_public_client(id, settings.issuer.clone(), keys).set_allowed_algs(ALGORITHMS);
    let claims = token.claims(&verifier, nonce)?;
    if claims.authorized_party().is_some_and(|party| *party != settings.client_id) {
        return Err(ClaimsVerificationError::InvalidAudience("it is for another authorized party".into()));
    }
    if let Some(expected) = claims.access_token_hash() {
        let (alg, key) = (token.signing_alg(), token.signing_key(&verifier));
        let (alg, key) = (
            alg.map_err(ClaimsVerificationError::SignatureVerification)?,
            key.map_err(ClaimsVerificationError::SignatureVerification)?,
        );
        let actual = AccessTokenHash::from_token(tokens.access_token(), alg, key);
        if actual.ok().as_ref() != Some(expected) {
            return Err(ClaimsVerificationError::Other("it belongs to another access token (at_hash)".into()));
        }
    }
    Ok(Somebody::of_token(claims, &settings.groups_claim))
}

/// Keys are rotated: the one that signed this may have been published since.
fn may_be_newer(why: &SignatureVerificationError) -> bool {
    use SignatureVerificationError::{AmbiguousKeyId, CryptoError, NoMatchingKey};
    matches!(why, NoMatchingKey | CryptoError(_) | AmbiguousKeyId(_))
}

/// What the token leaves out.
async fn ask_more(
    openid: &OpenIdClient,
    client: &Client,
    tokens: &Tokens,
    somebody: &Somebody,
) -> Result<UserInfoClaims<super::claims::AllClaims, CoreGenderClaim>, Trouble> {
    let token = tokens.access_token();
    if !token.secret().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Trouble::away("its access token cannot be sent"));
    }
    let subject = openidconnect::SubjectIdentifier::new(somebody.subject.clone());
    let asked = openid.user_info(token.clone(), Some(subject)).map_err(Trouble::broken)?;
    asked.request_async(client).await.map_err(|error| match error {
        UserInfoError::ClaimsVerification(why) => Trouble::unproven(format!("what it tells of the user: {why}")),
        UserInfoError::Request(why) => Trouble::away(format!("it does not tell of the user: {why}")),
        UserInfoError::Parse(why) => {
            Trouble::away(format!("what it tells of the user makes no sense, at “{}”", why.path()))
        }
        UserInfoError::Response(status, ..) => Trouble::away(format!("asked of the user, it answers {status}")),
        _ => Trouble::away("what it tells of the user cannot be used"),
    })
}

/// The error's name, of which browsers are the messengers.
fn name_of(error: &str) -> String {
    error.chars().filter(char::is_ascii_graphic).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_algorithms_with_a_key_of_the_providers_own_are_taken() {
        use openidconnect::JwsSigningAlgorithm as _;
        assert!(ALGORITHMS.iter().all(|alg| !alg.uses_shared_secret() && *alg != Alg::None));
    }

    #[test]
    fn an_error_is_a_name() {
        assert_eq!(name_of("access_denied\r\n<b> ä"), "access_denied<b>");
        assert_eq!(name_of(&"x".repeat(1000)).len(), 60);
    }
}
