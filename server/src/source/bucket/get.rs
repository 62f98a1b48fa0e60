//! Getting objects. A body that breaks off is gone on with where it broke off.

use super::{
    Bucket,
    trouble::{Kind, Trouble},
    words::{self, Doing},
};
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use rand::Rng as _;
use std::{path::Path, time::Duration};
use tokio::{
    fs::File,
    io::{AsyncWrite, AsyncWriteExt as _},
};

/// Larger objects do not go into memory.
pub const IN_MEMORY: u64 = 16 << 20;

/// Larger objects are no log files: CloudTrail's are 50 MB at most.
pub const LARGEST: u64 = 1 << 30;

/// How often in a row a body may break off without anything new.
const BREAKS: u32 = 6;

/// An object on its way.
struct Download<'a, W> {
    bucket: &'a Bucket,
    key: &'a str,
    sink: &'a mut W,
    most: u64,
    folder: &'a Path,
    got: u64,
    /// Of the object that was begun with.
    etag: Option<String>,
}

impl Bucket {
    /// The object as it is now, at most [`IN_MEMORY`] bytes.
    ///
    /// # Errors
    /// When it cannot be had; `Kind::TooLarge` when [`Self::get_to`] is the way.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, Trouble> {
        let mut bytes = Vec::new();
        self.download(key, &mut bytes, IN_MEMORY, Path::new("")).await?;
        Ok(bytes)
    }

    /// The object as it is now, into a new file in a folder that is there for a while; returns its size, at most [`LARGEST`].
    ///
    /// # Errors
    /// When it cannot be had or written. No file is left then.
    pub async fn get_to(&self, key: &str, path: &Path) -> Result<u64, Trouble> {
        let got = self.write_to(key, path).await;
        if got.is_err() {
            tokio::fs::remove_file(path).await.ok();
        }
        got
    }

    async fn write_to(&self, key: &str, path: &Path) -> Result<u64, Trouble> {
        // The one that the user knows.
        let folder = path.ancestors().nth(2).unwrap_or(path);
        let mut file = File::create(path).await.map_err(|error| words::spool(folder, &error))?;
        let bytes = self.download(key, &mut file, LARGEST, folder).await?;
        file.flush().await.map_err(|error| words::spool(folder, &error))?;
        Ok(bytes)
    }

    /// `folder`: where `sink` may be without room.
    async fn download<W: AsyncWrite + Unpin>(
        &self,
        key: &str,
        sink: &mut W,
        most: u64,
        folder: &Path,
    ) -> Result<u64, Trouble> {
        let mut download = Download { bucket: self, key, sink, most, folder, got: 0, etag: None };
        let mut breaks = 0;
        loop {
            let before = download.got;
            let Some(why) = download.go_on().await? else { return Ok(download.got) };
            breaks = if download.got > before { 1 } else { breaks + 1 };
            if breaks > BREAKS {
                return Err(words::unreachable(&format!("get s3://{}/{key} to its end", self.place.bucket), &why));
            }
            let pause = Duration::from_millis(rand::rng().random_range(0..(100 << breaks).min(1000)));
            tokio::time::sleep(pause).await;
        }
    }
}

impl<W: AsyncWrite + Unpin> Download<'_, W> {
    /// Takes what comes. Returns why it broke off, nothing at the end.
    async fn go_on(&mut self) -> Result<Option<String>, Trouble> {
        let output = self.request().await?;
        // Not every store knows conditions, and a body must not be half of one object and half of another.
        if self.got > 0 && (self.etag.is_none() || output.e_tag != self.etag) {
            return Err(words::changed());
        }
        // A store that knows no ranges begins anew.
        let mut known = if output.content_range.is_some() { 0 } else { self.got };
        let end = output.content_length.and_then(|left| u64::try_from(left).ok()).map(|left| self.got - known + left);
        if end.is_some_and(|end| end > self.most) {
            return Err(self.too_large());
        }
        self.etag = output.e_tag;
        let mut body = output.body;
        while let Some(chunk) = body.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(_) if end.is_some_and(|end| self.got >= end) => break,
                Err(error) => return Ok(Some(words::chain(&error))),
            };
            let skipped = known.min(chunk.len() as u64);
            known -= skipped;
            let new = &chunk[usize::try_from(skipped).unwrap_or(chunk.len())..];
            self.got += new.len() as u64;
            if self.got > self.most {
                return Err(self.too_large());
            }
            self.sink.write_all(new).await.map_err(|error| words::spool(self.folder, &error))?;
        }
        let is_whole = end.is_none_or(|end| self.got >= end);
        Ok((!is_whole).then(|| "the connection was closed".to_owned()))
    }

    async fn request(&self) -> Result<GetObjectOutput, Trouble> {
        let range = (self.got > 0).then(|| format!("bytes={}-", self.got));
        let same = range.as_ref().and(self.etag.clone());
        self.bucket
            .send(Doing::Getting(self.key), |client| {
                let request = client
                    .get_object()
                    .bucket(&self.bucket.place.bucket)
                    .key(self.key)
                    .set_range(range.clone())
                    .set_if_match(same.clone())
                    .set_request_payer(self.bucket.payer());
                request.customize().interceptor(self.bucket.gets.clone()).send()
            })
            .await
    }

    fn too_large(&self) -> Trouble {
        let megabytes = self.most >> 20;
        Trouble::new(Kind::TooLarge, format!("it is larger than {megabytes} MB, so it is no log file of CloudTrail"))
    }
}
