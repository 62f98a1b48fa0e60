//! What the server needs to be allowed.

use super::place::Place;
use serde_json::json;

/// The IAM policy to attach to the role or user that reads the bucket: listing and getting under the prefix, nothing else.
#[must_use]
pub fn policy(place: &Place) -> String {
    let bucket = format!("arn:{}:s3:::{}", place.partition(), place.bucket);
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": bucket,
                "Condition": { "StringLike": { "s3:prefix": format!("{}*", place.prefix) } },
            },
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("{bucket}/{}*", place.prefix) },
        ],
    });
    format!("{policy:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_two_things_under_the_prefix() {
        let place =
            Place { bucket: "logs".into(), prefix: "trail/".into(), region: "cn-north-1".into(), ..Place::default() };
        let policy: serde_json::Value = serde_json::from_str(&policy(&place)).expect("JSON");
        let statements = json!([
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws-cn:s3:::logs",
                "Condition": { "StringLike": { "s3:prefix": "trail/*" } },
            },
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::logs/trail/*" },
        ]);
        assert_eq!(policy["Statement"], statements);
    }
}
