//! Being told of new objects by a queue.

use crate::{
    s3_server::{BUCKET, access_to},
    sqs_server::SqsServer,
};
use app::model::source::BucketPlace;
use serde_json::{Value, json};
use server::source::bucket::{Kind, Queue, Received, Trouble};
use std::time::Duration;

/// S3's notice of an object.
pub(crate) fn put(bucket: &str, key: &str, size: impl Into<Value>) -> Value {
    let size: Value = size.into();
    json!({ "Records": [{
        "eventName": "ObjectCreated:Put", "eventTime": "2026-06-28T09:05:00Z",
        "s3": { "bucket": { "name": bucket }, "object": { "key": key, "size": size, "eTag": "e" } },
    }]})
}

async fn open(server: &SqsServer, url: &str) -> Result<Queue, Trouble> {
    let place = BucketPlace { bucket: BUCKET.to_owned(), prefix: "AWSLogs/".to_owned(), ..BucketPlace::default() };
    Queue::open(&place, &url.parse()?, &access_to(&[server.endpoint()]).await).await
}

#[tokio::test]
async fn messages_stay_until_they_are_deleted() {
    let server = SqsServer::start().await;
    server.send(json!({ "Service": "Amazon S3", "Event": "s3:TestEvent" }));
    for n in 0..12 {
        server.send(put(BUCKET, &format!("AWSLogs/{n}+%C3%BC.json.gz"), 7));
    }
    let queue = open(&server, &server.url).await.unwrap();
    let mut messages = queue.receive(Duration::ZERO).await.unwrap().messages;
    messages.extend(queue.receive(Duration::ZERO).await.unwrap().messages);
    let keys: Vec<&str> =
        messages.iter().flat_map(|message| &message.objects).map(|object| object.key.as_str()).collect();
    assert_eq!((keys.len(), keys[0], messages[1].objects[0].bytes), (12, "AWSLogs/0 ü.json.gz", 7));
    assert!(messages.iter().all(|message| message.is_first));
    assert!(queue.receive(Duration::ZERO).await.unwrap().is_empty());
    server.wait_out();
    let again = queue.receive(Duration::ZERO).await.unwrap().messages;
    assert!(again.len() == 10 && !again.iter().any(|message| message.is_first), "they come again");
    queue.delete(&messages).await.unwrap();
    assert_eq!(server.left(), 0);
}

#[tokio::test]
async fn messages_of_others_are_left_to_them() {
    let server = SqsServer::start().await;
    server.send(put("another-bucket", "AWSLogs/x", 7));
    server.send("hello");
    server.send(put(BUCKET, "elsewhere/x", 7));
    let records = |bucket| put(bucket, "AWSLogs/x", 7)["Records"][0].clone();
    server.send(json!({ "Records": [records(BUCKET), records("another-bucket")] }));
    let queue = open(&server, &server.url).await.unwrap();
    let received = queue.receive(Duration::ZERO).await.unwrap();
    let objects: Vec<usize> = received.messages.iter().map(|message| message.objects.len()).collect();
    assert_eq!((objects, received.others, received.new_others), (vec![0, 1], 2, 3));
    assert!(!received.is_for_others());
    queue.delete(&received.messages).await.unwrap();
    assert_eq!(server.left(), 3);
    server.wait_out();
    let Received { messages, others, new_others } = queue.receive(Duration::ZERO).await.unwrap();
    assert_eq!((messages.len(), others, new_others), (1, 2, 0), "those that come again are not new");
    queue.delete(&messages).await.unwrap();
    assert_eq!(server.left(), 3);
}

#[tokio::test]
async fn a_queue_that_is_not_there_or_not_allowed_is_told() {
    let server = SqsServer::start().await;
    let queue = open(&server, &server.url.replace("told", "other")).await.unwrap();
    let trouble = queue.receive(Duration::ZERO).await.unwrap_err();
    assert!(trouble.kind == Kind::NoQueue && trouble.words.contains("/other"), "{trouble:?}");
    let elsewhere = open(&server, "http://127.0.0.1:9/000000000000/told").await.unwrap_err();
    assert_eq!(elsewhere.kind, Kind::Endpoint);
}

#[tokio::test]
async fn what_sqs_refuses_is_said_with_what_to_do() {
    let server = SqsServer::start().await;
    let queue = open(&server, &server.url).await.unwrap();
    let may_not = "User: x is not authorized to perform: sqs:receivemessage";
    let late = "Signature expired: 20260628T090500Z is now earlier than 20260628T091000Z";
    for (code, said, kind, words) in [
        ("AccessDeniedException", may_not, Kind::Denied, "attach the policy that allows sqs:ReceiveMessage"),
        ("KMS.AccessDeniedException", "not authorized to perform: kms:Decrypt", Kind::Denied, "the queue is encrypted"),
        ("InvalidClientTokenId", "The security token is invalid", Kind::NoCredentials, "no AWS credentials"),
        ("UnrecognizedClientException", "The security token is invalid", Kind::NoCredentials, "no AWS credentials"),
        ("ExpiredTokenException", "The security token is expired", Kind::NoCredentials, "is expired"),
        ("InvalidSignatureException", "does not match", Kind::NoCredentials, "no AWS credentials"),
        ("InvalidSignatureException", late, Kind::ClockSkew, "clock is wrong"),
        ("AWS.SimpleQueueService.NonExistentQueue", "none", Kind::NoQueue, "check its address"),
    ] {
        server.refuse(Some((code, said)));
        let trouble = queue.receive(Duration::ZERO).await.unwrap_err();
        assert!(trouble.kind == kind && trouble.words.contains(words), "{code}: {trouble:?}");
    }
}
