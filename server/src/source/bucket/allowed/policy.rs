//! What the server needs to be allowed.

use crate::source::bucket::queue::QueueAddress;
use app::model::source::BucketPlace;
use serde_json::json;

/// The IAM policy to attach to the role or user that reads the bucket: listing and getting under the prefix, receiving from
/// the queue if there is one, nothing else.
#[must_use]
pub fn policy(place: &BucketPlace, queue: Option<&QueueAddress>) -> String {
    let bucket = format!("arn:{}:s3:::{}", partition(&place.region), place.bucket);
    let mut statements = vec![
        json!({
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": bucket,
            "Condition": { "StringLike": { "s3:prefix": format!("{}*", place.prefix) } },
        }),
        json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("{bucket}/{}*", place.prefix) }),
    ];
    statements.extend(queue.map(|queue| {
        json!({ "Effect": "Allow", "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"], "Resource": queue.arn() })
    }));
    format!("{:#}", json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// A region's partition, as in ARNs.
pub(in crate::source::bucket) fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_what_is_needed_under_the_prefix() {
        let place = BucketPlace {
            bucket: "logs".into(),
            prefix: "trail/".into(),
            region: "cn-north-1".into(),
            ..BucketPlace::default()
        };
        let queue = "https://sqs.cn-north-1.amazonaws.com.cn/111122223333/told".parse().expect("a queue");
        let policy: serde_json::Value = serde_json::from_str(&policy(&place, Some(&queue))).expect("JSON");
        let statements = json!([
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws-cn:s3:::logs",
                "Condition": { "StringLike": { "s3:prefix": "trail/*" } },
            },
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::logs/trail/*" },
            {
                "Effect": "Allow",
                "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
                "Resource": "arn:aws-cn:sqs:cn-north-1:111122223333:told",
            },
        ]);
        assert_eq!(policy["Statement"], statements);
    }
}
