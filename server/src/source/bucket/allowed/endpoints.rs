//! Stores other than AWS to which the server's configuration lets requests go. All others are refused before any request.

use crate::source::bucket::trouble::{Kind, Trouble};
use app::model::source::BucketPlace;
use http::Uri;
use std::str::FromStr;

/// Addresses of S3-compatible stores. AWS itself needs none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints(Vec<Endpoint>);

/// `https://host[:port]`, in lower case, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoints {
    #[must_use]
    pub fn new(allowed: Vec<Endpoint>) -> Self {
        Self(allowed)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Endpoint> {
        self.0.iter()
    }

    /// The endpoint that a place names, if it names one.
    ///
    /// # Errors
    /// When the configuration does not allow it.
    pub(in crate::source::bucket) fn of(&self, place: &BucketPlace) -> Result<Option<&str>, Trouble> {
        place.endpoint.as_deref().map(|named| self.allowed(named)).transpose()
    }

    /// The same endpoint as the configuration writes it.
    ///
    /// # Errors
    /// When the configuration does not allow it.
    pub(in crate::source::bucket) fn allowed(&self, named: &str) -> Result<&str, Trouble> {
        let found = named.parse().ok().and_then(|named: Endpoint| self.0.iter().find(|allowed| **allowed == named));
        found.map(|endpoint| endpoint.0.as_str()).ok_or_else(|| {
            let known: Vec<&str> = self.0.iter().map(|endpoint| endpoint.0.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Trouble::new(
                Kind::Endpoint,
                format!(
                    "the endpoint is not one that this server may use ({known}): whoever runs it allows endpoints with \
                     --s3-endpoint or SUNSET_S3_ENDPOINTS"
                ),
            )
        })
    }
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no endpoint, such as https://s3.example.com:9000");
        let uri: Uri = text.trim().parse().map_err(|_| wrong())?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or_else(wrong)?;
        let authority = uri.authority().ok_or_else(wrong)?;
        // Other forms of the same address would only be ways around the comparison.
        if authority.as_str().contains('@') || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(wrong());
        }
        let default_port = if scheme == "https" { 443 } else { 80 };
        let port = authority.port_u16().unwrap_or(default_port);
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(if port == default_port { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }))
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_allowed_is_found() {
        let endpoints = Endpoints::new(vec!["https://S3.example.com/".parse().expect("an endpoint")]);
        let named = |endpoint: &str| BucketPlace { endpoint: Some(endpoint.to_owned()), ..BucketPlace::default() };
        for same in ["https://s3.example.com", "https://s3.example.com:443/"] {
            assert_eq!(endpoints.of(&named(same)).expect("allowed"), Some("https://s3.example.com"));
        }
        for other in [
            "http://s3.example.com",
            "https://s3.example.com:8443",
            "https://s3.example.com.evil.com",
            "https://s3.example.com@evil.com",
            "https://evil.com#s3.example.com",
            "https://s3.example.com/path",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "",
        ] {
            let trouble = endpoints.of(&named(other)).expect_err(other);
            assert_eq!(trouble.kind, Kind::Endpoint, "{other}");
        }
        assert_eq!(endpoints.of(&BucketPlace::default()).expect("AWS"), None);
    }
}
