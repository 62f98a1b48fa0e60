//! Where a bucket is, and how it may be entered. Nothing of it is a secret.

mod endpoints;
mod policy;

pub use endpoints::{Endpoint, Endpoints};
pub use policy::policy;

use super::trouble::{Kind, Trouble};
use serde::{Deserialize, Serialize};

/// A bucket or a part of it, as a user names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub bucket: String,
    /// What the keys begin with. May be empty.
    pub prefix: String,
    /// May be empty: that of the environment, corrected by what S3 says.
    pub region: String,
    pub role_arn: Option<String>,
    pub external_id: Option<String>,
    /// Of a store that is not AWS; one that the configuration allows.
    pub endpoint: Option<String>,
    pub requester_pays: bool,
}

impl Place {
    /// From `s3://bucket/prefix`.
    ///
    /// # Errors
    /// When the text is no such address, with what is wrong.
    pub fn parse(address: &str) -> Result<Self, Trouble> {
        let rest = address.strip_prefix("s3://").ok_or_else(|| invalid("an address of a bucket begins with s3://"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let place = Self { bucket: bucket.to_owned(), prefix: prefix.to_owned(), ..Self::default() };
        place.validate()?;
        Ok(place)
    }

    /// What is used in a request's host, path or signature is what it should be, and cannot lead anywhere else.
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn validate(&self) -> Result<(), Trouble> {
        if !is_bucket_name(&self.bucket) {
            return Err(invalid(&format!(
                "{:?} is no name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
                shorten(&self.bucket)
            )));
        }
        if self.prefix.starts_with('/') || self.prefix.len() > 1024 || self.prefix.contains(char::is_control) {
            return Err(invalid("a prefix is at most 1,024 bytes long and does not begin with a slash"));
        }
        let is_label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.region.len() > 32 || !self.region.chars().all(is_label) {
            return Err(invalid(&format!("{:?} is no region, such as eu-west-1", shorten(&self.region))));
        }
        if let Some(arn) = &self.role_arn
            && !is_role_arn(arn)
        {
            return Err(invalid(&format!(
                "{:?} is no role, such as arn:aws:iam::111122223333:role/Logs",
                shorten(arn)
            )));
        }
        match &self.external_id {
            Some(_) if self.role_arn.is_none() => Err(invalid("an external id belongs to a role: name the role too")),
            Some(id) if !is_external_id(id) => {
                Err(invalid("an external id is 2 to 1,224 letters, digits and characters of +=,.@:/-_"))
            }
            _ => Ok(()),
        }
    }
}

/// A region's partition, as in ARNs.
pub(super) fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

fn invalid(words: &str) -> Trouble {
    Trouble::new(Kind::Place, words)
}

fn shorten(text: &str) -> String {
    text.chars().take(100).collect()
}

/// Not an address, and nothing that the SDK takes for an ARN.
fn is_bucket_name(name: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    (3..=63).contains(&name.len())
        && name.chars().all(is_inner)
        && is_end(name.chars().next())
        && is_end(name.chars().next_back())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
}

fn is_role_arn(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let (scheme, partition, service, region, account, role) = (next(), next(), next(), next(), next(), next());
    let is_role = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_/".contains(c);
    scheme == "arn"
        && ["aws", "aws-cn", "aws-us-gov"].contains(&partition)
        && (service, region) == ("iam", "")
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && arn.len() <= 2048
        && role.strip_prefix("role/").is_some_and(|name| !name.is_empty() && name.chars().all(is_role))
}

fn is_external_id(id: &str) -> bool {
    (2..=1224).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@:/-_".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_bucket_and_a_prefix() {
        let place = Place::parse("s3://my-logs/trail/AWSLogs/").expect("an address");
        assert_eq!((place.bucket.as_str(), place.prefix.as_str()), ("my-logs", "trail/AWSLogs/"));
        assert_eq!(Place::parse("s3://my-logs").expect("an address").to_string(), "s3://my-logs/");
        for wrong in ["my-logs", "https://my-logs/x", "s3://", "s3://a/b", "s3://My-Logs/", "s3://my-logs//x"] {
            assert!(Place::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_leads_elsewhere() {
        let place = |bucket: &str, region: &str, role: &str| Place {
            bucket: bucket.to_owned(),
            region: region.to_owned(),
            role_arn: Some(role.to_owned()).filter(|role| !role.is_empty()),
            ..Place::default()
        };
        let role = "arn:aws:iam::111122223333:role/path/Logs";
        place("my.logs-1", "eu-west-1", role).validate().expect("all is right");
        for bucket in ["169.254.169.254", "a..b", "host/path", "user@host", "arn:aws:s3:::x", "evil.com:80", "-ab"] {
            assert!(place(bucket, "", "").validate().is_err(), "{bucket}");
        }
        for region in ["eu-west-1.evil.com", "x@y", "eu_west", "EU-WEST-1", "a/b", "a#b"] {
            assert!(place("logs", region, "").validate().is_err(), "{region}");
        }
        for role in [
            "role/Logs",
            "arn:aws:iam::1:role/x",
            "arn:aws:sts::111122223333:assumed-role/x",
            "arn:aws:iam::111122223333:role/",
        ] {
            assert!(place("logs", "", role).validate().is_err(), "{role}");
        }
        let lonely = Place { external_id: Some("xyz".to_owned()), ..place("logs", "", "") };
        assert!(lonely.validate().is_err());
    }
}
