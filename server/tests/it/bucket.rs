//! Buckets as they behave, on a real S3 server.

use crate::s3_server::{Fault, Rule, S3Server, access_with};
use app::model::source::{BucketChoice, BucketPlace};
use aws_smithy_async::time::TimeSource;
use chrono::NaiveDate;
use server::source::bucket::{Bucket, IN_MEMORY, Kind, Trouble, check, layout::Other, months, trails};
use std::time::{Duration, SystemTime};

const FOLDER: &str = "AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/";

fn key(account: &str, region: &str, day: &str, minute: usize) -> String {
    let (hour, minute, stamp) = (minute / 60, minute % 60, day.replace('/', ""));
    format!(
        "AWSLogs/o-abc/{account}/CloudTrail/{region}/{day}/{account}_CloudTrail_{region}_{stamp}T{hour:02}{minute:02}Z_{minute:016}.json.gz"
    )
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Long after the logs of these tests.
pub(crate) fn today() -> NaiveDate {
    day("2026-03-05")
}

async fn all_keys(bucket: &Bucket, prefix: &str) -> Vec<String> {
    let (mut keys, mut after) = (Vec::new(), String::new());
    loop {
        let page = bucket.page(prefix, &after).await.unwrap();
        keys.extend(page.objects.into_iter().map(|object| object.key));
        match keys.last() {
            Some(last) if page.more => after.clone_from(last),
            _ => return keys,
        }
    }
}

#[tokio::test]
async fn more_keys_than_a_page_holds_are_listed_in_order() {
    let server = S3Server::start();
    let mut keys: Vec<String> = (0..1100).map(|n| key("111122223333", "eu-west-1", "2023/06/28", n)).collect();
    keys.push("a b/ü+%41 &<>\"'.json".to_owned());
    keys.iter().for_each(|key| server.put(key, key));
    keys.sort();
    let bucket = server.open("").await;
    assert_eq!(all_keys(&bucket, "").await, keys);
    assert_eq!((server.requests(), bucket.requests().list), ((2, 0), 2));
    let odd = "a b/ü+%41 &<>\"'.json";
    assert_eq!(bucket.get(odd).await.unwrap(), odd.as_bytes());
    let object = &bucket.page("a b/", "").await.unwrap().objects[0];
    assert_eq!((object.key.as_str(), object.bytes, object.archived), (odd, odd.len() as u64, false));
    assert_eq!(bucket.folders("").await.unwrap(), ["AWSLogs/", "a b/"]);
}

#[tokio::test]
async fn a_busy_store_is_asked_again() {
    let server = S3Server::start();
    server.put("x", "x");
    let bucket = server.open("").await;
    server.bring(Rule::gets("x", Fault::SlowDown, 2));
    server.bring(Rule::gets("x", Fault::InternalError, 1));
    server.bring(Rule::lists("", Fault::SlowDown, 1));
    assert_eq!(bucket.get("x").await.unwrap(), b"x");
    assert_eq!(bucket.page("", "").await.unwrap().objects.len(), 1);
    assert_eq!(server.requests(), (2, 4));
    assert_eq!((bucket.requests().list, bucket.requests().get), (2, 4));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_gone_on_with() {
    let server = S3Server::start();
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    server.put("large", &bytes);
    let bucket = server.open("").await;
    server.bring(Rule::gets("large", Fault::BreakOff(500_000), 2));
    server.bring(Rule::gets("large", Fault::BreakOff(0), 1));
    assert!(bucket.get("large").await.unwrap() == bytes);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    server.bring(Rule::gets("large", Fault::BreakOff(1_000_000), 1));
    assert_eq!(bucket.get_to("large", &path).await.unwrap(), bytes.len() as u64);
    assert!(std::fs::read(path).unwrap() == bytes);
    assert_eq!(server.requests(), (0, 6));
}

#[tokio::test]
async fn what_is_overwritten_while_it_is_read_is_never_half_of_each() {
    let server = S3Server::start();
    let bucket = server.open("").await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    let (long, short) = (vec![1; 900_000], vec![2; 300_000]);
    for (old, new) in [(&long, &vec![3; 900_000]), (&long, &short), (&short, &long)] {
        for knows_conditions in [true, false] {
            let overwrite = || {
                server.heal();
                server.put("x", old);
                server.bring(Rule::gets("x", Fault::Overwritten(200_000, new.clone()), 1));
                server.bring(Rule::gets("x", Fault::Unconditional, if knows_conditions { 0 } else { 1 }));
            };
            overwrite();
            let trouble = bucket.get("x").await.unwrap_err();
            assert!(trouble.kind == Kind::Changed && trouble.is_transient(), "{trouble:?}");
            overwrite();
            assert_eq!(bucket.get_to("x", &path).await.unwrap_err().kind, Kind::Changed);
            assert!(!path.exists(), "a part of it is left");
            assert!(bucket.get("x").await.unwrap() == *new);
        }
    }
}

#[tokio::test]
async fn a_store_that_knows_no_ranges_begins_anew() {
    let server = S3Server::start();
    let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    server.put("x", &bytes);
    server.bring(Rule::gets("x", Fault::BreakOff(100_000), 1));
    server.bring(Rule::gets("x", Fault::Unconditional, 1));
    assert!(server.open("").await.get("x").await.unwrap() == bytes);
    assert_eq!(server.requests(), (0, 2));
}

#[tokio::test]
async fn a_body_that_never_comes_to_its_end_is_given_up() {
    let server = S3Server::start();
    server.put("x", "something");
    server.bring(Rule::gets("x", Fault::BreakOff(0), usize::MAX));
    let trouble = server.open("").await.get("x").await.unwrap_err();
    assert!(trouble.kind == Kind::Unreachable && trouble.is_transient(), "{trouble}");
}

#[tokio::test]
async fn what_does_not_fit_into_memory_is_refused_before_its_body() {
    let server = S3Server::start();
    let bytes = vec![7; usize::try_from(IN_MEMORY).unwrap() + 1];
    server.put("x", &bytes);
    let bucket = server.open("").await;
    assert_eq!(bucket.get("x").await.unwrap_err().kind, Kind::TooLarge);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(bucket.get_to("x", &folder.path().join("x")).await.unwrap(), bytes.len() as u64);
    let nowhere = bucket.get_to("x", &folder.path().join("no/x")).await.unwrap_err();
    assert!(nowhere.kind == Kind::Spool && nowhere.is_transient(), "{nowhere}");
}

async fn trouble_of(fault: Fault) -> Trouble {
    let server = S3Server::start();
    server.put("x", "x");
    server.bring(Rule::always("x", fault));
    server.open("").await.get("x").await.unwrap_err()
}

#[tokio::test]
async fn each_trouble_says_what_to_do() {
    let words = [
        (Fault::Denied, Kind::Denied, "attach the policy that allows s3:GetObject"),
        (Fault::Gone, Kind::Gone, "deleted since it was listed"),
        (Fault::Archived, Kind::Archived, "restore it"),
        (Fault::Skewed, Kind::ClockSkew, "set it by NTP"),
    ];
    for (fault, kind, words) in words {
        let trouble = trouble_of(fault).await;
        assert!(trouble.kind == kind && trouble.words.contains(words), "{trouble:?}");
        assert!(!trouble.is_transient());
    }
}

#[tokio::test]
async fn the_right_region_is_found_and_kept() {
    let server = S3Server::start();
    server.put("x", "x");
    server.bring(Rule::always("", Fault::Elsewhere("ap-south-1")));
    let bucket = server.open("").await;
    assert_eq!(bucket.get("x").await.unwrap(), b"x");
    assert_eq!(bucket.region(), "ap-south-1");
    assert_eq!(bucket.get("x").await.unwrap(), b"x");
    assert_eq!(server.requests(), (0, 3));
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let server = S3Server::start();
    let place = BucketPlace { bucket: "elsewhere".to_owned(), ..server.place("") };
    let bucket = Bucket::open(&place, &server.access().await).await.unwrap();
    let trouble = bucket.page("", "").await.unwrap_err();
    assert!(trouble.kind == Kind::NoBucket && trouble.words.contains("elsewhere"), "{trouble:?}");
}

#[tokio::test]
async fn nobody_there_is_said() {
    let mut server = S3Server::start();
    server.put("x", "x");
    let bucket = server.open("").await;
    server.stop();
    let trouble = bucket.get("x").await.unwrap_err();
    assert!(trouble.kind == Kind::Unreachable && trouble.is_transient(), "{trouble:?}");
    server.go_on();
    assert_eq!(bucket.get("x").await.unwrap(), b"x");
}

#[tokio::test]
async fn endpoints_that_are_not_allowed_get_no_request() {
    let (allowed, inner) = (S3Server::start(), S3Server::start());
    inner.put("secret", "x");
    let access = allowed.access().await;
    let evil = format!("http://{}@{}", allowed.endpoint().trim_start_matches("http://"), &inner.endpoint()[7..]);
    for endpoint in [inner.endpoint(), evil, "http://169.254.169.254".to_owned()] {
        let place = BucketPlace { endpoint: Some(endpoint), ..allowed.place("") };
        assert_eq!(Bucket::open(&place, &access).await.unwrap_err().kind, Kind::Endpoint);
    }
    assert_eq!(inner.requests(), (0, 0));
}

fn small_organization() -> S3Server {
    let server = S3Server::start();
    for (account, regions) in
        [("111122223333", ["eu-west-1", "us-east-1"]), ("444455556666", ["eu-west-1", "sa-east-1"])]
    {
        for region in regions {
            for day in 1..=20 {
                for n in 0..3 {
                    server.put(&key(account, region, &format!("2023/06/{day:02}"), n * 400), [0; 100]);
                }
            }
        }
    }
    server.put("AWSLogs/o-abc/111122223333/CloudTrail-Digest/eu-west-1/2023/06/01/d.json.gz", "x");
    server.put("AWSLogs/777788889999/elasticloadbalancing/eu-west-1/2023/06/01/d.log.gz", "x");
    server
}

#[tokio::test]
async fn a_check_tells_what_lies_there() {
    let server = small_organization();
    let bucket = server.open("").await;
    let found = check(&bucket, &BucketChoice::default(), today()).await.unwrap();
    assert_eq!(found.trails, 4);
    assert_eq!(found.accounts.iter().collect::<Vec<_>>(), ["111122223333", "444455556666"]);
    assert_eq!(found.regions.len(), 3);
    assert_eq!(found.organizations.iter().collect::<Vec<_>>(), ["o-abc"]);
    assert_eq!(found.first_day.zip(found.last_day).map(|(a, b)| format!("{a} {b}")).unwrap(), "2023-06-01 2023-06-20");
    assert_eq!((found.objects, found.bytes, found.list_requests), (240, 24_000, 4 * 3));
    assert_eq!(found.others.into_iter().collect::<Vec<_>>(), [(Other::Digest, 1), (Other::Service, 1)]);
    assert!(!found.is_extrapolated && found.troubles.is_empty());
    let choice = BucketChoice {
        accounts: vec!["444455556666".to_owned()],
        from: "2023-06-11".parse().ok(),
        ..BucketChoice::default()
    };
    let part = check(&bucket, &choice, today()).await.unwrap();
    assert_eq!((part.trails, part.objects), (2, 60));
    assert_eq!(server.requests().1, 0, "nothing is read");
}

#[tokio::test]
async fn months_without_logs_cost_no_request() {
    let server = S3Server::start();
    for day in ["2019/11/20", "2019/12/01", "2020/02/03"] {
        server.put(&key("111122223333", "eu-west-1", day, 0), "x");
    }
    let trail = trails(&server.open("").await, &BucketChoice::default(), 10).await.unwrap().found.remove(0);
    let range =
        |from: &str, to: &str| BucketChoice { from: from.parse().ok(), to: to.parse().ok(), ..BucketChoice::default() };
    for (prefix, choice, expected, requests) in [
        // The years, the months of each.
        ("", range("", ""), &["2019-11-01", "2019-12-01", "2020-02-01"][..], 3),
        ("AWSLogs/", range("2019-12-15", ""), &["2019-12-01", "2020-02-01"], 3),
        ("", range("2020-01-01", "2024-12-31"), &["2020-02-01"], 2),
        ("", range("2022-01-01", ""), &[], 1),
        // Few: nobody looks.
        ("", range("2020-01-31", "2020-03-01"), &["2020-01-01", "2020-02-01", "2020-03-01"], 0),
        // A prefix that ends in the middle of it.
        (&format!("{FOLDER}20"), range("", ""), &["2019-11-01", "2019-12-01", "2020-02-01"], 3),
        (&format!("{FOLDER}2019/1"), range("", ""), &["2019-11-01", "2019-12-01"], 1),
        (&format!("{FOLDER}2020/02/03/"), range("", ""), &["2020-02-01"], 0),
        ("AWSLogs/o-abc/444455556666/", range("", ""), &[], 0),
    ] {
        let bucket = server.open(prefix).await;
        let found = months(&bucket, &trail, &choice, today()).await.unwrap();
        let expected: Vec<NaiveDate> = expected.iter().copied().map(day).collect();
        assert_eq!((found, bucket.requests().list), (expected, requests), "{prefix} {choice:?}");
    }
}

#[tokio::test]
async fn a_check_of_a_large_organization_takes_few_requests_and_says_what_it_supposes() {
    let server = S3Server::start();
    let accounts: Vec<String> = (0..400).map(|n| format!("{n:012}")).collect();
    let keys =
        accounts.iter().flat_map(|account| (1..=5).map(|day| key(account, "eu-west-1", &format!("2023/06/0{day}"), 0)));
    server.list_only(keys.map(|key| (key, 100)).collect());
    let found = check(&server.open("").await, &BucketChoice::default(), today()).await.unwrap();
    assert!(server.requests().0 <= 300, "{:?}", server.requests());
    assert_eq!((found.accounts.len(), found.trails, found.objects, found.bytes), (400, 400, 2000, 200_000));
    assert!(found.is_extrapolated);
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_by_what_the_store_says() {
    #[derive(Debug)]
    struct Fast;
    impl TimeSource for Fast {
        fn now(&self) -> SystemTime {
            SystemTime::now() + Duration::from_secs(3600)
        }
    }
    let server = S3Server::start();
    server.put("x", "x");
    let access = access_with(&[&server.endpoint()], |loader| loader.time_source(Fast)).await;
    let bucket = Bucket::open(&server.place(""), &access).await.unwrap();
    assert_eq!(bucket.get("x").await.unwrap(), b"x");
    assert_eq!(bucket.requests().get, 2, "one with the wrong time");
}

#[tokio::test]
async fn requesters_pay_where_they_must() {
    let server = S3Server::start();
    server.put("x", "x");
    server.bring(Rule::always("", Fault::NotPaid));
    let trouble = server.open("").await.get("x").await.unwrap_err();
    assert!(trouble.kind == Kind::Denied && trouble.words.contains("requester pays"), "{trouble}");
    let place = BucketPlace { requester_pays: true, ..server.place("") };
    let bucket = Bucket::open(&place, &server.access().await).await.unwrap();
    assert_eq!(bucket.page("", "").await.unwrap().objects.len(), 1);
    assert_eq!(bucket.folders("").await.unwrap().len(), 0);
    assert_eq!(bucket.get("x").await.unwrap(), b"x");
}

#[tokio::test]
async fn a_check_goes_on_where_something_is_denied() {
    let server = small_organization();
    server.bring(Rule::always("AWSLogs/o-abc/444455556666/", Fault::Denied));
    let found = check(&server.open("").await, &BucketChoice::default(), today()).await.unwrap();
    assert_eq!((found.trails, found.troubles.len()), (2, 1));
    assert!(found.troubles[0].words.contains("s3:ListBucket"), "{:?}", found.troubles);
    server.bring(Rule::always("", Fault::Denied));
    let trouble = check(&server.open("").await, &BucketChoice::default(), today()).await.unwrap_err();
    assert_eq!(trouble.kind, Kind::Denied);
}

#[tokio::test]
async fn trails_are_found_from_wherever_a_prefix_ends() {
    let server = small_organization();
    let place = |prefix| server.open(prefix);
    for (prefix, number) in [
        ("", 4),
        ("AWS", 4),
        ("AWSLogs/o-abc/", 4),
        ("AWSLogs/o-abc/4444", 2),
        ("AWSLogs/o-abc/111122223333/CloudTrail/", 2),
        (FOLDER, 1),
        ("AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2023/0", 1),
        ("AWSLogs/777788889999/", 0),
    ] {
        let found = trails(&place(prefix).await, &BucketChoice::default(), 100).await.unwrap().found;
        assert_eq!(found.len(), number, "{prefix}");
    }
    assert_eq!(trails(&place(FOLDER).await, &BucketChoice::default(), 100).await.unwrap().found[0].folder, FOLDER);
}

#[tokio::test]
async fn archived_objects_are_listed_as_such() {
    let server = S3Server::start();
    ["warm", "cold"].iter().for_each(|key| server.put(key, "x"));
    server.bring(Rule::always("cold", Fault::Archived));
    let bucket = server.open("").await;
    let page = bucket.page("", "").await.unwrap();
    let archived: Vec<_> = page.objects.iter().map(|object| (object.key.as_str(), object.archived)).collect();
    assert_eq!(archived, [("cold", true), ("warm", false)]);
    assert_eq!(bucket.get("cold").await.unwrap_err().kind, Kind::Archived);
    server.heal();
    assert_eq!(bucket.get("cold").await.unwrap(), b"x", "restored");
}

#[tokio::test]
async fn an_object_may_be_deleted_since_it_was_listed() {
    let server = S3Server::start();
    server.put("x", "x");
    let bucket = server.open("").await;
    let listed = bucket.page("", "").await.unwrap().objects;
    server.delete(&listed[0].key);
    assert_eq!(bucket.get(&listed[0].key).await.unwrap_err().kind, Kind::Gone);
}

#[tokio::test]
async fn the_quick_listing_lists_as_the_store_does() {
    let folder = tempfile::tempdir().unwrap();
    let keys = ["a/1", "a/b/2", "a/b/3", "a-/4", "a0", "c/5"];
    for key in keys {
        let path = folder.path().join(key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, key).unwrap();
    }
    let server = S3Server::over(folder.path());
    let bucket = server.open("").await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let mut all = Vec::new();
        for prefix in ["", "a", "a/", "a/b/", "d"] {
            all.push((all_keys(&bucket, prefix).await, bucket.folders(prefix).await.unwrap()));
        }
        all.push((all_keys(&bucket, "a/b/2").await, Vec::new()));
        seen.push(all);
        server.list_only(keys.iter().map(|key| ((*key).to_owned(), key.len() as i64)).collect());
    }
    assert_eq!(seen[0], seen[1]);
}
