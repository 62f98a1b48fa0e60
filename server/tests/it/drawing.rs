//! Charts drawn without a browser: what they show, and what they may take.

mod flat;

use app::{
    chart,
    model::{
        deadline::{Deadline, Origin, Revision},
        frame::{Frame, Grain},
        tls::TlsVersion,
        trend::{Series, Trend},
    },
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use resvg::tiny_skia::Pixmap;
use serde_json::{Value, json};
use server::drawing::{DrawError, Drawing, Limits, Size, Theme};
use std::{path::PathBuf, sync::LazyLock, time::Duration};

const SIZE: Size = Size { width: 700, height: 260 };

/// What `make site` and `node frontend/build.mjs draw` leave beside this test's program.
fn site() -> PathBuf {
    let program = std::env::current_exe().expect("a program");
    let built = program.ancestors().map(|folder| folder.join("site")).find(|site| site.join("draw/chart.js").is_file());
    built.expect("target/site/draw: run `node frontend/build.mjs draw`")
}

/// One for all tests that have no wish of their own.
pub(crate) fn drawing() -> Drawing {
    static DRAWING: LazyLock<Drawing> = LazyLock::new(|| Drawing::new(site()));
    DRAWING.clone()
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// Calls that go down; the second week has no logs, and the deadline comes a month after the last one.
fn trend(services: &[&str], days: u64) -> Trend {
    let first: NaiveDate = "2026-03-01".parse().expect("a date");
    let day = |n| first + Days::new(n);
    let deadline = Deadline {
        id: 1,
        name: "Ours".into(),
        date: day(days + 30),
        scope: None,
        services: Vec::new(),
        minimum: TlsVersion::Tls12,
        source_url: String::new(),
        note: String::new(),
        origin: Origin::Preset,
        history: vec![Revision { date: day(days + 30), announced: first, note: String::new() }],
    };
    let frame = Frame {
        from: midnight(first),
        to: midnight(day(days)),
        grain: Grain::Day,
        asked_grain: None,
        today: day(days + 1),
        as_of: day(days + 1),
        logged: Some((first, day(days))),
        deadline: Some(deadline),
    };
    let times: Vec<_> = (0..days).map(|n| midnight(day(n))).collect();
    let calls =
        |weight: usize| (0..days).map(|n| ((days - n) * 1000) as i64 * weight as i64 + 7 * (n % 7) as i64).collect();
    let series = services
        .iter()
        .enumerate()
        .map(|(i, name)| Series { service: (*name).into(), calls: calls(services.len() - i) });
    Trend {
        frame,
        series: series.collect(),
        all_calls: vec![1_000_000; times.len()],
        without_logs: (0..days).map(|n| (7..14).contains(&n)).collect(),
        times,
    }
}

fn option(services: &[&str], days: u64) -> String {
    chart::json(&chart::still(&trend(services, days)))
}

#[tokio::test]
async fn a_chart_says_what_the_page_says() {
    let drawing = Drawing::new(site());
    let svg = drawing.svg(option(&["s3", "kms"], 60), SIZE, Theme::Page).await.expect("a drawing");
    for part in [
        "viewBox=\"0 0 700 260\"",
        "fill=\"var(--series-1)\"",
        "fill=\"var(--series-2)\"",
        "fill=\"var(--no-logs)\"",
        "stroke=\"var(--deadline)\"",
        ">deadline 30 May 2026</text>",
        ">today</text>",
        ">Apr</text>",
        ">50K</text>",
    ] {
        assert!(svg.contains(part), "{part} is missing in {svg}");
    }
    // What the policy of shared pages forbids, what would listen to a mouse, and what would speak to a script.
    for part in ["<style", "<script", "<image", "href", ":hover", "ecmeta", "url(http"] {
        assert!(!svg.contains(part), "{part} is in {svg}");
    }
    let light = drawing.svg(option(&["s3", "kms"], 60), SIZE, Theme::Light).await.expect("a drawing");
    assert!(light.contains("fill=\"#3867c8\"") && !light.contains("var("), "{light}");
    let dark = drawing.svg(option(&["s3", "kms"], 60), SIZE, Theme::Dark).await.expect("a drawing");
    assert!(dark.contains("fill=\"#7ea6ff\"") && !dark.contains("var("), "{dark}");
}

/// Names of services come from logs. None is written into a drawing now; a mark's text is, and it may be anything one day.
#[tokio::test]
async fn texts_are_only_ever_text() {
    let drawing = Drawing::new(site());
    let hostile = "</text><script>alert(1)</script>\" onload=\"x()&var(--x)";
    let svg =
        drawing.svg(option(&[hostile, "\"onload=", "format:calls"], 40), SIZE, Theme::Page).await.expect("a drawing");
    let mut marked: Value = serde_json::from_str(&option(&["s3"], 40)).expect("JSON");
    for series in marked["series"].as_array_mut().expect("series") {
        if let Some(mark) = series["markLine"]["data"].get_mut(0) {
            mark["name"] = json!(hostile);
        }
    }
    let written = drawing.svg(marked.to_string(), SIZE, Theme::Page).await.expect("a drawing");
    assert!(written.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "the text is there: {written}");
    for svg in [svg, written] {
        assert!(!svg.contains("<script") && !svg.contains("\" onload"), "{svg}");
        resvg::usvg::roxmltree::Document::parse(&svg).expect("well-formed");
    }
}

#[tokio::test]
async fn two_drawings_on_a_page_have_no_id_in_common() {
    let drawing = Drawing::new(site());
    let small = Size { width: 340, height: 220 };
    let one = drawing.svg(option(&["s3"], 60), SIZE, Theme::Page).await.expect("a drawing");
    let two = drawing.svg(option(&["s3"], 60), small, Theme::Page).await.expect("a drawing");
    let ids = |svg: &str| -> Vec<String> {
        svg.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
    };
    assert!(!ids(&one).is_empty() && ids(&one).iter().all(|id| !ids(&two).contains(id)), "{one}{two}");
    // Whatever a thread has drawn before, the same chart is the same bytes.
    let again = Drawing::new(site()).svg(option(&["s3"], 60), SIZE, Theme::Page).await.expect("a drawing");
    assert_eq!(one, again);
}

#[tokio::test]
async fn what_takes_too_much_ends_and_the_next_one_is_drawn() {
    // A hatching of millions of strokes: endless for all that a page could wait, and far more than there is memory for.
    let mut endless: Value = serde_json::from_str(&option(&["s3"], 10)).expect("JSON");
    for series in endless["series"].as_array_mut().expect("series") {
        series["itemStyle"]["decal"] = json!({ "dashArrayX": [[1, 996], [1, 990], [1, 982]], "maxTileWidth": 1e12 });
    }
    let hasty = Limits { time: Duration::from_millis(300), ..Limits::default() };
    let tight = Limits { memory: 24 << 20, time: Duration::from_secs(120), ..Limits::default() };
    for (limits, by_time) in [(hasty, true), (tight, false)] {
        let drawing = Drawing::with_limits(site(), limits);
        let error = drawing.svg(endless.to_string(), SIZE, Theme::Page).await.expect_err("it is endless");
        match error {
            DrawError::TooLong => assert!(by_time),
            DrawError::Script(_) => assert!(!by_time),
            other => panic!("{other}"),
        }
        drawing.svg(option(&["s3"], 3), SIZE, Theme::Page).await.expect("the next one");
    }
}

#[tokio::test]
async fn bad_input_is_said_to_be_bad() {
    let drawing = Drawing::new(site());
    let huge = format!("{}{}", " ".repeat(3 << 20), option(&["s3"], 3));
    assert!(matches!(drawing.svg(huge.clone(), SIZE, Theme::Page).await, Err(DrawError::TooLarge { .. })));
    assert!(matches!(drawing.png(huge, SIZE).await, Err(DrawError::TooLarge { .. })));
    for bad in ["", "{}", "null", "[", "{\"series\":[{\"type\":\"nothing\"}],\"grid\":[],\"xAxis\":{}}"] {
        match drawing.svg(bad.into(), SIZE, Theme::Page).await {
            Err(DrawError::Script(_)) => {}
            Ok(svg) => assert!(svg.starts_with("<svg"), "{svg}"),
            other => panic!("{bad}: {other:?}"),
        }
    }
    assert!(matches!(drawing.png("<svg".into(), SIZE).await, Err(DrawError::Svg(_))));
    let none = Size { width: 0, height: 10 };
    assert!(matches!(
        drawing.png("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".into(), none).await,
        Err(DrawError::Picture(_))
    ));
    let nowhere = Drawing::new("/nowhere");
    assert!(matches!(nowhere.svg(option(&["s3"], 3), SIZE, Theme::Page).await, Err(DrawError::File { .. })));
    drawing.svg(option(&["s3"], 3), SIZE, Theme::Page).await.expect("and then a good one");
}

#[tokio::test]
async fn only_so_many_wait() {
    let drawing = Drawing::with_limits(site(), Limits { queue: 4, ..Limits::default() });
    let asked = (10..60).map(|days| drawing.svg(option(&["s3"], days), SIZE, Theme::Page));
    let answers = futures::future::join_all(asked).await;
    let busy = answers.iter().filter(|answer| matches!(answer, Err(DrawError::Busy))).count();
    let drawn = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(drawn >= 4 && busy > 0 && busy + drawn == 50, "{drawn} drawn, {busy} refused");
}

#[tokio::test]
async fn a_picture_has_the_chart_and_its_letters() {
    let drawing = Drawing::new(site());
    let svg = drawing.svg(option(&["s3", "kms"], 60), SIZE, Theme::Light).await.expect("a drawing");
    let twice = Size { width: 1400, height: 520 };
    let png = drawing.png(svg.to_string(), twice).await.expect("a picture");
    let pixels = Pixmap::decode_png(&png).expect("a PNG");
    assert_eq!((pixels.width(), pixels.height()), (1400, 520));
    let has = |r, g, b| {
        pixels.pixels().iter().filter(|p| (p.red(), p.green(), p.blue(), p.alpha()) == (r, g, b, 255)).count()
    };
    assert!(has(0x38, 0x67, 0xc8) > 10_000, "the first service");
    assert!(has(0xb3, 0x26, 0x1e) > 300, "the deadline");
    // Letters of both fonts leave something on the picture, and nothing of the machine is needed for that.
    for letters in ["Ag", "ሀ ⠿ Ⴀ"] {
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80\" height=\"20\"><text x=\"4\" y=\"15\">{letters}</text></svg>"
        );
        let png = drawing.png(text, Size { width: 80, height: 20 }).await.expect("a picture");
        let drawn = Pixmap::decode_png(&png).expect("a PNG").pixels().iter().filter(|p| p.alpha() > 0).count();
        assert!(drawn > 20, "{letters}: {drawn}");
    }
}

#[tokio::test]
async fn a_drawing_reads_no_file_and_no_address() {
    let drawing = Drawing::new(site());
    let image = concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend/e2e/overview.png");
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"50\" height=\"50\">\
         <image xlink:href=\"{image}\" width=\"50\" height=\"50\"/></svg>"
    );
    let png = drawing.png(svg, Size { width: 50, height: 50 }).await.expect("a picture");
    assert!(Pixmap::decode_png(&png).expect("a PNG").pixels().iter().all(|p| p.alpha() == 0), "the file was drawn");
}
