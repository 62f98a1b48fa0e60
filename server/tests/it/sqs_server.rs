//! A queue on a loopback port that speaks the JSON protocol of SQS.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// One queue. Messages that were received are hidden until [`Self::wait_out`].
#[derive(Clone)]
pub(crate) struct SqsServer {
    pub(crate) url: String,
    messages: Arc<Mutex<Vec<Message>>>,
}

struct Message {
    number: usize,
    body: String,
    is_hidden: bool,
}

impl SqsServer {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/000000000000/told", listener.local_addr().unwrap());
        let server = Self { url, messages: Arc::default() };
        let router = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        server
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.url.strip_suffix("/000000000000/told").unwrap()
    }

    pub(crate) fn send(&self, body: impl ToString) {
        let mut messages = self.messages.lock().unwrap();
        let number = messages.last().map_or(0, |last| last.number + 1);
        messages.push(Message { number, body: body.to_string(), is_hidden: false });
    }

    /// The time is over for which received messages are hidden.
    pub(crate) fn wait_out(&self) {
        self.messages.lock().unwrap().iter_mut().for_each(|message| message.is_hidden = false);
    }

    /// How many were not deleted.
    pub(crate) fn left(&self) -> usize {
        self.messages.lock().unwrap().len()
    }

    fn receive(&self, request: &Value) -> Value {
        let most = request["MaxNumberOfMessages"].as_u64().unwrap_or(1);
        let mut messages = self.messages.lock().unwrap();
        let shown = messages.iter_mut().filter(|message| !message.is_hidden).take(most.try_into().unwrap());
        let shown = shown.map(|message| {
            message.is_hidden = true;
            let number = message.number.to_string();
            json!({ "MessageId": number, "ReceiptHandle": number, "Body": message.body })
        });
        json!({ "Messages": shown.collect::<Vec<_>>() })
    }

    fn delete(&self, request: &Value) -> Value {
        let entries = request["Entries"].as_array().unwrap();
        assert!((1..=10).contains(&entries.len()), "{request}");
        let receipts: Vec<&str> = entries.iter().map(|entry| entry["ReceiptHandle"].as_str().unwrap()).collect();
        self.messages.lock().unwrap().retain(|message| !receipts.contains(&message.number.to_string().as_str()));
        let done: Vec<Value> = entries.iter().map(|entry| json!({ "Id": entry["Id"] })).collect();
        json!({ "Successful": done, "Failed": [] })
    }
}

async fn answer(State(server): State<SqsServer>, headers: HeaderMap, body: String) -> (StatusCode, Json<Value>) {
    let request: Value = serde_json::from_str(&body).unwrap();
    assert!(headers["authorization"].to_str().unwrap().starts_with("AWS4-HMAC-SHA256"));
    if request["QueueUrl"] != server.url {
        let error = json!({ "__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "by test" });
        return (StatusCode::BAD_REQUEST, Json(error));
    }
    let answer = match headers["x-amz-target"].to_str().unwrap() {
        "AmazonSQS.ReceiveMessage" => server.receive(&request),
        "AmazonSQS.DeleteMessageBatch" => server.delete(&request),
        other => panic!("{other} is not used"),
    };
    (StatusCode::OK, Json(answer))
}
