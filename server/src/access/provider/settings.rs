//! Which provider, and what its groups may do here.

use crate::config::{GroupRoles, NoSecret, OpenId};
use app::model::{person::Role, provider};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, url::Url};

/// From the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    pub(super) secret: Option<ClientSecret>,
    pub(super) scopes: Vec<String>,
    pub(super) groups_claim: String,
    pub(crate) roles: GroupRoles,
    name: String,
}

/// A configuration with which nobody could sign in.
#[derive(Debug, thiserror::Error)]
pub enum BadProvider {
    #[error(
        "“{0}” is no issuer URL: write it as https://login.example.org, exactly as the provider's discovery document has it."
    )]
    Url(String),
    #[error("The issuer “{0}” must be reached by https://; http:// is for a provider on this machine.")]
    Plain(String),
    #[error("An issuer needs a client id (--oidc-client-id) and roles for its groups (--oidc-roles GROUP=ROLE).")]
    Missing,
    #[error(transparent)]
    Secret(#[from] NoSecret),
    #[error("TLS cannot be used: {0}")]
    Tls(String),
}

impl Settings {
    /// Nothing where no provider is named.
    ///
    /// # Errors
    /// Nobody could sign in by it.
    pub fn new(config: &OpenId) -> Result<Option<Self>, BadProvider> {
        let Some(issuer) = &config.oidc_issuer else { return Ok(None) };
        let bad = || BadProvider::Url(issuer.clone());
        let url = Url::parse(issuer).map_err(|_| bad())?;
        let host = url.host_str().ok_or_else(bad)?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(bad());
        }
        if !is_safe(&url, is_loopback(&url)) {
            return Err(BadProvider::Plain(issuer.clone()));
        }
        let (Some(client_id), Some(roles)) = (&config.oidc_client_id, &config.oidc_roles) else {
            return Err(BadProvider::Missing);
        };
        let scopes =
            config.oidc_scopes.iter().map(|scope| scope.trim()).filter(|scope| !matches!(*scope, "" | "openid"));
        Ok(Some(Self {
            issuer: IssuerUrl::new(issuer.clone()).map_err(|_| bad())?,
            client_id: ClientId::new(client_id.clone()),
            secret: config.secret()?.map(ClientSecret::new),
            scopes: scopes.map(str::to_owned).collect(),
            groups_claim: config.oidc_groups_claim.clone(),
            roles: roles.clone(),
            name: config.oidc_name.clone().unwrap_or_else(|| host.to_owned()),
        }))
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// As people know it.
    pub(crate) fn provider(&self) -> provider::Provider {
        let has_administrators = self.roles.has(Role::Administrator);
        provider::Provider { name: self.name.clone(), issuer: self.issuer().to_owned(), has_administrators }
    }

    /// It runs on this machine, for tests: without TLS.
    pub(super) fn is_local(&self) -> bool {
        is_loopback(self.issuer.url())
    }
}

/// Nobody on the way can read or change what is sent there. `local`: the provider is on this machine.
pub(super) fn is_safe(url: &Url, local: bool) -> bool {
    url.scheme() == "https" || (local && url.scheme() == "http" && is_loopback(url))
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(issuer: &str) -> Result<Option<Settings>, BadProvider> {
        Settings::new(&OpenId {
            oidc_issuer: Some(issuer.to_owned()),
            oidc_client_id: Some("sunset".into()),
            oidc_roles: Some("a=viewer".parse().expect("roles")),
            oidc_scopes: vec!["profile".into(), " groups".into(), "openid".into(), "".into()],
            ..OpenId::default()
        })
    }

    #[test]
    fn an_issuer_is_reached_safely_or_is_on_this_machine() {
        for good in
            ["https://login.example.org", "https://x.example/realms/a/", "http://127.0.0.1:9", "http://localhost"]
        {
            let settings = settings(good).expect(good).expect("some");
            assert_eq!(settings.issuer(), good, "exactly as it is written");
            assert_eq!(settings.scopes, ["profile", "groups"]);
        }
        for (bad, words) in [
            ("login.example.org", "no issuer URL"),
            ("", "no issuer URL"),
            ("https://a.example?x=1", "no issuer URL"),
            ("https://me@a.example", "no issuer URL"),
            ("http://login.example.org", "must be reached by https"),
            ("http://127.0.0.1.evil.example", "must be reached by https"),
            ("ftp://a.example", "must be reached by https"),
        ] {
            let refused = settings(bad).expect_err(bad).to_string();
            assert!(refused.contains(words), "{bad}: {refused}");
        }
        assert!(Settings::new(&OpenId::default()).expect("nothing to say").is_none());
        let alone = OpenId { oidc_issuer: Some("https://a.example".into()), ..OpenId::default() };
        assert!(Settings::new(&alone).expect_err("a client is missing").to_string().contains("--oidc-client-id"));
    }

    #[test]
    fn it_is_called_by_its_name_or_its_host() {
        let settings = settings("https://login.example.org/x").expect("good").expect("some");
        assert_eq!(settings.name(), "login.example.org");
        assert!(!settings.provider().has_administrators);
    }
}
