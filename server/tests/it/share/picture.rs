//! The picture that stands where a link is pasted.

use super::{Office, secret};
use crate::{drawing::drawing, web::Answer};
use app::{chart, model::statement::Statement};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use resvg::tiny_skia::Pixmap;
use server::drawing::{Card, Said, Theme};
use sqlx::PgPool;
use std::collections::HashSet;

/// The SVG that becomes the picture of a share with this statement.
pub(super) async fn drawn(statement: &Statement) -> String {
    let overview = &statement.overview;
    let said = Said { title: "Ours".into(), state: Some(overview.state), sentence: overview.sentence.clone() };
    let card = Card::lay_out(&drawing(), said).await.expect("a card");
    let option = chart::json(&chart::still(&statement.trend()));
    let chart = drawing().svg(option, card.chart_size(), Theme::Light).await.expect("a chart");
    card.svg(drawing().files(), Some(&chart)).expect("colours")
}

fn pixels(answer: &Answer) -> Pixmap {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/png"), "{}", answer.text());
    let pixels = Pixmap::decode_png(&answer.body).expect("a PNG");
    assert_eq!((pixels.width(), pixels.height()), (1200, 630));
    pixels
}

fn colours(pixels: &Pixmap) -> HashSet<(u8, u8, u8)> {
    pixels.pixels().iter().map(|p| (p.red(), p.green(), p.blue())).collect()
}

const FIRST_SERVICE: (u8, u8, u8) = (0x38, 0x67, 0xc8);

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_picture_shows_the_trend_and_consumes_nothing(pool: PgPool) {
    let office = Office::new(pool).await;
    let (id, path) = office.share(&[]).await;
    let before: i64 = sqlx::query_scalar("select count(*) from audit").fetch_one(&office.pool).await.expect("a number");
    let answer = office.web.get(&format!("{path}/preview.png")).await;
    secret::is_kept_secret(&answer);
    let pixels = pixels(&answer);
    assert!(colours(&pixels).len() > 50 && colours(&pixels).contains(&FIRST_SERVICE), "it is nearly blank");
    let after: i64 = sqlx::query_scalar("select count(*) from audit").fetch_one(&office.pool).await.expect("a number");
    assert_eq!(before, after, "nobody has looked, nothing was taken away");
    assert!(office.page(&format!("/shares/{id}")).await.contains("<dt>Views</dt><dd>0</dd>"));
    // A live share has one, too.
    let (_, live) = office.share(&[("kind", "live")]).await;
    assert_eq!(office.web.get(&format!("{live}/preview.png")).await.status, 200);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_page_names_its_picture(pool: PgPool) {
    let office = Office::new(pool).await;
    let (_, path) = office.share(&[]).await;
    for (host, forwarded, origin) in [
        ("localhost:3000", None, "http://localhost:3000"),
        ("localhost:3000", Some("https"), "https://localhost:3000"),
        ("sunset.example", None, "https://sunset.example"),
        ("sunset.example:8080", Some("http"), "http://sunset.example:8080"),
        ("sunset.example", Some("javascript"), "https://sunset.example"),
    ] {
        let mut asked = Request::builder().method(Method::GET).uri(&path).header(header::HOST, host);
        if let Some(scheme) = forwarded {
            asked = asked.header("x-forwarded-proto", scheme);
        }
        let page = office.web.send(asked.body(Body::empty()).expect("a request")).await.text();
        for tag in [
            format!("property=\"og:image\" content=\"{origin}{path}/preview.png\""),
            "property=\"og:image:width\" content=\"1200\"".to_owned(),
            "property=\"og:image:height\" content=\"630\"".to_owned(),
            "property=\"og:image:alt\" content=\"2 services still receive".to_owned(),
            "name=\"twitter:card\" content=\"summary_large_image\"".to_owned(),
        ] {
            assert!(page.contains(&tag), "{tag} is missing in {page}");
        }
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn behind_a_password_the_picture_says_nothing(pool: PgPool) {
    let office = Office::new(pool).await;
    let (one, first) = office.share(&[("password", "hunter2hunter2")]).await;
    let (_, second) = office.share(&[("password", "hunter3hunter3"), ("view", "service=s3")]).await;
    let picture = office.web.get(&format!("{first}/preview.png")).await;
    secret::is_kept_secret(&picture);
    assert!(!colours(&pixels(&picture)).contains(&FIRST_SERVICE));
    assert_eq!(
        picture.body,
        office.web.get(&format!("{second}/preview.png")).await.body,
        "nothing of it depends on the share"
    );
    assert!(office.page(&first).await.contains(&format!("http://localhost:3000{first}/preview.png")));
    office.change(one, "pause").await;
    let paused = office.web.get(&format!("{first}/preview.png")).await;
    assert_eq!((paused.status.as_u16(), paused.header("content-type")), (403, "text/html; charset=utf-8"));
    office.change(one, "revoke").await;
    let revoked = office.web.get(&format!("{first}/preview.png")).await;
    assert_eq!((revoked.status.as_u16(), revoked.header("content-type")), (410, "text/html; charset=utf-8"));
}

/// Titles are written by people; a sentence may hold the name of a service, which anybody writes.
#[tokio::test]
async fn any_title_and_sentence_finds_its_place() {
    for (title, sentence) in [
        ("", ""),
        (
            "A title of more words than find room in two lines, which people write, who have much to say about a deadline",
            "One.",
        ),
        (&"x".repeat(120), &"Ω".repeat(400)),
        ("</text><script>alert(1)</script>", "\u{1}\u{7f} & \" ' > ]]> \u{202e}back"),
        ("日本語 العربية 🦀", "a\nb\tc"),
    ] {
        let said =
            Said { title: title.into(), state: Some(app::model::verdict::State::Missed), sentence: sentence.into() };
        let card = Card::lay_out(&drawing(), said).await.expect("a card");
        let size = card.chart_size();
        assert!(size.width > 500 && size.height > 110, "{size:?}");
        let svg = card.svg(drawing().files(), None).expect("colours");
        assert!(!svg.contains("<script"), "{svg}");
        drawing().png(svg, server::drawing::card::SIZE).await.expect("a picture");
    }
}
