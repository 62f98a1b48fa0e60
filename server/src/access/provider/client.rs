//! Requests to the provider: bounded in time and size, never redirected, by TLS unless it is on this machine.

use super::{BadProvider, trouble::chain};
use futures::future::BoxFuture;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(5);
/// Documents, key sets and tokens have some kilobytes.
const LARGEST: usize = 1024 * 1024;

pub(super) struct Client(reqwest::Client);

/// An answer that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadAnswer {
    #[error("{0}")]
    Request(String),
    #[error("its answer has more than {LARGEST} bytes")]
    TooLarge,
}

impl From<reqwest::Error> for BadAnswer {
    fn from(error: reqwest::Error) -> Self {
        // A token may stand in an address.
        Self::Request(chain(&error.without_url()))
    }
}

impl Client {
    /// `local`: the provider is on this machine. A proxy of the environment is for others.
    pub(super) fn new(local: bool, longest: Duration) -> Result<Self, BadProvider> {
        // Whoever was first has installed the same one: there is no other in this program.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(longest)
            .https_only(!local)
            .user_agent("tls-sunset");
        let client = if local { client.no_proxy() } else { client };
        client.build().map(Self).map_err(|error| BadProvider::Tls(chain(&error)))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, BadAnswer> {
        let mut response = self.0.execute(request.try_into()?).await?;
        let mut answer = http::Response::new(Vec::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        while let Some(chunk) = response.chunk().await? {
            if answer.body().len() + chunk.len() > LARGEST {
                return Err(BadAnswer::TooLarge);
            }
            answer.body_mut().extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

impl<'a> AsyncHttpClient<'a> for Client {
    type Error = BadAnswer;
    type Future = BoxFuture<'a, Result<HttpResponse, BadAnswer>>;

    fn call(&'a self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
