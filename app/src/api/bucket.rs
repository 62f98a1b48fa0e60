//! Forms about buckets.

use super::ApiError;
use crate::{
    model::source::{BucketChoice, BucketPlace},
    view::decode,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where a bucket is, as a browser posts it: every field is text. None of them is a secret.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BucketForm {
    /// Its name, or all of `s3://bucket/prefix`.
    pub name: String,
    pub prefix: String,
    pub region: String,
    pub role_arn: String,
    pub external_id: String,
    /// Empty: AWS.
    pub endpoint: String,
    /// Anything: yes.
    pub requester_pays: String,
}

impl BucketForm {
    /// The id of the part of the page where it stands.
    pub const PLACE: &str = "add";
}

impl TryFrom<BucketForm> for BucketPlace {
    type Error = ApiError;

    fn try_from(form: BucketForm) -> Result<Self, ApiError> {
        let name = form.name.trim();
        let address = name.strip_prefix("s3://").or_else(|| name.strip_prefix("arn:aws:s3:::")).unwrap_or(name);
        let (bucket, pasted) = address.split_once('/').unwrap_or((address, ""));
        if bucket.is_empty() {
            return Err(ApiError::Invalid(
                "Name the bucket, as my-trail-bucket or s3://my-trail-bucket/AWSLogs/.".into(),
            ));
        }
        let prefix = form.prefix.trim().trim_start_matches('/');
        if !pasted.is_empty() && !prefix.is_empty() && pasted != prefix {
            return Err(ApiError::Invalid(format!(
                "The address names the prefix “{pasted}” and the form “{prefix}”: leave one of them out."
            )));
        }
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(Self {
            bucket: bucket.to_owned(),
            prefix: if prefix.is_empty() { pasted } else { prefix }.to_owned(),
            region: form.region.trim().to_owned(),
            role_arn: some(&form.role_arn),
            external_id: some(&form.external_id),
            endpoint: some(&form.endpoint),
            requester_pays: !form.requester_pays.is_empty(),
        })
    }
}

/// Which queue tells of a bucket's new log files, as a browser posts it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueForm {
    /// The bucket's.
    pub id: String,
    /// Its address. Empty: none does.
    pub queue: String,
}

impl QueueForm {
    /// Where on its page it is.
    pub const PLACE: &str = "queue";
}

/// Which part of a bucket to read. The same fields are the query of the page that shows what it would be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadForm {
    pub from: String,
    pub to: String,
    pub account: Vec<String>,
    pub region: Vec<String>,
    /// What tells of new objects, if the bucket is followed. Empty: nothing; absent: as it is.
    pub queue: Option<String>,
}

impl ReadForm {
    /// From an address; what it does not know it ignores.
    pub fn of_query(query: &str) -> Result<Self, ApiError> {
        let mut form = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let text = |raw| decode(raw).map_err(|why| ApiError::Invalid(format!("The address is damaged: {why}.")));
            let value = text(value)?;
            match text(key)?.trim_end_matches("[]") {
                "from" => form.from = value,
                "to" => form.to = value,
                "account" => form.account.push(value),
                "region" => form.region.push(value),
                "queue" => form.queue = Some(value),
                _ => {}
            }
        }
        Ok(form)
    }
}

impl TryFrom<ReadForm> for BucketChoice {
    type Error = ApiError;

    fn try_from(form: ReadForm) -> Result<Self, ApiError> {
        let (from, to) = (day(&form.from)?, day(&form.to)?);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(ApiError::Invalid("The range ends before it begins: exchange its dates.".into()));
        }
        Ok(Self { accounts: listed(form.account), regions: listed(form.region), from, to })
    }
}

fn day(text: &str) -> Result<Option<NaiveDate>, ApiError> {
    let wrong = |_| ApiError::Invalid(format!("“{}” is not a date: write it as 2023-06-28.", text.trim()));
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse).transpose().map_err(wrong)
}

fn listed(mut texts: Vec<String>) -> Vec<String> {
    texts.retain(|text| !text.is_empty());
    texts.sort_unstable();
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, prefix: &str) -> Result<BucketPlace, ApiError> {
        BucketForm { name: name.into(), prefix: prefix.into(), ..BucketForm::default() }.try_into()
    }

    #[test]
    fn an_address_may_be_pasted_as_the_name() {
        for (name, prefix) in [
            ("logs", "AWSLogs/"),
            ("logs", "/AWSLogs/"),
            (" s3://logs/AWSLogs/ ", ""),
            ("s3://logs/AWSLogs/", "AWSLogs/"),
            ("arn:aws:s3:::logs/AWSLogs/", ""),
            ("logs/AWSLogs/", ""),
        ] {
            let place = place(name, prefix).unwrap();
            assert_eq!((place.bucket.as_str(), place.prefix.as_str()), ("logs", "AWSLogs/"), "{name} {prefix}");
        }
        assert_eq!(place("s3://logs", "").unwrap().prefix, "");
        assert!(place("s3://", "").unwrap_err().to_string().contains("Name the bucket"));
        assert!(place("s3://logs/a/", "b/").unwrap_err().to_string().contains("“a/” and the form “b/”"));
    }

    #[test]
    fn fields_that_were_left_empty_are_absent() {
        let form =
            BucketForm { name: "logs".into(), role_arn: " ".into(), region: " eu-west-1".into(), ..Default::default() };
        let place = BucketPlace::try_from(form).unwrap();
        assert_eq!((place.role_arn, place.endpoint, place.requester_pays), (None, None, false));
        assert_eq!(place.region, "eu-west-1");
    }

    #[test]
    fn what_to_read_is_understood_or_refused_in_words() {
        let choice = |query| ReadForm::of_query(query).and_then(BucketChoice::try_from);
        let some = choice("?id=7&from=2026-01-01&to=&account%5B%5D=2&account[]=1&region=&utm=x").unwrap();
        let (accounts, from) = (vec!["1".to_owned(), "2".to_owned()], "2026-01-01".parse().ok());
        assert_eq!(some, BucketChoice { accounts, from, ..BucketChoice::default() });
        for (query, words) in [
            ("from=2026-01-01&to=2025-12-31", "ends before it begins"),
            ("from=soon", "“soon” is not a date"),
            ("account=%ff", "damaged"),
        ] {
            assert!(choice(query).unwrap_err().to_string().contains(words), "{words}");
        }
    }
}
