//! The address of a queue, which may lead to AWS or to an endpoint of the configuration and nowhere else.

use crate::source::bucket::{
    Access,
    allowed::{Endpoints, partition},
    layout::{is_account, is_region},
    trouble::{Kind, Trouble},
};
use http::Uri;
use std::{fmt, str::FromStr};

/// `https://sqs.<region>.amazonaws.com/<account>/<name>`, or the same path at a store of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueAddress {
    pub(super) url: String,
    pub(super) region: Option<String>,
    account: String,
    name: String,
}

impl QueueAddress {
    /// As policies name it.
    #[must_use]
    pub fn arn(&self) -> String {
        let region = self.region.as_deref().unwrap_or_default();
        format!("arn:{}:sqs:{region}:{}:{}", partition(region), self.account, self.name)
    }

    /// Whether this process may go there.
    ///
    /// # Errors
    /// When its configuration does not allow it.
    pub fn check(&self, access: &Access) -> Result<(), Trouble> {
        self.endpoint(access.endpoints()).map(|_| ())
    }

    /// Where it is, if not at AWS.
    ///
    /// # Errors
    /// When the configuration does not allow to go there.
    pub(super) fn endpoint<'a>(&self, endpoints: &'a Endpoints) -> Result<Option<&'a str>, Trouble> {
        let origin = self.url.strip_suffix(&format!("/{}/{}", self.account, self.name)).unwrap_or_default();
        if self.region.is_some() { Ok(None) } else { endpoints.allowed(origin).map(Some) }
    }
}

impl fmt::Display for QueueAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl FromStr for QueueAddress {
    type Err = Trouble;

    fn from_str(text: &str) -> Result<Self, Trouble> {
        let wrong = || {
            let words = "that is no address of a queue, such as https://sqs.eu-west-1.amazonaws.com/111122223333/logs";
            Trouble::new(Kind::Place, words)
        };
        let url = text.trim();
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let (account, name) = uri.path().strip_prefix('/').and_then(|path| path.split_once('/')).ok_or_else(wrong)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_clean = uri.query().is_none() && !url.contains(['#', '@']);
        if !is_clean || !is_account(account) || name.is_empty() || name.len() > 80 || !name.chars().all(is_name) {
            return Err(wrong());
        }
        let region = uri.host().filter(|_| uri.scheme_str() == Some("https") && uri.port().is_none()).and_then(at_aws);
        Ok(Self { url: url.to_owned(), region, account: account.to_owned(), name: name.to_owned() })
    }
}

/// The region of a host of AWS.
fn at_aws(host: &str) -> Option<String> {
    let region = host.strip_prefix("sqs.")?;
    let region = region.strip_suffix(".amazonaws.com").or_else(|| region.strip_suffix(".amazonaws.com.cn"))?;
    is_region(region).then(|| region.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_at_aws_or_where_the_configuration_allows() {
        let endpoints = Endpoints::new(vec!["http://127.0.0.1:9324".parse().expect("an endpoint")]);
        let at = |url: &str| {
            url.parse::<QueueAddress>().and_then(|queue| queue.endpoint(&endpoints).map(|at| at.map(str::to_owned)))
        };
        assert_eq!(at("https://sqs.eu-west-1.amazonaws.com/111122223333/logs.fifo").expect("AWS"), None);
        let own = "http://127.0.0.1:9324/000000000000/logs";
        assert_eq!(at(own).expect("allowed").as_deref(), Some("http://127.0.0.1:9324"));
        for elsewhere in [
            "http://sqs.eu-west-1.amazonaws.com/111122223333/logs",
            "https://sqs.eu-west-1.amazonaws.com.evil.com/111122223333/logs",
            "https://sqs.evil.com/x.amazonaws.com/111122223333/logs",
            "https://sqs.eu-west-1.amazonaws.com:8080/111122223333/logs",
            "https://sqs.eu-west-1.amazonaws.com@evil.com/111122223333/logs",
            "http://169.254.169.254/111122223333/logs",
            "http://127.0.0.1:9325/000000000000/logs",
            "https://sqs.eu-west-1.amazonaws.com/logs",
            "https://sqs.eu-west-1.amazonaws.com//111122223333/logs",
            "",
        ] {
            assert!(at(elsewhere).is_err(), "{elsewhere}");
        }
    }
}
