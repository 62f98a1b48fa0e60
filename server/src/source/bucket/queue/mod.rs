//! A queue that tells of new objects: SQS, fed by S3, by SNS, by EventBridge or by CloudTrail itself.

mod address;
mod notice;

pub use address::QueueAddress;

use super::{
    Access, Trouble,
    words::{self, Doing},
};
use app::model::source::BucketPlace;
use aws_config::Region;
use aws_sdk_sqs::{
    Client,
    config::Builder,
    error::BuildError,
    types::{DeleteMessageBatchRequestEntry, Message as Sent, MessageSystemAttributeName::ApproximateReceiveCount},
};
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

/// An object that was put, as somebody says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// As long as S3 allows, and without NUL.
    pub key: String,
    /// At most [`LARGEST`](super::LARGEST); 0 if it was not said.
    pub bytes: u64,
}

/// It comes again, to whoever asks, until it is [`Queue::delete`]d: so remember its objects first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What was put below the place's prefix.
    pub objects: Vec<Told>,
    /// Parts of it that make no sense.
    pub odd: u64,
    /// None: somebody else may need it.
    receipt: Option<String>,
    /// It never came before.
    pub is_first: bool,
}

/// What was in the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    /// About the bucket, and perhaps about others too: those are left in the queue.
    pub messages: Vec<Message>,
    /// Messages that are left in the queue, because they are not about the bucket or not understood.
    pub others: usize,
    /// Of all that are left, those that came for the first time.
    pub new_others: usize,
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
        let request = request.message_system_attribute_names(ApproximateReceiveCount);
        let seconds = i32::try_from(wait.as_secs().min(20)).unwrap_or_default();
        let answer = request.wait_time_seconds(seconds).send().await;
        let answer = answer.map_err(|error| words::trouble(&self.place, self.doing(), &error))?;
        let mut received = Received::default();
        for sent in answer.messages.unwrap_or_default() {
            received.add(&self.place, sent);
        }
        Ok(received)
    }

    /// Takes messages out of the queue, for good, except those that somebody else may need.
    ///
    /// # Errors
    /// When the queue cannot be asked. What was not deleted comes again, which does no harm.
    pub async fn delete(&self, messages: &[Message]) -> Result<(), Trouble> {
        let receipts: Vec<&String> = messages.iter().filter_map(|message| message.receipt.as_ref()).collect();
        for some in receipts.chunks(MESSAGES.unsigned_abs() as usize) {
            let entry = |(number, receipt): (usize, &&String)| {
                DeleteMessageBatchRequestEntry::builder().id(number.to_string()).receipt_handle(*receipt).build()
            };
            let entries: Result<Vec<_>, BuildError> = some.iter().enumerate().map(entry).collect();
            let request = self.client.delete_message_batch().queue_url(&self.address.url);
            let answer = request.set_entries(entries.ok()).send().await;
            let answer = answer.map_err(|error| words::trouble(&self.place, self.doing(), &error))?;
            if let Some(failed) = answer.failed().first() {
                let (code, why) = (failed.code(), failed.message().unwrap_or_default());
                tracing::warn!(queue = self.address.url, code, why, "some messages were not deleted and come again");
            }
        }
        Ok(())
    }

    fn doing(&self) -> Doing<'_> {
        Doing::Receiving(&self.address.url)
    }
}

impl Received {
    fn add(&mut self, place: &BucketPlace, sent: Sent) {
        let count = sent.attributes.as_ref().and_then(|attributes| attributes.get(&ApproximateReceiveCount));
        let is_first = count.is_some_and(|count| count == "1");
        let notice = notice::read(&sent.body.unwrap_or_default(), &place.bucket).filter(|notice| notice.is_ours);
        let is_left = notice.as_ref().is_none_or(|notice| notice.is_others);
        self.new_others += usize::from(is_left && is_first);
        let Some(mut notice) = notice else {
            self.others += 1;
            return;
        };
        notice.objects.retain(|object| object.key.starts_with(&place.prefix));
        let receipt = sent.receipt_handle.filter(|_| !notice.is_others);
        self.messages.push(Message { objects: notice.objects, odd: notice.odd, receipt, is_first });
    }

    /// Nothing came, not even for others.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.others == 0
    }

    /// Nothing of it is to be deleted, so that the same may come again at once.
    #[must_use]
    pub fn is_for_others(&self) -> bool {
        !self.is_empty() && self.messages.iter().all(|message| message.receipt.is_none())
    }
}
