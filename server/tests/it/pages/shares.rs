//! Pages about shares, and the forms on them.

use super::{Fake, get, send, text};
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

#[tokio::test]
async fn a_view_is_shared_in_two_clicks_with_a_preview() {
    let (_, html) = get(Fake::default(), "/callers?account=111122223333&q=x").await;
    assert!(html.contains("href=\"/share?account=111122223333&amp;q=x\""), "{html}");
    let (status, html) = get(Fake::default(), "/share?account=111122223333").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("name=\"form[view]\" value=\"account=111122223333\""), "{html}");
    let words = text(&html);
    for part in [
        "AWS: TLS 1.2 minimum: where we stand",
        "Create link",
        "Expires after how many days (at most 90)",
        "What the recipient will see",
        "7 services still receive",
        "What is not known",
        "How it was counted",
        "From which logs",
        "until 3 Jul 2023",
    ] {
        assert!(words.contains(part) || html.contains(part), "{part} is missing in {words}");
    }
    assert!(html.contains("value=\"pseudonym\" selected"), "principals are masked unless asked otherwise");
    let preview = html.split_once("class=\"preview shared\"").expect("a preview").1;
    let preview = preview.split_once("<script").map_or(preview, |(preview, _)| preview);
    let preview = preview.split_once("<footer class=\"bottom\">").map_or(preview, |(preview, _)| preview);
    assert!(!preview.contains("href="), "nothing leads anywhere: {preview}");
}

#[tokio::test]
async fn what_stands_in_the_address_is_only_ever_text() {
    for field in ["title", "note", "days", "narrow"] {
        for markup in
            ["</textarea><b id=x>", "\"><b id=x>", "<script>alert(1)</script>", "</title><b id=x>", "&lt;b id=x&gt;"]
        {
            let encoded: String = markup.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let (status, html) = get(Fake::default(), &format!("/share?{field}={encoded}")).await;
            assert_eq!(status, StatusCode::OK, "{field}={markup}");
            assert!(!html.contains("<b id=x>") && !html.contains("<script>alert"), "{field}={markup}: {html}");
        }
    }
    let (_, html) = get(Fake::default(), "/share?note=%26lt%3B").await;
    assert!(html.contains(">&amp;lt;</textarea>"), "what was typed stays what it is: {html}");
}

#[tokio::test]
async fn a_preview_keeps_what_was_chosen() {
    let (_, html) = get(Fake::default(), "/share?title=For+them&days=7&accounts=left_out&kind=live&narrow=yes").await;
    assert!(html.contains("value=\"For them\"") && html.contains("value=\"7\""), "{html}");
    assert!(html.contains("value=\"left_out\" selected"), "{html}");
    assert!(text(&html).contains("live: the numbers of") && text(&html).contains("Left out: accounts."), "{html}");
    let (status, html) = get(Fake::default(), "/share?accounts=hidden").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text(&html).contains("“hidden” is not a mask"), "{html}");
    let (_, html) = get(Fake { empty: true, ..Fake::default() }, "/share").await;
    assert!(text(&html).contains("nothing to share"), "{html}");
}

#[tokio::test]
async fn all_links_are_listed() {
    let (_, html) = get(Fake::default(), "/shares").await;
    let words = text(&html);
    for part in ["active", "frozen", "12", "3 h ago", "Revoke all of"] {
        assert!(words.contains(part), "{part} is missing in {words}");
    }
    let (_, html) = get(Fake { empty: true, ..Fake::default() }, "/shares").await;
    assert!(text(&html).contains("Nothing is shared yet."), "{html}");
}

#[tokio::test]
async fn a_link_is_shown_where_it_is_new() {
    let (_, html) = get(Fake { running: true, ..Fake::default() }, "/shares/3").await;
    assert!(text(&html).contains("/s/sunset_share_new") && text(&html).contains("not shown again"), "{html}");
    let (_, html) = get(Fake::default(), "/shares/3").await;
    assert!(!html.contains("/s/sunset_share"), "{html}");
    for part in [
        "Pause",
        "Replace the link",
        "Revoke for good",
        "Last day",
        "principals pseudonymised, addresses pseudonymised",
    ] {
        assert!(text(&html).contains(part), "{part}: {html}");
    }
    let (status, _) = get(Fake::default(), "/shares/77").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn plain_forms_do_everything() {
    let form = "form%5Bview%5D=service%3Ds3&form%5Btitle%5D=T&form%5Bdays%5D=7&form%5Bpassword%5D=hunter2hunter2&form%5Baccounts%5D=left_out";
    for (action, body, to) in [
        ("create_share", form, "/shares/3"),
        ("preview_share", form, "/share?service=s3&title=T&days=7&accounts=left_out"),
        ("change_share", "id=3&change=pause", "/shares/3"),
        ("change_share", "id=3&change=resume", "/shares/3"),
        ("change_share", "id=3&change=rotate", "/shares/3"),
        ("change_share", "id=3&change=revoke", "/shares/3"),
        ("change_share", "id=3&change=expire&until=2023-06-30", "/shares/3"),
        ("revoke_shares", "creator=local", "/shares"),
    ] {
        let (status, location, body) = send(Fake::default(), post(action, "/share", body)).await;
        assert_eq!((status, location.as_str()), (StatusCode::FOUND, to), "{action}: {body}");
    }
    for (action, body, words) in [
        ("create_share", "form%5Bview%5D=&form%5Btitle%5D=", "Give it a title"),
        ("change_share", "id=3&change=expire&until=soon", "“soon” is not a date"),
        ("change_share", "id=3&change=explode", "“explode” is nothing"),
    ] {
        let (_, location, _) = send(Fake::default(), post(action, "/shares/3", body)).await;
        let address = location.strip_prefix("http://127.0.0.1").unwrap_or(&location);
        let (_, html) = get(Fake::default(), address).await;
        assert!(text(&html).contains(words), "{address}: {html}");
    }
}

#[tokio::test]
async fn what_was_typed_comes_back_without_the_password() {
    let form = "form%5Bview%5D=service%3Ds3&form%5Btitle%5D=For+%C3%BCs&form%5Bdays%5D=never&form%5Bpassword%5D=hunter2hunter2&form%5Bnote%5D=a%26b";
    let (status, location, _) = send(Fake::default(), post("create_share", "/share", form)).await;
    assert_eq!(status, StatusCode::FOUND);
    assert!(!location.contains("hunter2"), "{location}");
    let (status, html) = get(Fake::default(), &location).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text(&html).contains("“never” is not a number of days"), "{html}");
    for part in ["value=\"For üs\"", ">a&amp;b</textarea>", "name=\"form[view]\" value=\"service=s3\""] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("hunter2"), "{html}");
}
