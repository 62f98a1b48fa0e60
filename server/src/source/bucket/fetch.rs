//! Getting many objects at once, as inputs of a reading.

use super::{Bucket, IN_MEMORY, Trouble};
use crate::source::Body;
use futures::{StreamExt as _, stream};
use std::path::Path;

/// Objects that are on their way at once.
const AT_ONCE: usize = 32;

/// What to get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub key: String,
    /// As listed.
    pub bytes: u64,
}

impl Bucket {
    /// The objects' bodies, in the order of `wanted`: small ones in memory, the others in new files in `spool` that are
    /// named by their numbers in this order.
    pub async fn bodies(&self, wanted: &[Wanted], spool: &Path) -> Vec<Result<Body, Trouble>> {
        let bodies = wanted.iter().enumerate().map(|(number, wanted)| self.body(wanted, spool, number));
        // A closure with borrowed arguments within the stream would keep the future from being spawned.
        let bodies: Vec<_> = bodies.collect();
        stream::iter(bodies).buffered(AT_ONCE).collect().await
    }

    async fn body(&self, wanted: &Wanted, spool: &Path, number: usize) -> Result<Body, Trouble> {
        if wanted.bytes <= IN_MEMORY {
            return self.get(&wanted.key).await.map(Body::Bytes);
        }
        let path = spool.join(number.to_string());
        self.get_to(&wanted.key, &path).await?;
        Ok(Body::Path(path))
    }
}
