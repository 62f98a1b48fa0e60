//! What the provider publishes about itself: addresses and keys. It is asked for at the first sign-in, again after an hour, and
//! when a key turns up that it did not name.

use super::{
    Settings,
    claims::AllClaims,
    client::{BadAnswer, Client},
    settings::is_safe,
    trouble::{Trouble, chain},
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IdTokenFields, ProviderMetadata, StandardErrorResponse, StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
        CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
    },
    url::Url,
};
use serde::{Deserialize, Serialize};
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

const FRESH: Duration = Duration::from_secs(3600);

/// What `openidconnect` does not know of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct More {
    /// Answers name the issuer (RFC 9207): one that does not is from somebody else.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

pub(super) type Document = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type TokenFields = IdTokenFields<
    AllClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

pub(super) type Tokens = StandardTokenResponse<TokenFields, CoreTokenType>;

pub(super) type OpenIdClient = openidconnect::Client<
    AllClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The newest that was read.
#[derive(Default)]
pub(super) struct Documents(RwLock<Option<(Arc<Document>, Instant)>>);

impl Documents {
    /// `anew`: whatever was read before.
    pub(super) async fn get(&self, settings: &Settings, client: &Client, anew: bool) -> Result<Arc<Document>, Trouble> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((document, _)) = kept.filter(|(_, read)| !anew && read.elapsed() < FRESH) {
            return Ok(document);
        }
        let document = Arc::new(read(settings, client).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((Arc::clone(&document), Instant::now()));
        Ok(document)
    }
}

async fn read(settings: &Settings, client: &Client) -> Result<Document, Trouble> {
    let document = Document::discover_async(settings.issuer.clone(), client).await.map_err(unreadable)?;
    let addresses: [Option<&Url>; 4] = [
        Some(document.authorization_endpoint().url()),
        Some(document.jwks_uri().url()),
        document.token_endpoint().map(|endpoint| endpoint.url()),
        document.userinfo_endpoint().map(|endpoint| endpoint.url()),
    ];
    let open = addresses.into_iter().flatten().find(|url| !is_safe(url, settings.is_local()));
    let refused = open.map(|url| Trouble::away(format!("its document names {url}, which is not reached by TLS")));
    refused.map_or(Ok(document), Err)
}

fn unreadable(error: DiscoveryError<BadAnswer>) -> Trouble {
    Trouble::away(format!("its document cannot be read: {}", chain(&error)))
}

pub(super) fn openid_client(settings: &Settings, document: &Document) -> OpenIdClient {
    let (id, secret) = (settings.client_id.clone(), settings.secret.clone());
    let client = OpenIdClient::from_provider_metadata(document.clone(), id, secret);
    // Without a word of it, the secret goes into a header (OpenID Connect Discovery 1.0, section 3).
    let ways = document.token_endpoint_auth_methods_supported();
    let has = |way| ways.is_none_or(|ways| ways.contains(&way));
    match has(CoreClientAuthMethod::ClientSecretBasic) || !has(CoreClientAuthMethod::ClientSecretPost) {
        true => client,
        false => client.set_auth_type(AuthType::RequestBody),
    }
}

/// Whether answers must name the issuer.
pub(super) fn names_itself(document: &Document) -> bool {
    document.additional_metadata().authorization_response_iss_parameter_supported
}
