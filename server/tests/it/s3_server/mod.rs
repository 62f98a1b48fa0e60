//! A real S3 server on a loopback port, over a folder, with a small layer in front that counts requests and brings trouble.

mod front;
mod index;

pub(crate) use front::{Fault, Rule};

use app::model::source::BucketPlace;
use aws_config::ConfigLoader;
use aws_sdk_s3::config::Credentials;
use axum::serve::ListenerExt as _;
use front::Front;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use server::source::bucket::{Access, Bucket, Endpoints};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) const BUCKET: &str = "trail-logs";

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// Serves [`BUCKET`] until it is dropped, on threads of its own.
pub(crate) struct S3Server {
    root: TempDir,
    address: SocketAddr,
    front: Front,
    runtime: Option<Runtime>,
}

impl S3Server {
    pub(crate) fn start() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(BUCKET)).unwrap();
        Self::of(root)
    }

    /// Serves a folder that is there, as the bucket.
    pub(crate) fn over(folder: &Path) -> Self {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder, root.path().join(BUCKET)).unwrap();
        Self::of(root)
    }

    fn of(root: TempDir) -> Self {
        let front = Front::over(root.path());
        let mut server = Self { root, address: ([127, 0, 0, 1], 0).into(), front, runtime: None };
        server.go_on();
        server
    }

    /// Lists these keys from now on, whatever lies there: the store itself looks at every file for every page.
    pub(crate) fn list_only(&self, keys: Vec<(String, i64)>) {
        self.front.list_only(keys);
    }

    /// Ends it, with all its connections; objects, rules and counts stay.
    pub(crate) fn stop(&mut self) {
        self.front.set_ends(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// Serves again, on the same port.
    pub(crate) fn go_on(&mut self) {
        self.front.set_ends(false);
        let listener = TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let mut service = S3ServiceBuilder::new(self.front.clone());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let answer = move |request: axum::extract::Request| {
            let service = service.clone();
            async move { service.call(request.map(s3s::Body::http_body_unsync)).await.unwrap() }
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            // As S3: an answer does not wait for acknowledgements.
            let listener = listener.tap_io(|connection| connection.set_nodelay(true).unwrap());
            axum::serve(listener, axum::Router::new().fallback(answer)).await.unwrap();
        });
        self.runtime = Some(runtime);
    }

    /// Puts an object there, or another one in its place.
    pub(crate) fn put(&self, key: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn delete(&self, key: &str) {
        fs::remove_file(self.path(key)).unwrap();
    }

    /// Where an object, or what is below a prefix, lies on disk.
    pub(crate) fn path(&self, key: &str) -> PathBuf {
        self.root.path().join(BUCKET).join(key)
    }

    /// From now on, and until [`Self::heal`].
    pub(crate) fn bring(&self, rule: Rule) {
        self.front.bring(rule);
    }

    pub(crate) fn heal(&self) {
        self.front.heal();
    }

    /// Listings and gettings so far, those that failed included.
    pub(crate) fn requests(&self) -> (usize, usize) {
        self.front.requests()
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What a process of ours finds in its environment.
    pub(crate) fn environment(&self) -> [(&'static str, String); 6] {
        [
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("SUNSET_S3_ENDPOINTS", self.endpoint()),
        ]
    }

    pub(crate) fn place(&self, prefix: &str) -> BucketPlace {
        BucketPlace {
            bucket: BUCKET.to_owned(),
            prefix: prefix.to_owned(),
            region: "eu-west-1".to_owned(),
            endpoint: Some(self.endpoint()),
            ..BucketPlace::default()
        }
    }

    pub(crate) async fn access(&self) -> Access {
        access_to(&[&self.endpoint()]).await
    }

    /// As if by [`Bucket::open`], with what is under the prefix.
    pub(crate) async fn open(&self, prefix: &str) -> Bucket {
        Bucket::open(&self.place(prefix), &self.access().await).await.unwrap()
    }
}

/// That of a process with the servers' credentials, which may use these endpoints.
pub(crate) async fn access_to(endpoints: &[&str]) -> Access {
    access_with(endpoints, |loader| loader).await
}

pub(crate) async fn access_with(endpoints: &[&str], more: impl Fn(ConfigLoader) -> ConfigLoader) -> Access {
    let loader = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .credentials_provider(Credentials::new(KEY, SECRET, None, None, "test"));
    let endpoints = endpoints.iter().map(|endpoint| endpoint.parse().unwrap()).collect();
    Access::load(Endpoints::new(endpoints), more(loader)).await.unwrap()
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.stop();
    }
}
