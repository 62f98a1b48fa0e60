//! Listing from memory, as quick as S3 itself.

use s3s::dto::{CommonPrefix, ListObjectsV2Input, ListObjectsV2Output, Object, Timestamp};
use std::time::SystemTime;

/// A page of sorted keys.
pub(super) fn list(index: &[(String, i64)], input: &ListObjectsV2Input) -> ListObjectsV2Output {
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let after = input.continuation_token.as_deref().or(input.start_after.as_deref()).unwrap_or_default();
    let most = usize::try_from(input.max_keys.unwrap_or(1000)).unwrap();
    let mut at = index
        .partition_point(|(key, _)| key.as_str() < prefix)
        .max(index.partition_point(|(key, _)| key.as_str() <= after));
    let (mut contents, mut folders, mut last) = (Vec::new(), Vec::new(), None);
    while let Some((key, bytes)) = index.get(at).filter(|(key, _)| key.starts_with(prefix)) {
        if contents.len() + folders.len() == most {
            break;
        }
        let slash = input.delimiter.as_ref().and_then(|delimiter| key[prefix.len()..].find(delimiter.as_str()));
        if let Some(slash) = slash {
            let folder = key[..=prefix.len() + slash].to_owned();
            // What sorts behind all keys of the folder.
            let behind = format!("{}\u{10ffff}", folder);
            at += index[at..].partition_point(|(key, _)| *key < behind);
            last = Some(behind);
            folders.push(CommonPrefix { prefix: Some(folder) });
        } else {
            contents.push(Object {
                key: Some(key.clone()),
                size: Some(*bytes),
                last_modified: Some(Timestamp::from(SystemTime::UNIX_EPOCH)),
                ..Object::default()
            });
            last = Some(key.clone());
            at += 1;
        }
    }
    let more = index.get(at).is_some_and(|(key, _)| key.starts_with(prefix));
    ListObjectsV2Output {
        is_truncated: Some(more),
        next_continuation_token: last.filter(|_| more),
        contents: Some(contents),
        common_prefixes: Some(folders),
        name: Some(input.bucket.clone()),
        prefix: input.prefix.clone(),
        delimiter: input.delimiter.clone(),
        ..ListObjectsV2Output::default()
    }
}
