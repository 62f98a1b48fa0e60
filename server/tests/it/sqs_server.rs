//! A queue on a loopback port that speaks the JSON protocol of SQS.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

/// One queue. Messages that were received are hidden until [`Self::wait_out`].
#[derive(Clone)]
pub(crate) struct SqsServer {
    pub(crate) url: String,
    queue: Arc<Mutex<Queue>>,
    changed: Arc<Notify>,
}

#[derive(Default)]
struct Queue {
    messages: Vec<Message>,
    sent: usize,
    /// What every request is answered with.
    refusal: Option<(&'static str, &'static str)>,
}

struct Message {
    number: usize,
    body: String,
    is_hidden: bool,
    receives: usize,
}

impl SqsServer {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/000000000000/told", listener.local_addr().unwrap());
        let server = Self { url, queue: Arc::default(), changed: Arc::default() };
        let router = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        server
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.url.strip_suffix("/000000000000/told").unwrap()
    }

    pub(crate) fn send(&self, body: impl ToString) {
        let mut queue = self.queue.lock().unwrap();
        let number = queue.sent;
        queue.sent += 1;
        queue.messages.push(Message { number, body: body.to_string(), is_hidden: false, receives: 0 });
        self.changed.notify_waiters();
    }

    /// The time is over for which received messages are hidden.
    pub(crate) fn wait_out(&self) {
        self.queue.lock().unwrap().messages.iter_mut().for_each(|message| message.is_hidden = false);
    }

    /// Answers everything with this error and these words from now on, or nothing.
    pub(crate) fn refuse(&self, refusal: Option<(&'static str, &'static str)>) {
        self.queue.lock().unwrap().refusal = refusal;
        self.changed.notify_waiters();
    }

    /// How many were not deleted.
    pub(crate) fn left(&self) -> usize {
        self.queue.lock().unwrap().messages.len()
    }

    async fn receive(&self, request: &Value) -> Result<Value, Value> {
        let most = request["MaxNumberOfMessages"].as_u64().unwrap_or(1).try_into().unwrap();
        let until = Instant::now() + Duration::from_secs(request["WaitTimeSeconds"].as_u64().unwrap_or_default());
        loop {
            let changed = self.changed.notified();
            let messages = self.show(most)?;
            if !messages.is_empty() || timeout_at(until, changed).await.is_err() {
                return Ok(json!({ "Messages": messages }));
            }
        }
    }

    fn show(&self, most: usize) -> Result<Vec<Value>, Value> {
        let mut queue = self.queue.lock().unwrap();
        queue.refused()?;
        let shown = queue.messages.iter_mut().filter(|message| !message.is_hidden).take(most);
        let shown = shown.map(|message| {
            message.is_hidden = true;
            message.receives += 1;
            let (number, receives) = (message.number.to_string(), message.receives.to_string());
            let attributes = json!({ "ApproximateReceiveCount": receives });
            json!({ "MessageId": number, "ReceiptHandle": number, "Body": message.body, "Attributes": attributes })
        });
        Ok(shown.collect())
    }

    fn delete(&self, request: &Value) -> Result<Value, Value> {
        let mut queue = self.queue.lock().unwrap();
        queue.refused()?;
        let entries = request["Entries"].as_array().unwrap();
        assert!((1..=10).contains(&entries.len()), "{request}");
        let receipts: Vec<&str> = entries.iter().map(|entry| entry["ReceiptHandle"].as_str().unwrap()).collect();
        queue.messages.retain(|message| !receipts.contains(&message.number.to_string().as_str()));
        let done: Vec<Value> = entries.iter().map(|entry| json!({ "Id": entry["Id"] })).collect();
        Ok(json!({ "Successful": done, "Failed": [] }))
    }
}

impl Queue {
    fn refused(&self) -> Result<(), Value> {
        self.refusal.map_or(Ok(()), |(code, words)| Err(error(code, words)))
    }
}

fn error(code: &str, words: &str) -> Value {
    json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": words })
}

async fn answer(State(server): State<SqsServer>, headers: HeaderMap, body: String) -> (StatusCode, Json<Value>) {
    let request: Value = serde_json::from_str(&body).unwrap();
    assert!(headers["authorization"].to_str().unwrap().starts_with("AWS4-HMAC-SHA256"));
    let answer = match headers["x-amz-target"].to_str().unwrap() {
        _ if request["QueueUrl"] != server.url => Err(error("QueueDoesNotExist", "by test")),
        "AmazonSQS.ReceiveMessage" => server.receive(&request).await,
        "AmazonSQS.DeleteMessageBatch" => server.delete(&request),
        other => panic!("{other} is not used"),
    };
    match answer {
        Ok(answer) => (StatusCode::OK, Json(answer)),
        Err(error) => (StatusCode::BAD_REQUEST, Json(error)),
    }
}
