//! In front of the store: counts, and brings trouble by rules.

use super::index;
use axum::{body::Bytes, http::HeaderMap};
use futures::{StreamExt as _, stream};
use s3s::{
    Body, S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result,
    dto::{
        ETagCondition, GetObjectInput, GetObjectOutput, ListObjectsV2Input, ListObjectsV2Output, ObjectStorageClass,
        StreamingBlob,
    },
    region::Region,
};
use s3s_fs::FileSystem;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

#[derive(Debug, Clone)]
pub(crate) enum Fault {
    SlowDown,
    InternalError,
    Denied,
    /// Denied to those who do not say that they pay.
    NotPaid,
    /// As if deleted since it was listed.
    Gone,
    /// Listed as Glacier, and not to be had.
    Archived,
    /// The bucket is in this region, says S3.
    Elsewhere(&'static str),
    Skewed,
    /// The connection breaks after this many bytes of the body.
    BreakOff(usize),
    /// The same, and then another object is in its place.
    Overwritten(usize, Vec<u8>),
    /// As of a store that knows neither ranges nor conditions.
    Unconditional,
}

/// Which requests meet with trouble.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// Listings by their prefix, gettings by their key, that contain this.
    pub(crate) of: &'static str,
    pub(crate) lists: bool,
    pub(crate) gets: bool,
    pub(crate) fault: Fault,
    /// How many requests of those that fit.
    pub(crate) times: usize,
}

impl Rule {
    pub(crate) fn lists(of: &'static str, fault: Fault, times: usize) -> Self {
        Self { of, lists: true, gets: false, fault, times }
    }

    pub(crate) fn gets(of: &'static str, fault: Fault, times: usize) -> Self {
        Self { of, lists: false, gets: true, fault, times }
    }

    pub(crate) fn always(of: &'static str, fault: Fault) -> Self {
        Self { of, lists: true, gets: true, fault, times: usize::MAX }
    }
}

#[derive(Clone)]
pub(super) struct Front(Arc<State>);

struct State {
    root: PathBuf,
    store: FileSystem,
    /// Keys and sizes, sorted: what is listed instead of what the store finds.
    index: RwLock<Option<Vec<(String, i64)>>>,
    rules: Mutex<Vec<Rule>>,
    /// It is about to end: what the store says now is of its own end.
    ends: AtomicBool,
    lists: AtomicUsize,
    gets: AtomicUsize,
}

impl Front {
    pub(super) fn over(root: &Path) -> Self {
        let store = FileSystem::new(root).unwrap();
        Self(Arc::new(State {
            root: root.to_owned(),
            store,
            index: RwLock::default(),
            rules: Mutex::default(),
            ends: AtomicBool::new(false),
            lists: AtomicUsize::new(0),
            gets: AtomicUsize::new(0),
        }))
    }

    pub(super) fn bring(&self, rule: Rule) {
        self.0.rules.lock().unwrap().push(rule);
    }

    pub(super) fn list_only(&self, mut keys: Vec<(String, i64)>) {
        keys.sort_unstable();
        *self.0.index.write().unwrap() = Some(keys);
    }

    pub(super) fn heal(&self) {
        self.0.rules.lock().unwrap().clear();
    }

    pub(super) fn set_ends(&self, ends: bool) {
        self.0.ends.store(ends, Ordering::SeqCst);
    }

    /// What the store answers; nothing at all where it fails because the server ends (it says that there is no such key).
    async fn of_store<T: Send>(&self, answer: impl Future<Output = S3Result<T>> + Send) -> S3Result<T> {
        let answer = answer.await;
        if answer.is_err() && self.0.ends.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        answer
    }

    /// What the store answers, which knows no conditions itself.
    async fn get(&self, mut request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        if self.0.index.read().unwrap().is_some() && request.input.range.is_none() {
            return self.whole(&request.input);
        }
        let Some(ETagCondition::ETag(same)) = request.input.if_match.take() else {
            return self.of_store(self.0.store.get_object(request)).await;
        };
        let changed = || S3Error::with_message(S3ErrorCode::PreconditionFailed, "another object is there");
        match self.of_store(self.0.store.get_object(request)).await {
            Ok(answer) if answer.output.e_tag == Some(same) => Ok(answer),
            Err(error) if *error.code() != S3ErrorCode::InvalidRange => Err(error),
            Ok(_) | Err(_) => Err(changed()),
        }
    }

    /// All of an object, as quick as S3 itself: the store takes many turns of many threads for each.
    fn whole(&self, input: &GetObjectInput) -> S3Result<S3Response<GetObjectOutput>> {
        let path = self.0.root.join(&input.bucket).join(&input.key);
        let bytes = fs::read(path).map_err(|error| S3Error::with_source(S3ErrorCode::NoSuchKey, Box::new(error)))?;
        Ok(S3Response::new(GetObjectOutput {
            content_length: Some(i64::try_from(bytes.len()).unwrap()),
            body: Some(Body::from(bytes).into()),
            ..GetObjectOutput::default()
        }))
    }

    pub(super) fn requests(&self) -> (usize, usize) {
        (self.0.lists.load(Ordering::Relaxed), self.0.gets.load(Ordering::Relaxed))
    }

    /// What a request meets with that is signed for `region`, and whose sender pays or not: by the first rule that fits.
    fn fault(&self, region: Option<&Region>, pays: bool, fits: impl Fn(&Rule) -> bool) -> Option<Fault> {
        let is_right = |fault: &Fault| match fault {
            Fault::Elsewhere(there) => region.is_some_and(|region| region.as_str() == *there),
            Fault::NotPaid => pays,
            _ => false,
        };
        let mut rules = self.0.rules.lock().unwrap();
        let rule = rules.iter_mut().find(|rule| rule.times > 0 && fits(rule) && !is_right(&rule.fault))?;
        rule.times -= 1;
        Some(rule.fault.clone())
    }

    fn archived(&self, key: &str) -> bool {
        self.0.rules.lock().unwrap().iter().any(|rule| matches!(rule.fault, Fault::Archived) && key.contains(rule.of))
    }
}

#[async_trait::async_trait]
impl S3 for Front {
    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.0.lists.fetch_add(1, Ordering::Relaxed);
        let prefix = request.input.prefix.clone().unwrap_or_default();
        let is_fault = |rule: &Rule| rule.lists && prefix.contains(rule.of) && !matches!(rule.fault, Fault::Archived);
        let pays = request.input.request_payer.is_some();
        if let Some(fault) = self.fault(request.region.as_ref(), pays, is_fault) {
            return Err(fault.error());
        }
        let of_index = self.0.index.read().unwrap().as_deref().map(|index| index::list(index, &request.input));
        if let Some(output) = of_index {
            return Ok(S3Response::new(output));
        }
        let mut answer = self.of_store(self.0.store.list_objects_v2(request)).await?;
        for object in answer.output.contents.iter_mut().flatten() {
            if self.archived(object.key.as_deref().unwrap_or_default()) {
                object.storage_class = Some(ObjectStorageClass::from_static(ObjectStorageClass::GLACIER));
            }
        }
        Ok(answer)
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.0.gets.fetch_add(1, Ordering::Relaxed);
        let key = request.input.key.clone();
        let pays = request.input.request_payer.is_some();
        match self.fault(request.region.as_ref(), pays, |rule| rule.gets && key.contains(rule.of)) {
            None => self.get(request).await,
            Some(Fault::BreakOff(bytes)) => {
                let mut answer = self.get(request).await?;
                answer.output.body = answer.output.body.take().map(|body| broken_off(body, bytes));
                Ok(answer)
            }
            Some(Fault::Overwritten(bytes, other)) => {
                let path = self.0.root.join(&request.input.bucket).join(&key);
                let mut answer = self.get(request).await?;
                answer.output.body = answer.output.body.take().map(|body| broken_off(body, bytes));
                replace(&path, &other);
                Ok(answer)
            }
            Some(Fault::Unconditional) => {
                let mut request = request;
                (request.input.range, request.input.if_match) = (None, None);
                self.get(request).await
            }
            Some(fault) => Err(fault.error()),
        }
    }
}

/// Whoever reads the file now goes on reading what was in it.
fn replace(path: &Path, bytes: &[u8]) {
    let new = path.with_extension("new");
    fs::write(&new, bytes).unwrap();
    fs::rename(new, path).unwrap();
}

impl Fault {
    fn error(&self) -> S3Error {
        let error = |code| S3Error::with_message(code, "by rule");
        match self {
            Self::SlowDown => error(S3ErrorCode::SlowDown),
            Self::InternalError | Self::BreakOff(_) | Self::Overwritten(..) | Self::Unconditional => {
                error(S3ErrorCode::InternalError)
            }
            Self::Denied | Self::NotPaid => error(S3ErrorCode::AccessDenied),
            Self::Gone => error(S3ErrorCode::NoSuchKey),
            Self::Archived => error(S3ErrorCode::InvalidObjectState),
            Self::Skewed => error(S3ErrorCode::RequestTimeTooSkewed),
            Self::Elsewhere(region) => {
                let mut error = error(S3ErrorCode::PermanentRedirect);
                error.set_headers(HeaderMap::from_iter([(
                    "x-amz-bucket-region".parse().unwrap(),
                    region.parse().unwrap(),
                )]));
                error
            }
        }
    }
}

fn broken_off(body: StreamingBlob, bytes: usize) -> StreamingBlob {
    let mut left = bytes;
    let begun = body.scan((), move |(), chunk| {
        let chunk = chunk.ok().map(|chunk: Bytes| chunk.slice(..chunk.len().min(left)));
        left -= chunk.as_ref().map_or(0, Bytes::len);
        std::future::ready(chunk.filter(|chunk| !chunk.is_empty()))
    });
    let broken = stream::once(async { Err(io::Error::from(io::ErrorKind::ConnectionReset)) });
    StreamingBlob::wrap(begun.map(Ok).chain(broken))
}
