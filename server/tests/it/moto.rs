//! A second opinion on S3, SQS and STS: moto, which knows what the other store does not (roles, versions, Glacier). It needs
//! Python, so these run by `make chaos` only.

use crate::bucket::today;
use app::model::source::{BucketChoice, BucketPlace};
use aws_sdk_s3::{
    config::Credentials,
    types::{
        BucketVersioningStatus, Event, NotificationConfiguration, QueueConfiguration, StorageClass,
        VersioningConfiguration,
    },
};
use aws_sdk_sqs::types::QueueAttributeName as Name;
use server::source::bucket::{Access, Bucket, Endpoints, Kind, Queue, Told, check};
use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const KEY: &str = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/06/28/111122223333_CloudTrail_eu-west-1_20260628T0905Z_a b+ü.json.gz";

struct Moto {
    process: Child,
    endpoint: String,
}

impl Moto {
    async fn start() -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/moto/bin/moto_server");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        let process = Command::new(program).args(["-p", &port]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let process = process.expect("moto, by tools/setup moto");
        let endpoint = format!("http://127.0.0.1:{port}");
        let moto = Self { process, endpoint };
        for _ in 0..300 {
            if std::net::TcpStream::connect(&moto.endpoint[7..]).is_ok() {
                return moto;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("moto does not start");
    }

    fn loader(endpoint: &str) -> aws_config::ConfigLoader {
        aws_config::defaults(aws_config::BehaviorVersion::latest())
            .endpoint_url(endpoint)
            .region("eu-west-1")
            .credentials_provider(Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret", None, None, "test"))
    }

    async fn access(&self) -> Access {
        let endpoints = Endpoints::new(vec![self.endpoint.parse().unwrap()]);
        Access::load(endpoints, Self::loader(&self.endpoint)).await.unwrap()
    }

    fn place(&self) -> BucketPlace {
        BucketPlace { bucket: "trail-logs".to_owned(), endpoint: Some(self.endpoint.clone()), ..BucketPlace::default() }
    }

    /// A client that may do anything, for a bucket that is there.
    async fn s3(&self) -> aws_sdk_s3::Client {
        let access = self.access().await;
        let config = aws_sdk_s3::config::Builder::from(access.config()).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(config);
        let place = aws_sdk_s3::types::CreateBucketConfiguration::builder()
            .location_constraint(aws_sdk_s3::types::BucketLocationConstraint::EuWest1);
        s3.create_bucket().bucket("trail-logs").create_bucket_configuration(place.build()).send().await.unwrap();
        s3
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

async fn put(s3: &aws_sdk_s3::Client, key: &str, bytes: &'static [u8], class: StorageClass) {
    let put = s3.put_object().bucket("trail-logs").key(key).storage_class(class);
    put.body(bytes.to_vec().into()).send().await.unwrap();
}

#[tokio::test]
#[ignore = "needs Python: make chaos"]
async fn moto_agrees_on_listing_and_getting() {
    let moto = Moto::start().await;
    let s3 = moto.s3().await;
    put(&s3, KEY, b"something", StorageClass::Standard).await;
    for n in 0..1005 {
        put(&s3, &format!("many/{n:04}"), b"", StorageClass::Standard).await;
    }
    let bucket = Bucket::open(&moto.place(), &moto.access().await).await.unwrap();
    let page = bucket.page("many/", "").await.unwrap();
    assert!(page.more && page.objects.len() == 1000);
    assert_eq!(bucket.page("many/", &page.objects[999].key).await.unwrap().objects.len(), 5);
    assert_eq!(bucket.get(KEY).await.unwrap(), b"something");
    assert_eq!(bucket.folders("").await.unwrap(), ["AWSLogs/", "many/"]);
    let found = check(&bucket, &BucketChoice::default(), today()).await.unwrap();
    assert_eq!((found.trails, found.objects, found.bytes), (1, 1, 9));
    assert_eq!(bucket.get("none").await.unwrap_err().kind, Kind::Gone);
    let elsewhere = BucketPlace { bucket: "elsewhere".to_owned(), ..moto.place() };
    let elsewhere = Bucket::open(&elsewhere, &moto.access().await).await.unwrap();
    assert_eq!(elsewhere.page("", "").await.unwrap_err().kind, Kind::NoBucket);
}

#[tokio::test]
#[ignore = "needs Python: make chaos"]
async fn moto_agrees_on_roles_versions_and_archives() {
    let moto = Moto::start().await;
    let s3 = moto.s3().await;
    let versioning = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    s3.put_bucket_versioning().bucket("trail-logs").versioning_configuration(versioning).send().await.unwrap();
    put(&s3, "x", b"old", StorageClass::Standard).await;
    put(&s3, "x", b"new", StorageClass::Standard).await;
    put(&s3, "deleted", b"x", StorageClass::Standard).await;
    s3.delete_object().bucket("trail-logs").key("deleted").send().await.unwrap();
    put(&s3, "cold", b"x", StorageClass::Glacier).await;
    let role = BucketPlace {
        role_arn: Some("arn:aws:iam::111122223333:role/Logs".to_owned()),
        external_id: Some("something".to_owned()),
        requester_pays: true,
        ..moto.place()
    };
    let bucket = Bucket::open(&role, &moto.access().await).await.unwrap();
    let objects = bucket.page("", "").await.unwrap().objects;
    let listed: Vec<_> = objects.iter().map(|object| (object.key.as_str(), object.archived)).collect();
    assert_eq!(listed, [("cold", true), ("x", false)]);
    assert_eq!(bucket.get("x").await.unwrap(), b"new");
    assert_eq!(bucket.get("deleted").await.unwrap_err().kind, Kind::Gone);
    assert_eq!(bucket.get("cold").await.unwrap_err().kind, Kind::Archived);
}

#[tokio::test]
#[ignore = "needs Python: make chaos"]
async fn moto_agrees_on_queues() {
    let moto = Moto::start().await;
    let (s3, sqs) = (moto.s3().await, aws_sdk_sqs::Client::new(moto.access().await.config()));
    let url = sqs.create_queue().queue_name("told").send().await.unwrap().queue_url.unwrap();
    let left = sqs.get_queue_attributes().queue_url(&url).attribute_names(Name::All);
    let attributes = left.clone().send().await.unwrap().attributes.unwrap();
    let told = QueueConfiguration::builder().queue_arn(&attributes[&Name::QueueArn]).events(Event::S3ObjectCreated);
    let told = NotificationConfiguration::builder().queue_configurations(told.build().unwrap()).build();
    let told = s3.put_bucket_notification_configuration().bucket("trail-logs").notification_configuration(told);
    told.send().await.unwrap();
    put(&s3, KEY, b"something", StorageClass::Standard).await;
    let by_event_bridge = format!(
        r#"{{"detail-type":"Object Created","detail":{{"bucket":{{"name":"trail-logs"}},"object":{{"key":"{KEY}"}}}}}}"#
    );
    for body in [by_event_bridge.as_str(), "hello"] {
        sqs.send_message().queue_url(&url).message_body(body).send().await.unwrap();
    }
    let place = BucketPlace { endpoint: None, ..moto.place() };
    let queue = Queue::open(&place, &url.parse().unwrap(), &moto.access().await).await.unwrap();
    let (mut objects, mut new_others) = (Vec::new(), 0);
    loop {
        let received = queue.receive(Duration::from_secs(1)).await.unwrap();
        if received.is_empty() {
            break;
        }
        queue.delete(&received.messages).await.unwrap();
        new_others += received.new_others;
        objects.extend(received.messages.into_iter().flat_map(|message| message.objects));
    }
    let told = |bytes| Told { key: KEY.to_owned(), bytes };
    assert_eq!((objects, new_others), (vec![told(9), told(0)], 1));
    let attributes = left.send().await.unwrap().attributes.unwrap();
    let count = |name| attributes[&name].parse::<u32>().unwrap();
    let (shown, hidden) = (Name::ApproximateNumberOfMessages, Name::ApproximateNumberOfMessagesNotVisible);
    assert_eq!(count(shown) + count(hidden), 1, "what is for others");
}
