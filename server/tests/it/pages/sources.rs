//! Pages about buckets, and the forms on them.

use super::{Fake, fake::QUEUE, get, send, text};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

fn post(action: &str, referer: &str, body: &str) -> Request<Body> {
    Request::post(format!("/fn/{action}"))
        .header(header::ACCEPT, "text/html")
        .header(header::REFERER, format!("http://127.0.0.1{referer}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .expect("a request")
}

#[track_caller]
fn has(words: &str, parts: &[&str]) {
    for part in parts {
        assert!(words.contains(part), "{part} is missing in {words}");
    }
}

#[tokio::test]
async fn a_bucket_shows_how_far_it_is() {
    let (status, html) = get(Fake { running: true, ..Fake::default() }, "/sources/7").await;
    assert_eq!(status, StatusCode::OK);
    has(
        &text(&html),
        &[
            "1,200 of 2,000 log files · 24.0 MB of 40.0 MB · 3.20 MB/s · about 20 s left",
            "3 months of accounts and regions are still to be listed",
            "1,000 calls counted, from 1,199 log files; 50 more were already counted.",
            "looked for every 5 minutes, looked 3 min ago, again in 2 min",
            "Pause",
            "Stop reading",
            "Try failed ones again",
            "Stop following",
        ],
    );
    assert!(html.contains("http-equiv=\"refresh\""), "it is asked for again without scripts");
    let (_, html) = get(Fake::default(), "/sources/7").await;
    let words = text(&html);
    assert!(!words.contains("Stop reading") && !html.contains("http-equiv=\"refresh\""), "{words}");
}

#[tokio::test]
async fn its_report_says_what_is_late_failed_and_left_alone() {
    let (_, html) = get(Fake::default(), "/sources/7").await;
    let words = text(&html);
    has(
        &words,
        &[
            "it is archived: restore it",
            "ListBucket is denied",
            "Logs until 11:55 UTC.",
            "1 of 2 accounts are late",
            "31 digest files",
            "takes 1,000 calls out of the counts. 20 of them came in other sources too",
        ],
    );
    let at = |word: &str| words.find(word).expect(word);
    let (late, fresh, silent) = (at("444455556666"), at("3 Jun 2023, 11:55 UTC"), at("1 May 2023, 11:55 UTC"));
    assert!(late < fresh && fresh < silent, "late ones first, silent regions last: {words}");
    let (status, _) = get(Fake::default(), "/sources/77").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_check_says_what_there_is_before_anything_is_read() {
    let (status, html) = get(Fake::default(), "/sources/7/check").await;
    assert_eq!(status, StatusCode::OK);
    has(
        &text(&html),
        &[
            "has logs of 2 accounts in 1 region, from 1 Jan 2021 to 3 Jun 2023.",
            "about 12,000",
            "about 240 MB",
            "from 6 Mar 2023 on, all accounts, all regions",
            "Follow new logs every 5 minutes",
            "2 digest files",
        ],
    );
    assert!(html.contains("action=\"/fn/read_bucket\"") && html.contains("formmethod=\"get\""), "{html}");
    let (_, html) = get(Fake::default(), "/sources/7/check?from=&account%5B%5D=111122223333").await;
    has(&text(&html), &["about 6,000", "all days, account 111122223333"]);
    let (status, html) = get(Fake::default(), "/sources/7/check?from=soon").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text(&html).contains("“soon” is not a date"), "{html}");
}

#[tokio::test]
async fn what_is_denied_comes_with_the_policy_to_attach() {
    let (status, html) = get(Fake { denied: true, ..Fake::default() }, "/sources/7/check").await;
    assert_eq!(status, StatusCode::OK);
    has(&text(&html), &["could not be looked into", "ListBucket is denied: attach the policy", "\"Version\""]);
    assert!(!html.contains("/fn/read_bucket"), "there is nothing to read");
}

#[tokio::test]
async fn without_a_bucket_the_page_says_how_to_connect_one() {
    let (_, html) = get(Fake { empty: true, ..Fake::default() }, "/sources").await;
    has(&text(&html), &["No bucket is connected yet", "never typed in here", "Add a bucket"]);
    assert!(!html.contains("form[endpoint]"), "no store but AWS is allowed");
    assert!(!html.contains("type=\"password\"") && !html.contains("secret"), "credentials are never asked for");
    let (_, html) = get(Fake::default(), "/sources").await;
    assert!(html.contains("form[endpoint]") && html.contains("https://s3.example.com"), "{html}");
}

#[tokio::test]
async fn a_queue_shows_since_when_it_answers_or_what_is_wrong_with_it() {
    let (_, html) = get(Fake { queue_answers: Some(true), ..Fake::default() }, "/sources/7").await;
    has(
        &text(&html),
        &[
            "New log files are told of by a queue; the bucket is looked through once a day, looked 3 min ago",
            "The queue answers since 09:30 UTC and has told of 1,234 new log files, the last 2 min ago.",
            "3 messages in it were not about this bucket and were left there.",
        ],
    );
    assert!(html.contains(&format!("value=\"{QUEUE}\"")) && html.contains("action=\"/fn/listen_to_queue\""), "{html}");
    let (_, html) = get(Fake { queue_answers: Some(false), ..Fake::default() }, "/sources/7").await;
    let words = text(&html);
    has(
        &words,
        &[
            "The queue cannot be listened to: not allowed: attach the policy",
            "Meanwhile the bucket is looked through every 5 minutes.",
        ],
    );
    assert!(!words.contains("The queue answers"), "{words}");
    let (_, html) = get(Fake::default(), "/sources/7").await;
    let words = text(&html);
    has(&words, &["Told by a queue", "How to set it up", "s3:ObjectCreated:*", "sqs:ReceiveMessage"]);
    assert!(!words.contains("The queue "), "{words}");
}

#[tokio::test]
async fn a_check_shows_the_policy_with_the_queue() {
    let (_, html) = get(Fake { queue_answers: Some(true), ..Fake::default() }, "/sources/7/check").await;
    assert!(
        text(&html).contains(&format!("\"Version\"}} {QUEUE}")) && html.contains(&format!("value=\"{QUEUE}\"")),
        "{html}"
    );
    let asked = QUEUE.replace("trail-logs", "another");
    let (_, html) =
        get(Fake { queue_answers: Some(true), ..Fake::default() }, &format!("/sources/7/check?queue={asked}")).await;
    assert!(text(&html).contains(&format!("\"Version\"}} {asked}")), "{html}");
}

#[tokio::test]
async fn plain_forms_do_everything() {
    let connect = "form%5Bname%5D=s3%3A%2F%2Ftrail-logs%2FAWSLogs%2F&form%5Bprefix%5D=&form%5Bregion%5D=&form%5Brole_arn%5D=&form%5Bexternal_id%5D=";
    for (action, body, to) in [
        ("connect_bucket", connect, "/sources/7/check"),
        (
            "read_bucket",
            "id=7&from=2023-01-01&to=&account%5B%5D=1&account%5B%5D=2&region%5B%5D=x&follow=yes",
            "/sources/7",
        ),
        ("read_bucket", "id=7&from=&to=", "/sources/7"),
        ("follow_bucket", "id=7&follow=false", "/sources/7"),
        (
            "listen_to_queue",
            "form[id]=7&form[queue]=https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F111122223333%2Flogs",
            "/sources/7",
        ),
        ("listen_to_queue", "form[id]=7&form[queue]=", "/sources/7"),
        ("pause_bucket", "id=7&pause=true", "/sources/7"),
        ("cancel_bucket", "id=7", "/sources/7"),
        ("retry_bucket", "id=7", "/sources/7"),
        ("remove_bucket", "id=7", "/sources"),
    ] {
        let (status, location, body) = send(Fake::default(), post(action, "/sources", body)).await;
        assert_eq!((status, location.as_str()), (StatusCode::FOUND, to), "{action}: {body}");
    }
    let (_, location, _) = send(Fake::default(), post("connect_bucket", "/sources", "form%5Bname%5D=+")).await;
    let address = location.strip_suffix("#add").expect("back to the form");
    let (_, html) = get(Fake::default(), address).await;
    assert!(text(&html).contains("Name the bucket"), "{address}");
    let (_, location, _) = send(Fake::default(), post("read_bucket", "/sources/7/check", "id=7&from=soon")).await;
    let address = location.strip_prefix("http://127.0.0.1").expect("back to the form");
    let (_, html) = get(Fake::default(), address).await;
    assert!(text(&html).contains("“soon” is not a date"), "{address}");
}

#[tokio::test]
async fn the_overview_says_up_to_when_there_are_logs_and_from_where() {
    let (_, html) = get(Fake::default(), "/").await;
    assert!(
        text(&html).contains("Logs until 11:55 UTC · 4 of 12 accounts late · from bucket s3://trail-logs/"),
        "{html}"
    );
    assert!(text(&html).contains(" and 3 uploads") && html.contains("href=\"/sources/7\""), "{html}");
}

#[tokio::test]
async fn a_bucket_that_is_refused_stands_in_the_form_again() {
    let typed = "form%5Bname%5D=s3%3A%2F%2Flogs%2Fa%2F&form%5Bprefix%5D=b%2F&form%5Brole_arn%5D=arn%3Aaws%3Aiam%3A%3A1%3Arole%2FX\
                 &form%5Brequester_pays%5D=yes&form%5Bendpoint%5D=";
    let (status, location, _) = send(Fake::default(), post("connect_bucket", "/sources", typed)).await;
    assert_eq!(status, StatusCode::FOUND);
    let address = location.strip_suffix("#add").expect("a place on the page");
    let (status, html) = get(Fake::default(), address).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let form = html.split(" id=\"add\"").nth(1).expect("a form");
    has(
        form,
        &[
            "names the prefix “a/” and the form “b/”",
            "value=\"s3://logs/a/\"",
            "value=\"b/\"",
            "value=\"arn:aws:iam::1:role/X\"",
            "value=\"yes\" checked",
        ],
    );
    let (_, html) = get(Fake::default(), "/sources").await;
    assert!(!html.contains("checked") && !html.contains("role=\"alert\""), "{html}");
}
