//! How this process comes into buckets: credentials of its environment, one HTTP client, endpoints it may use.

use super::{
    allowed::Endpoints,
    trouble::{Kind, Trouble},
    words,
};
use app::model::source::BucketPlace;
use aws_config::{
    BehaviorVersion, ConfigLoader, Region, SdkConfig, environment::EnvironmentVariableRegionProvider,
    imds::region::ImdsRegionProvider, meta::region::RegionProviderChain, profile::ProfileFileRegionProvider,
    provider_config::ProviderConfig, sts::AssumeRoleProvider,
};
use aws_sdk_s3::config::{
    ProvideCredentials as _, SharedCredentialsProvider, SharedHttpClient, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_smithy_http_client::{
    Builder, Connector,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use std::{env, fs, sync::Arc, time::Duration};
use tokio::sync::OnceCell;

/// Used where neither the place nor the environment names a region; S3 then says the right one.
const REGION: &str = "us-east-1";

/// Idle connections that are kept per host; more requests at once than this are rare.
const IDLE_CONNECTIONS: usize = 64;

/// Made once per process; buckets are opened with it.
#[derive(Debug, Clone)]
pub struct Access {
    pub(super) config: SdkConfig,
    pub(super) endpoints: Endpoints,
    /// The region that the environment names.
    named: Option<Region>,
    /// The region of the instance that this runs on, once it was asked for.
    instance: Arc<OnceCell<Option<Region>>>,
}

impl Access {
    /// Credentials come from the AWS default chain: environment, profile, SSO, web identity, container, instance. They are
    /// looked for when a bucket is opened, and nothing is asked over the network before that.
    ///
    /// # Errors
    /// When `AWS_CA_BUNDLE` names a file that cannot be read.
    pub async fn from_environment(endpoints: Endpoints) -> Result<Self, Trouble> {
        let named = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
            .or_else(ProfileFileRegionProvider::new());
        let named = named.region().await;
        // Without any region, the chain would ask the instance for its own at once.
        let region = named.clone().unwrap_or_else(|| Region::from_static(REGION));
        let loader = aws_config::defaults(BehaviorVersion::latest()).region(region);
        Ok(Self { named, ..Self::load(endpoints, loader).await? })
    }

    /// With what `loader` has already, such as credentials of its own.
    ///
    /// # Errors
    /// As [`Self::from_environment`].
    pub async fn load(endpoints: Endpoints, loader: ConfigLoader) -> Result<Self, Trouble> {
        // Every failed attempt waits for a random part of 0.1, 0.2, 0.4 … seconds.
        let retries = RetryConfig::standard()
            .with_max_attempts(7)
            .with_initial_backoff(Duration::from_millis(100))
            .with_max_backoff(Duration::from_secs(20));
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .read_timeout(Duration::from_secs(30))
            .build();
        let loader = loader.http_client(http_client()?).retry_config(retries).timeout_config(timeouts);
        let config = loader.load().await;
        Ok(Self { named: config.region().cloned(), config, endpoints, instance: Arc::default() })
    }

    /// What every client is made of.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Stores other than AWS to which requests may go.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The one that the place names, else the environment, else that of the instance this runs on.
    pub(super) async fn region(&self, place: &BucketPlace) -> Region {
        let named = Some(place.region.clone()).filter(|region| !region.is_empty()).map(Region::new);
        if let Some(region) = named.or_else(|| self.named.clone()) {
            return region;
        }
        let found = match place.endpoint {
            Some(_) => None,
            None => self.instance.get_or_init(|| self.instance_region()).await.clone(),
        };
        found.unwrap_or_else(|| Region::from_static(REGION))
    }

    async fn instance_region(&self) -> Option<Region> {
        let mut config = ProviderConfig::without_region();
        if let Some(client) = self.config.http_client() {
            config = config.with_http_client(client);
        }
        ImdsRegionProvider::builder().configure(&config).build().region().await
    }

    /// The process's own credentials, or those of the role that the place names. Asked for once here, so that what is
    /// wrong with them is said before any request.
    pub(super) async fn credentials(&self, place: &BucketPlace) -> Result<SharedCredentialsProvider, Trouble> {
        let own = self.config.credentials_provider().ok_or_else(|| words::no_credentials("none are configured"))?;
        let Some(role) = &place.role_arn else {
            own.provide_credentials().await.map_err(|error| words::no_credentials(&words::chain(&error)))?;
            return Ok(own);
        };
        let mut assume = AssumeRoleProvider::builder(role)
            .configure(&self.config)
            .region(self.region(place).await)
            .session_name("tls-sunset");
        if let Some(id) = &place.external_id {
            assume = assume.external_id(id);
        }
        let assumed = SharedCredentialsProvider::new(assume.build().await);
        match assumed.provide_credentials().await {
            Ok(_) => Ok(assumed),
            Err(error) => match own.provide_credentials().await {
                Ok(_) => Err(words::no_role(role, &words::chain(&error))),
                Err(error) => Err(words::no_credentials(&words::chain(&error))),
            },
        }
    }
}

/// TLS by rustls with ring, which the process has anyway; proxies and roots of trust as the environment names them.
fn http_client() -> Result<SharedHttpClient, Trouble> {
    let mut roots = TrustStore::default();
    if let Some(path) = env::var_os("AWS_CA_BUNDLE") {
        let pem = fs::read(&path).map_err(|error| {
            Trouble::new(Kind::Other, format!("AWS_CA_BUNDLE names {}, which cannot be read: {error}", path.display()))
        })?;
        roots = roots.with_pem_certificate(pem);
    }
    let tls = TlsContext::builder().with_trust_store(roots).build();
    let tls = tls.map_err(|error| Trouble::new(Kind::Other, format!("TLS cannot be used: {error}")))?;
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls.clone())
            .proxy_config(ProxyConfig::from_env())
            .pool_max_idle_per_host(IDLE_CONNECTIONS);
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.build()
    }))
}
