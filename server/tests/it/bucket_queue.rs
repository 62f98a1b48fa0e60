//! Being told of new objects by a queue.

use crate::{
    s3_server::{BUCKET, access_to},
    sqs_server::SqsServer,
};
use app::model::source::BucketPlace;
use serde_json::{Value, json};
use server::source::bucket::{Kind, Queue, Trouble};
use std::time::Duration;

/// S3's notice of an object.
fn put(bucket: &str, key: &str) -> Value {
    json!({ "Records": [{
        "eventName": "ObjectCreated:Put", "eventTime": "2026-06-28T09:05:00Z",
        "s3": { "bucket": { "name": bucket }, "object": { "key": key, "size": 7, "eTag": "e" } },
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
        server.send(put(BUCKET, &format!("AWSLogs/{n}+%C3%BC.json.gz")));
    }
    let queue = open(&server, &server.url).await.unwrap();
    let mut messages = queue.receive(Duration::ZERO).await.unwrap().messages;
    messages.extend(queue.receive(Duration::ZERO).await.unwrap().messages);
    let keys: Vec<&str> =
        messages.iter().flat_map(|message| &message.objects).map(|object| object.key.as_str()).collect();
    assert_eq!((keys.len(), keys[0], messages[1].objects[0].bytes), (12, "AWSLogs/0 ü.json.gz", 7));
    assert!(queue.receive(Duration::ZERO).await.unwrap().messages.is_empty());
    server.wait_out();
    assert_eq!(queue.receive(Duration::ZERO).await.unwrap().messages.len(), 10, "they come again");
    queue.delete(&messages).await.unwrap();
    assert_eq!(server.left(), 0);
}

#[tokio::test]
async fn messages_of_others_are_left_to_them() {
    let server = SqsServer::start().await;
    server.send(put("another-bucket", "AWSLogs/x"));
    server.send("hello");
    server.send(put(BUCKET, "elsewhere/x"));
    let queue = open(&server, &server.url).await.unwrap();
    let received = queue.receive(Duration::ZERO).await.unwrap();
    assert_eq!((received.messages.len(), received.messages[0].objects.len(), received.others), (1, 0, 2));
    queue.delete(&received.messages).await.unwrap();
    assert_eq!(server.left(), 2);
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
