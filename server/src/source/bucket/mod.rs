//! Buckets of S3 and of stores that speak its protocol. No database here.
//!
//! `allowed` (endpoints that may be used, the policy that a place takes) + `access` (the process's credentials)
//! → [`Bucket`] → `list` (folders, pages), `get` (an object) and `fetch` (many), counted by `requests`; `layout` (what a key
//! says); `survey` (what lies there and what of it is wanted, before anything is read); `queue` (told of new objects by SQS);
//! `trouble` and `words` (what is wrong and what to do).

mod access;
mod allowed;
mod fetch;
mod get;
pub mod layout;
mod list;
mod queue;
mod requests;
mod survey;
mod trouble;
mod words;

pub use access::Access;
pub use allowed::{Endpoint, Endpoints, policy};
pub use fetch::Wanted;
pub use get::{IN_MEMORY, LARGEST};
pub use list::{Object, Page};
pub use queue::{Message, Queue, QueueAddress, Received, Told};
pub use requests::Requests;
pub use survey::{Check, Trail, Trails, check, months, trails, within};
pub use trouble::{Kind, Trouble};

use app::model::source::BucketPlace;
use aws_config::Region;
use aws_sdk_s3::{
    Client,
    config::{
        Builder, RequestChecksumCalculation, ResponseChecksumValidation, SharedCredentialsProvider, http::HttpResponse,
    },
    error::{ProvideErrorMetadata, SdkError},
};
use requests::Counter;
use std::{
    error::Error,
    sync::{Mutex, PoisonError},
};
use words::Doing;
pub(crate) use words::spool;

/// A bucket that can be listed and read.
#[derive(Debug)]
pub struct Bucket {
    place: BucketPlace,
    access: Access,
    credentials: SharedCredentialsProvider,
    /// For the region in which the bucket is, as far as known.
    client: Mutex<(Region, Client)>,
    lists: Counter,
    gets: Counter,
}

impl Bucket {
    /// Makes a client with the process's credentials, or those of the place's role. The bucket itself is not asked yet.
    ///
    /// # Errors
    /// When the place is not valid, its endpoint not allowed, or there are no credentials for it.
    pub async fn open(place: &BucketPlace, access: &Access) -> Result<Self, Trouble> {
        place.validate()?;
        access.endpoints.of(place)?;
        let credentials = access.credentials(place).await?;
        let region = access.region(place).await;
        let client = client(place, access, &credentials, region.clone())?;
        Ok(Self {
            place: place.clone(),
            access: access.clone(),
            credentials,
            client: Mutex::new((region, client)),
            lists: Counter::default(),
            gets: Counter::default(),
        })
    }

    #[must_use]
    pub fn place(&self) -> &BucketPlace {
        &self.place
    }

    /// Where the bucket is, as far as known.
    #[must_use]
    pub fn region(&self) -> String {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).0.to_string()
    }

    #[must_use]
    pub fn requests(&self) -> Requests {
        Requests { list: self.lists.count(), get: self.gets.count() }
    }

    /// Sends a request; once more if the bucket says that it is in another region, which is then remembered.
    async fn send<T, E, F>(&self, doing: Doing<'_>, request: impl Fn(Client) -> F) -> Result<T, Trouble>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let (region, client) = self.client.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut answer = request(client).await;
        if let Err(error) = &answer
            && let Some(right) = other_region(error, &region)
        {
            let client = client_in(self, right.clone())?;
            *self.client.lock().unwrap_or_else(PoisonError::into_inner) = (right, client.clone());
            answer = request(client).await;
        }
        answer.map_err(|error| words::trouble(&self.place, doing, &error))
    }
}

fn client_in(bucket: &Bucket, region: Region) -> Result<Client, Trouble> {
    client(&bucket.place, &bucket.access, &bucket.credentials, region)
}

fn client(
    place: &BucketPlace,
    access: &Access,
    credentials: &SharedCredentialsProvider,
    region: Region,
) -> Result<Client, Trouble> {
    let mut config = Builder::from(&access.config)
        .credentials_provider(credentials.clone())
        .region(region)
        .use_arn_region(false)
        .disable_multi_region_access_points(true)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        // Log files are gzip, which checks itself.
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    if let Some(endpoint) = access.endpoints.of(place)? {
        config = config.endpoint_url(endpoint).force_path_style(true);
    }
    Ok(Client::from_conf(config.build()))
}

/// The region that S3 names when it was asked in the wrong one.
fn other_region<E>(error: &SdkError<E, HttpResponse>, asked: &Region) -> Option<Region> {
    let response = error.raw_response()?;
    let named = response.headers().get("x-amz-bucket-region")?;
    let is_elsewhere = [301, 307, 400].contains(&response.status().as_u16()) && named != asked.as_ref();
    (is_elsewhere && layout::is_region(named)).then(|| Region::new(named.to_owned()))
}
