//! A queue that tells of new objects: SQS, fed by S3, by SNS, by EventBridge or by CloudTrail itself.

mod address;
mod notice;

pub use address::QueueAddress;

use super::{
    Access, Object, Trouble,
    words::{self, Doing},
};
use app::model::source::BucketPlace;
use aws_config::Region;
use aws_sdk_sqs::{Client, config::Builder, error::BuildError, types::DeleteMessageBatchRequestEntry};
use notice::Notice;
use std::time::Duration;

/// Most messages of one answer, by SQS's own limit.
const MESSAGES: i32 = 10;

/// A queue that is told of one bucket's objects.
#[derive(Debug)]
pub struct Queue {
    place: BucketPlace,
    address: QueueAddress,
    client: Client,
}

/// It comes again, to whoever asks, until it is [`Queue::delete`]d: so remember its objects first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What was put below the place's prefix. Sizes and times may be unknown (zero).
    pub objects: Vec<Object>,
    receipt: String,
}

/// What was in the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    pub messages: Vec<Message>,
    /// Messages that are not about the bucket, or not understood. They are left in the queue.
    pub others: usize,
}

impl Queue {
    /// With the same credentials as the place's bucket.
    ///
    /// # Errors
    /// When the place is not valid, the queue's endpoint not allowed, or there are no credentials for it.
    pub async fn open(place: &BucketPlace, address: &QueueAddress, access: &Access) -> Result<Self, Trouble> {
        place.validate()?;
        let endpoint = address.endpoint(&access.endpoints)?;
        let region = match &address.region {
            Some(region) => Region::new(region.clone()),
            None => access.region(place).await,
        };
        let mut config =
            Builder::from(&access.config).credentials_provider(access.credentials(place).await?).region(region);
        if let Some(endpoint) = endpoint {
            config = config.endpoint_url(endpoint);
        }
        let client = Client::from_conf(config.build());
        Ok(Self { place: place.clone(), address: address.clone(), client })
    }

    /// Some messages; waits for one so long (20 seconds at most). They are hidden from others for a while.
    ///
    /// # Errors
    /// When the queue cannot be asked.
    pub async fn receive(&self, wait: Duration) -> Result<Received, Trouble> {
        let request = self.client.receive_message().queue_url(&self.address.url).max_number_of_messages(MESSAGES);
        let seconds = i32::try_from(wait.as_secs().min(20)).unwrap_or_default();
        let answer = request.wait_time_seconds(seconds).send().await;
        let answer = answer.map_err(|error| words::trouble(&self.place, self.doing(), &error))?;
        let mut received = Received::default();
        for message in answer.messages.unwrap_or_default() {
            match message.receipt_handle.and_then(|receipt| self.understand(&message.body.unwrap_or_default(), receipt))
            {
                Some(message) => received.messages.push(message),
                None => received.others += 1,
            }
        }
        Ok(received)
    }

    /// Nothing if somebody else may need the message.
    fn understand(&self, body: &str, receipt: String) -> Option<Message> {
        let puts = match notice::read(body) {
            Notice::Put(puts) => puts,
            Notice::Nothing => Vec::new(),
            Notice::Unreadable => return None,
        };
        if puts.iter().any(|put| put.bucket != self.place.bucket) {
            return None;
        }
        let objects = puts.into_iter().map(|put| put.object);
        let objects = objects.filter(|object| object.key.starts_with(&self.place.prefix)).collect();
        Some(Message { objects, receipt })
    }

    /// Takes messages out of the queue, for good.
    ///
    /// # Errors
    /// When the queue cannot be asked. What was not deleted comes again, which does no harm.
    pub async fn delete(&self, messages: &[Message]) -> Result<(), Trouble> {
        for some in messages.chunks(MESSAGES.unsigned_abs() as usize) {
            let entry = |(number, message): (usize, &Message)| {
                let entry = DeleteMessageBatchRequestEntry::builder().id(number.to_string());
                entry.receipt_handle(&message.receipt).build()
            };
            let entries: Result<Vec<_>, BuildError> = some.iter().enumerate().map(entry).collect();
            let request = self.client.delete_message_batch().queue_url(&self.address.url);
            let answer = request.set_entries(entries.ok()).send().await;
            answer.map_err(|error| words::trouble(&self.place, self.doing(), &error))?;
        }
        Ok(())
    }

    fn doing(&self) -> Doing<'_> {
        Doing::Receiving(&self.address.url)
    }
}
