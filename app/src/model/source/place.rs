//! Where a bucket is, and how it may be entered. Nothing of it is a secret.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A bucket or a part of it, as a user names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BucketPlace {
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

/// What is wrong with a place, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WrongPlace(String);

impl FromStr for BucketPlace {
    type Err = WrongPlace;

    /// From `s3://bucket/prefix`.
    fn from_str(address: &str) -> Result<Self, WrongPlace> {
        let rest = address.strip_prefix("s3://").ok_or_else(|| wrong("an address of a bucket begins with s3://"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let place = Self { bucket: bucket.to_owned(), prefix: prefix.to_owned(), ..Self::default() };
        place.validate()?;
        Ok(place)
    }
}

impl fmt::Display for BucketPlace {
    /// As `s3://bucket/prefix`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

impl BucketPlace {
    /// What is used in a request's host, path or signature is what it should be, and cannot lead anywhere else.
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn validate(&self) -> Result<(), WrongPlace> {
        if !is_bucket_name(&self.bucket) {
            return Err(wrong(&format!(
                "{:?} is no name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
                shorten(&self.bucket)
            )));
        }
        if self.prefix.starts_with('/') || self.prefix.len() > 1024 || self.prefix.contains(char::is_control) {
            return Err(wrong("a prefix is at most 1,024 bytes long and does not begin with a slash"));
        }
        let is_label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.region.len() > 32 || !self.region.chars().all(is_label) {
            return Err(wrong(&format!("{:?} is no region, such as eu-west-1", shorten(&self.region))));
        }
        if let Some(arn) = &self.role_arn
            && !is_role_arn(arn)
        {
            return Err(wrong(&format!("{:?} is no role, such as arn:aws:iam::111122223333:role/Logs", shorten(arn))));
        }
        match &self.external_id {
            Some(_) if self.role_arn.is_none() => Err(wrong("an external id belongs to a role: name the role too")),
            Some(id) if !is_external_id(id) => {
                Err(wrong("an external id is 2 to 1,224 letters, digits and characters of +=,.@:/-_"))
            }
            _ => Ok(()),
        }
    }
}

fn wrong(words: &str) -> WrongPlace {
    WrongPlace(words.to_owned())
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
        let place = "s3://my-logs/trail/AWSLogs/".parse::<BucketPlace>().expect("an address");
        assert_eq!((place.bucket.as_str(), place.prefix.as_str()), ("my-logs", "trail/AWSLogs/"));
        assert_eq!("s3://my-logs".parse::<BucketPlace>().expect("an address").to_string(), "s3://my-logs/");
        for wrong in ["my-logs", "https://my-logs/x", "s3://", "s3://a/b", "s3://My-Logs/", "s3://my-logs//x"] {
            assert!(wrong.parse::<BucketPlace>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_leads_elsewhere() {
        let place = |bucket: &str, region: &str, role: &str| BucketPlace {
            bucket: bucket.to_owned(),
            region: region.to_owned(),
            role_arn: Some(role.to_owned()).filter(|role| !role.is_empty()),
            ..BucketPlace::default()
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
        let lonely = BucketPlace { external_id: Some("xyz".to_owned()), ..place("logs", "", "") };
        assert!(lonely.validate().is_err());
    }
}
