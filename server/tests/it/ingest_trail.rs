//! CloudTrail files with known calls, and what the database must hold after them.

use serde_json::{Value, json};
use sqlx::PgPool;
use std::{fs, ops::Range, path::Path};

/// The n-th event: the same on every call.
pub(crate) fn record(n: u64) -> Value {
    let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
    let day = 1 + n / 86_400 % 28;
    let tls = ["TLSv1", "TLSv1.2", "TLSv1.3", "TLSv1.1", "TLSv1.2"][n as usize % 5];
    let source = ["s3.amazonaws.com", "dynamodb.amazonaws.com", "monitoring.amazonaws.com"][n as usize % 3];
    json!({
        "eventVersion": "1.08",
        "eventTime": format!("2023-05-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
        "eventSource": source,
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": format!("198.51.100.{}", n % 7),
        "userAgent": "aws-cli/1.16.1",
        "userIdentity": { "type": "IAMUser", "arn": format!("arn:aws:iam::111122223333:user/u{}", n % 4), "accountId": "111122223333" },
        "eventID": format!("00000000-0000-4000-8000-{n:012x}"),
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
        "tlsDetails": { "tlsVersion": tls, "cipherSuite": "x" },
    })
}

/// One log file.
pub(crate) fn file(events: Range<u64>) -> Vec<u8> {
    let records: Vec<Value> = events.map(record).collect();
    json!({ "Records": records }).to_string().into_bytes()
}

/// Files of `per_file` events each, some of which overlap with the file before.
pub(crate) fn write(folder: &Path, files: u64, per_file: u64) {
    fs::create_dir_all(folder).expect("a folder");
    for n in 0..files {
        let begin = n * per_file;
        let overlap = if n % 3 == 0 { 0 } else { per_file / 10 };
        fs::write(folder.join(format!("{n:04}.json")), file(begin.saturating_sub(overlap)..begin + per_file))
            .expect("a file");
    }
}

/// Calls in all rollups, which agree.
pub(crate) async fn counted(pool: &PgPool) -> i64 {
    let sums: (i64, i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select coalesce(sum(calls), 0)::bigint from call_hour), (select coalesce(sum(calls), 0)::bigint from call_day),
                (select coalesce(sum(calls), 0)::bigint from service_hour), (select coalesce(sum(calls), 0)::bigint from service_day),
                (select coalesce(sum(calls), 0)::bigint from coverage_day), (select coalesce(sum(calls_counted), 0)::bigint from upload)",
    )
    .fetch_one(pool)
    .await
    .expect("sums");
    assert!([sums.1, sums.2, sums.3, sums.4, sums.5].iter().all(|sum| *sum == sums.0), "rollups differ: {sums:?}");
    let callers: (i64, i64) = sqlx::query_as(
        "select (select coalesce(sum(calls), 0)::bigint from caller_day), (select coalesce(sum(calls), 0)::bigint from call_hour where tls < 3)",
    )
    .fetch_one(pool)
    .await
    .expect("sums");
    assert_eq!(callers.0, callers.1, "callers differ from calls");
    sums.0
}
