//! Pages as the server renders them: what a browser without JavaScript, a crawler or a screen reader gets.

mod fake;
mod roles;
mod shares;
mod sources;

use app::{Assets, model::verdict::State, store::Store};
use axum::http::{Request, StatusCode, header};
use axum::{Router, body::Body};
use fake::{Fake, HOSTILE};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::LeptosRoutes as _;
use std::sync::Arc;
use tower::ServiceExt as _;

fn router(store: Fake) -> Router {
    let store: Arc<dyn Store> = Arc::new(store);
    let options = LeptosOptions::builder().output_name("app").build();
    let assets = Assets { script: "/pkg/a.js".into(), wasm: "/pkg/a.wasm".into(), style: "/pkg/a.css".into() };
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone(), &assets)
    };
    Router::new()
        .leptos_routes_with_context(&options, app::routes(), move || provide_context(store.clone()), shell)
        .with_state(options)
}

async fn send(store: Fake, request: Request<Body>) -> (StatusCode, String, String) {
    let response = router(store).oneshot(request).await.expect("a router never fails");
    let status = response.status();
    let location =
        response.headers().get(header::LOCATION).and_then(|x| x.to_str().ok()).unwrap_or_default().to_owned();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
    (status, location, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

async fn get(store: Fake, address: &str) -> (StatusCode, String) {
    let request = Request::get(address).header(header::ACCEPT, "text/html").body(Body::empty()).expect("a request");
    let (status, _, html) = send(store, request).await;
    (status, html)
}

/// The text of a page: tags and Leptos's markers left out.
fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html.split_once("<main").map_or(html, |(_, main)| main);
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    out + rest
}

#[tokio::test]
async fn every_state_is_said_first() {
    for (state, words) in [
        (State::OnTrack, "On track"),
        (State::AtRisk, "At risk"),
        (State::Missed, "Missed"),
        (State::Clear, "Clear"),
        (State::Unknown, "Unknown"),
    ] {
        let (status, html) = get(Fake { state, ..Fake::default() }, "/").await;
        assert_eq!(status, StatusCode::OK);
        let answer = html.split_once("<h1").expect("a heading").0.rsplit_once("<section").expect("a section").1;
        assert!(answer.contains(words), "{answer}");
        assert!(text(&html).contains("7 services still receive TLS 1.0/1.1 calls from 23 callers"), "{words}");
    }
}

#[tokio::test]
async fn the_overview_reads_without_javascript() {
    let (status, html) = get(Fake::default(), "/").await;
    assert_eq!(status, StatusCode::OK);
    let words = text(&html);
    for part in [
        "Deprecated calls per service",
        "TLS versions of all calls",
        "Open callers",
        "Services and the TLS versions",
        "Callers that used a deprecated",
        "Logs cover 96 %",
        "of the calls carry no TLS details",
        "moved once",
        "12 open callers",
        "111122223333",
        "no logs",
    ] {
        assert!(words.contains(part), "{part} is missing in {words}");
    }
    assert_eq!(html.matches("<table").count(), html.matches("<tbody").count());
    assert!(!html.contains("Loading…"), "nothing may wait for a script");
}

#[tokio::test]
async fn filters_are_forms_and_links_that_keep_the_rest() {
    let (_, html) = get(Fake::default(), "/?account=111122223333&chart=share&region=eu-west-1").await;
    assert!(html.contains("name=\"service\""), "checkboxes for services");
    assert!(html.contains("<input type=\"hidden\" name=\"account\" value=\"111122223333\""), "{html}");
    assert!(html.contains("href=\"/?account=111122223333&amp;chart=share\""), "a chip that takes the region away");
    assert!(html.contains("/api/v1/services.csv?account=111122223333&amp;chart=share&amp;region=eu-west-1"));
}

#[tokio::test]
async fn a_form_ends_at_the_short_address() {
    let request = Request::get("/?from=&to=&account=1&q=&grain=day")
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .expect("a request");
    let (status, location, _) = send(Fake::default(), request).await;
    assert_eq!((status, location.as_str()), (StatusCode::FOUND, "/?account=1&grain=day"));
}

#[tokio::test]
async fn a_senseless_address_is_refused_in_words() {
    let (status, html) = get(Fake::default(), "/?grain=fortnight").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text(&html).contains("“grain” in the address"), "{html}");
    assert!(!html.contains("<table"));
}

#[tokio::test]
async fn an_empty_database_shows_the_ways_in() {
    for page in ["/", "/callers", "/coverage"] {
        let (status, html) = get(Fake { empty: true, ..Fake::default() }, page).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        for part in [
            "action=\"/api/v1/uploads\"",
            "enctype=\"multipart/form-data\"",
            "Load demo data",
            "aws s3 sync s3://BUCKET/AWSLogs/",
            "Download as JSON",
        ] {
            assert!(html.contains(part), "{page}: {part} is missing");
        }
        assert!(!html.contains("<table"), "{page}");
    }
}

#[tokio::test]
async fn without_a_database_pages_say_so() {
    for page in [
        "/",
        "/services/s3",
        "/callers",
        "/uploads",
        "/uploads/1",
        "/deadlines",
        "/coverage",
        "/sources",
        "/sources/7",
        "/sources/7/check",
        "/share",
        "/shares",
        "/shares/3",
    ] {
        let (status, html) = get(Fake { broken: true, ..Fake::default() }, page).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
        assert!(text(&html).contains("The database does not answer"), "{page}");
    }
}

/// The page of a service with that name.
const HOSTILE_SERVICE: &str = "/services/%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

#[tokio::test]
async fn what_others_wrote_is_only_ever_text() {
    for page in [
        "/",
        "/callers",
        "/uploads",
        "/uploads/1",
        "/deadlines",
        "/coverage",
        "/services/s3",
        "/sources",
        "/sources/7",
        "/sources/7/check",
        "/share",
        "/shares",
        "/shares/3",
        HOSTILE_SERVICE,
    ] {
        let (status, html) = get(Fake::default(), page).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let shown = html.split_once("<script>").map_or(html.as_str(), |(page, _)| page);
        assert!(!html.contains(HOSTILE), "{page} holds markup that somebody else wrote");
        assert!(!html.contains("href=\"javascript:"), "{page}");
        assert!(shown.contains("&lt;script&gt;alert(1)"), "{page} does not show the text at all");
    }
}

#[tokio::test]
async fn one_service_has_its_page() {
    let (status, html) = get(Fake::default(), "/services/s3?range=30d").await;
    assert_eq!(status, StatusCode::OK);
    assert!(text(&html).contains("Safe to enforce?"));
    assert!(html.contains("/api/v1/callers.csv?range=30d&amp;service=s3"), "its tables are about it alone");
    let (status, _) = get(Fake::default(), "/services/nothing").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn callers_have_pages() {
    let (_, html) = get(Fake::default(), "/callers?page=2").await;
    let words = text(&html);
    assert!(words.contains("51 to 53 of 120"), "{words}");
    for link in ["href=\"/callers\"", "href=\"/callers?page=3\""] {
        assert!(html.contains(link), "{link}");
    }
}

#[tokio::test]
async fn an_upload_says_what_became_of_every_file() {
    let (status, html) = get(Fake::default(), "/uploads/1").await;
    assert_eq!(status, StatusCode::OK);
    let words = text(&html);
    for part in [
        "1,000 calls counted; 50 more were already counted.",
        "the file ends in the middle",
        "Record 3, byte 1,024",
        "made in the AWS console",
        "Removing it takes 1,000 calls out of the counts. 20 of them came in other uploads too",
    ] {
        assert!(words.contains(part), "{part} is missing in {words}");
    }
    let (status, html) = get(Fake::default(), "/uploads/77").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(text(&html).contains("There is no upload 77"));
    assert!(html.contains("<a href=\"/\">Go to the overview</a>"), "a way out");
}

#[tokio::test]
async fn an_upload_that_could_not_be_read_does_not_look_well() {
    let unreadable = Fake { unreadable: true, ..Fake::default() };
    let (_, html) = get(unreadable, "/uploads/1").await;
    let words = text(&html);
    for part in [
        "0 calls counted.",
        "It could not be read in full; the reason is below.",
        "It added no call, so removing it changes no count.",
    ] {
        assert!(words.contains(part), "{part} is missing in {words}");
    }
    let (_, html) = get(unreadable, "/uploads").await;
    assert!(text(&html).contains("1 file not read in full"), "{}", text(&html));
}

#[tokio::test]
async fn an_upload_without_logs_is_not_green() {
    let pictures = Fake { skipped: true, ..Fake::default() };
    let (_, html) = get(pictures, "/uploads").await;
    assert!(html.contains("data-state=\"skipped\" class=\"tag\">done<"), "{html}");
    assert!(text(&html).contains("nothing was read") && !html.contains("data-state=\"done\""), "{html}");
    let (_, html) = get(pictures, "/uploads/1").await;
    let words = text(&html);
    for part in ["Nothing was read.", "None of its 3 files is a log file", "the file ends in the middle"] {
        assert!(words.contains(part), "{part} is missing in {words}");
    }
    assert!(!words.contains("0 calls counted"), "{words}");
}

#[tokio::test]
async fn a_running_upload_can_be_stopped() {
    let (_, html) = get(Fake { running: true, ..Fake::default() }, "/uploads/1").await;
    assert!(html.contains("<progress"), "{html}");
    assert!(html.contains("Stop reading") && !html.contains("Remove this upload"));
}

#[tokio::test]
async fn a_plain_form_adds_a_deadline() {
    let post_to = |action: &str, body: String| {
        Request::post(format!("/fn/{action}"))
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, "http://127.0.0.1/deadlines")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request")
    };
    let post = |body: String| post_to("save_deadline", body);
    let good = "form%5Bid%5D=&form%5Bname%5D=Payments&form%5Bdate%5D=2027-03-01&form%5Bminimum%5D=1.3&form%5Bscope%5D=&form%5Bservices%5D=&form%5Bsource_url%5D=&form%5Bnote%5D=";
    let (status, location, body) = send(Fake::default(), post(good.to_owned())).await;
    assert_eq!((status, location.as_str()), (StatusCode::FOUND, "/deadlines"), "{body}");

    // What was typed comes back, each in its own form, with the reason beside.
    for (id, place, others) in [("", "add", "deadline-1"), ("1", "deadline-1", "add")] {
        let bad = format!(
            "form%5Bid%5D={id}&form%5Bname%5D=Pay+%26+more&form%5Bdate%5D=soon&form%5Bminimum%5D=1.3&form%5Bscope%5D=customer\
             &form%5Bservices%5D=s3%2C+sts&form%5Bsource_url%5D=&form%5Bnote%5D=Said+by+%22them%22"
        );
        let (status, location, _) = send(Fake::default(), post(bad)).await;
        assert_eq!(status, StatusCode::FOUND);
        let (address, at) = location.split_once('#').expect("a place on the page");
        assert_eq!((address.split('?').next(), at), (Some("/deadlines"), place), "{location}");
        let (status, html) = get(Fake::default(), address).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{html}");
        let section = |id: &str| {
            let from = html.find(&format!(" id=\"{id}\"")).expect(id);
            html[from..].split("</form>").next().expect("a form")
        };
        for part in [
            "“soon” is not a date",
            "value=\"Pay &amp; more\"",
            "value=\"soon\"",
            "value=\"s3, sts\"",
            "value=\"Said by &quot;them&quot;\"",
            "<option value=\"1.3\" selected",
            "<option value=\"customer\" selected",
        ] {
            assert!(section(place).contains(part), "{part}: {}", section(place));
            assert!(!section(others).contains(part), "{part}: {}", section(others));
        }
        assert_eq!(html.contains("<details open"), place != "add", "{html}");
        assert_eq!(html.matches("role=\"alert\"").count(), 1, "it is said once");
    }
    // What is about no form that is there is said above all of them.
    for (action, body) in [("remove_deadline", "id=x"), ("save_deadline", "form%5Bid%5D=77&form%5Bname%5D=")] {
        let (_, location, _) = send(Fake::default(), post_to(action, body.to_owned())).await;
        let address = location.trim_start_matches("http://127.0.0.1").split('#').next().expect("an address");
        let (_, html) = get(Fake::default(), address).await;
        let above = html.split("class=\"cards\"").next().expect("a page");
        assert!(above.contains("role=\"alert\""), "{location}: {html}");
    }
}

#[tokio::test]
async fn an_unknown_address_is_no_page() {
    // The server's fallback renders the app for whatever is no route.
    let (status, _) = get(Fake::default(), "/services").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_panics_costs_its_own_piece_only() {
    let page = get(Fake { panics: true, ..Fake::default() }, "/");
    let (status, html) = tokio::time::timeout(std::time::Duration::from_secs(20), page).await.expect("a page");
    let words = text(&html);
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(words.contains("This part could not be drawn") && !html.contains("a secret"), "{words}");
    assert_eq!(html.matches("<h1>Something broke").count(), 1, "it is said once");
    assert!(html.contains("<h2>Deprecated calls per service"), "of what");
    for other in ["7 services still receive", "TLS versions of all calls", "12 open callers"] {
        assert!(words.contains(other), "{other} is missing in {words}");
    }
}

#[tokio::test]
async fn an_upload_of_which_nothing_could_be_read_is_not_green() {
    let (_, html) = get(Fake { unreadable: true, ..Fake::default() }, "/uploads").await;
    assert!(html.contains("data-state=\"failed\" class=\"tag\">done<"), "{html}");
    assert!(!html.contains("data-state=\"done\""), "{html}");
}
