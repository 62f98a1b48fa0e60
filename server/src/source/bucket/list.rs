//! Listing: folders and pages of objects.

use super::{
    Bucket,
    trouble::{Kind, Trouble},
    words::Doing,
};
use aws_sdk_s3::types::{Object as Listed, ObjectStorageClass, OptionalObjectAttributes, RequestPayer};
use chrono::{DateTime, Utc};

/// Most keys of a page, by S3's own limit.
pub(super) const PAGE: i32 = 1000;

/// Pages of folders of one prefix. More of them would mean that it holds objects, not folders.
const FOLDER_PAGES: usize = 20;

/// An object as it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub key: String,
    pub bytes: u64,
    pub etag: String,
    pub modified: DateTime<Utc>,
    /// It must be restored before it can be read.
    pub archived: bool,
}

/// A part of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In the order of their keys' bytes.
    pub objects: Vec<Object>,
    /// There are more behind the last one.
    pub more: bool,
}

impl Bucket {
    /// The next objects whose keys begin with `prefix` and come after `after`, by one request.
    ///
    /// # Errors
    /// When the bucket cannot be listed.
    pub async fn page(&self, prefix: &str, after: &str) -> Result<Page, Trouble> {
        self.some(prefix, after, PAGE).await
    }

    pub(super) async fn some(&self, prefix: &str, after: &str, most: i32) -> Result<Page, Trouble> {
        let after = Some(after.to_owned()).filter(|after| !after.is_empty());
        let output = self
            .send(Doing::Listing(prefix), |client| {
                let request = client
                    .list_objects_v2()
                    .bucket(&self.place.bucket)
                    .prefix(prefix)
                    .max_keys(most)
                    .set_start_after(after.clone())
                    .set_request_payer(self.payer())
                    // Tells archived objects that were restored; other stores may not know it.
                    .set_optional_object_attributes(
                        self.place.endpoint.is_none().then(|| vec![OptionalObjectAttributes::RestoreStatus]),
                    );
                request.customize().interceptor(self.lists.clone()).send()
            })
            .await?;
        let more = output.is_truncated.unwrap_or_default();
        let objects: Vec<Object> = output.contents.unwrap_or_default().into_iter().filter_map(object).collect();
        if more && objects.is_empty() {
            return Err(Trouble::new(
                Kind::Other,
                format!("listing {prefix} of {} comes to no end", self.place.bucket),
            ));
        }
        Ok(Page { objects, more })
    }

    /// What lies directly below `prefix`, up to the next slash, with it.
    ///
    /// # Errors
    /// When the bucket cannot be listed, or the prefix holds more objects than folders can be found among.
    pub async fn folders(&self, prefix: &str) -> Result<Vec<String>, Trouble> {
        let mut folders = Vec::new();
        let mut token = None;
        for _ in 0..FOLDER_PAGES {
            let output = self
                .send(Doing::Listing(prefix), |client| {
                    let request = client
                        .list_objects_v2()
                        .bucket(&self.place.bucket)
                        .prefix(prefix)
                        .delimiter("/")
                        .set_continuation_token(token.clone())
                        .set_request_payer(self.payer());
                    request.customize().interceptor(self.lists.clone()).send()
                })
                .await?;
            folders.extend(output.common_prefixes.unwrap_or_default().into_iter().filter_map(|folder| folder.prefix));
            token = output.next_continuation_token;
            if token.is_none() {
                return Ok(folders);
            }
        }
        Err(Trouble::new(
            Kind::Other,
            format!("{prefix} of {} holds too many objects: choose a prefix that ends in AWSLogs/", self.place.bucket),
        ))
    }

    pub(super) fn payer(&self) -> Option<RequestPayer> {
        self.place.requester_pays.then_some(RequestPayer::Requester)
    }
}

fn object(listed: Listed) -> Option<Object> {
    let archived = is_archived(&listed);
    let modified = listed.last_modified.and_then(|time| DateTime::from_timestamp(time.secs(), 0)).unwrap_or_default();
    Some(Object {
        key: listed.key?,
        bytes: listed.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
        etag: listed.e_tag.unwrap_or_default(),
        modified,
        archived,
    })
}

fn is_archived(listed: &Listed) -> bool {
    let is_cold = matches!(listed.storage_class, Some(ObjectStorageClass::Glacier | ObjectStorageClass::DeepArchive));
    let restored = listed.restore_status.as_ref().is_some_and(|status| status.restore_expiry_date.is_some());
    is_cold && !restored
}
