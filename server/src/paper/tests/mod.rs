//! What is printed is read back.

mod hostile;
mod read;

use super::{
    About, Fonts, Press,
    flow::{Flow, Mark},
    ink, print,
};
use crate::drawing::{DrawError, Drawing, Limits, Size, Theme};
use app::{
    chart,
    model::{
        service::ServiceRow,
        share::ShareKind,
        statement::{Mask, Masking, Statement},
    },
    view::ChartMode,
};
use chrono::DateTime;
use read::{Read, squeezed};
use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let files = drawing().files().fonts().expect("fonts: `node frontend/build.mjs draw` makes them").clone();
    Fonts::new(files).expect("fonts")
});

fn drawing() -> Drawing {
    Drawing::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/site"))
}

#[test]
fn digits_are_of_the_same_width() {
    for bold in [false, true] {
        let width = |letter| FONTS.letter(letter, bold).glyph.advance;
        assert!(('1'..='9').all(|digit| width(digit) == width('0')), "{bold}");
    }
}

/// The one of `app`'s own tests.
fn sample() -> Statement {
    serde_json::from_str(include_str!("../../../../app/src/model/statement/form1.json")).expect("a statement")
}

/// The same with many callers, services, gaps and sources.
fn long(callers: usize, services: usize) -> Statement {
    let mut long = sample();
    let (caller, service) = (long.callers[0].clone(), long.services[0].clone());
    long.callers = (0..callers)
        .map(|n| {
            let mut caller = caller.clone();
            caller.principal = format!("arn:aws:sts::111122223333:assumed-role/nightly-build/worker-{n}");
            caller.source_address = format!("2001:db8:0:{:x}::{n:x}", n % 977);
            caller.open = n % 3 == 0;
            caller
        })
        .collect();
    long.callers_total = callers as i64;
    long.services = (0..services).map(|n| ServiceRow { service: format!("service-{n}"), ..service.clone() }).collect();
    long.coverage = (0..40).map(|_| long.coverage[0].clone()).collect();
    long.counted = (0..30).map(|_| long.counted[0].clone()).collect();
    long
}

const TITLE: &str = "Are we done? For the auditors";

fn about() -> About {
    About {
        title: TITLE.into(),
        note: "As agreed in March.\nQuestions go to the platform team.".into(),
        creator: "Alice Example".into(),
        kind: ShareKind::Frozen,
        // 8 April 2026.
        until: DateTime::from_timestamp(1_775_606_400, 0).expect("a time"),
    }
}

/// As the server draws one.
const CHART: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="720" height="280" viewBox="0 0 720 280">
    <rect width="720" height="280" fill="#ffffff"/><path d="M0 200L300 120L720 260V280H0Z" fill="#3867c8"/>
    <path d="M500 0V280" stroke="#b3261e" stroke-dasharray="4 3"/><text x="505" y="14" font-family="Inter" font-size="12">deadline 合</text></svg>"##;

fn printed(statement: &Statement) -> Vec<u8> {
    let pdf = print(&FONTS, statement, &about(), Some(CHART)).expect("a PDF");
    let name = std::thread::current().name().unwrap_or_default().rsplit(':').next().unwrap_or_default().to_owned();
    keep(&pdf, &name);
    pdf
}

/// `PAPER=/tmp cargo test paper` keeps them to be looked at.
fn keep(pdf: &[u8], name: &str) {
    if let Some(folder) = std::env::var_os("PAPER") {
        std::fs::write(PathBuf::from(folder).join(format!("{name}.pdf")), pdf).expect("written");
    }
}

#[test]
fn paper_says_what_the_page_says() {
    let statement = sample();
    let paper = Read::new(&printed(&statement));
    let text = paper.text();
    for words in [
        TITLE,
        "At risk",
        &statement.overview.sentence,
        "Questions go to the platform team.",
        "1 Mar 2026 to 10 Mar 2026, by day",
        "shared by Alice Example · made 10 Mar 2026, 00:00 UTC · link until 8 Apr 2026, 00:00 UTC",
        "Ours, kept by alice@example.com: at least TLS 1.2 from 21 Mar 2026 on. Source: https://wiki.example/111122223333",
        "95 calls below TLS 1.2, 17 % of all.",
        "only account 111122223333; only callers that contain alice",
        "The logs of 1 of 1 pair of account and region miss some days, 1 in all.",
        "1 day, 5 Mar 2026: 111122223333, eu-west-1",
        "5 the service reports no TLS details",
        "Each call is counted once",
        "Nothing is masked.",
        "arn:aws:sts::111122223333:assumed-role/Deploy/alice@example.com",
        "s3://trail-111122223333/AWSLogs/1111-2222-3333/",
        "1 open caller",
        &format!("page 1 of {}", paper.pages.len()),
    ] {
        assert!(text.contains(&squeezed(words)), "{words:?} is not in {text}");
    }
    for row in &statement.services {
        assert!(text.contains(&squeezed(&row.service)), "{}", row.service);
    }
}

#[test]
fn it_names_itself_and_keeps_to_its_standards() {
    let paper = Read::new(&printed(&sample()));
    assert_eq!(paper.info("Title"), TITLE);
    assert_eq!(paper.info("Author"), "Alice Example");
    assert!(paper.info("CreationDate").starts_with("D:20260310000000"), "{}", paper.info("CreationDate"));
    let all = String::from_utf8_lossy(&paper.streams).into_owned();
    for mark in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"] {
        assert!(all.contains(mark), "{mark}");
    }
    assert_eq!(paper.structure("Table"), 4, "facts, services, logs, callers");
    assert_eq!((paper.structure("H1"), paper.structure("H2"), paper.structure("Figure")), (1, 6, 1));
}

#[test]
fn the_same_statement_is_the_same_paper() {
    let statement = long(40, 12);
    assert!(printed(&statement) == printed(&statement));
    let mut other = statement.clone();
    other.callers[0].calls += 1;
    assert!(printed(&statement) != printed(&other));
}

#[test]
fn long_tables_go_on_with_their_head_on_every_page() {
    let paper = Read::new(&printed(&long(300, 60)));
    let pages = paper.pages.len();
    assert!(pages > 8, "{pages}");
    let first = paper.pages.iter().position(|page| page.contains("worker-0")).expect("the first caller");
    for (n, page) in paper.pages.iter().enumerate() {
        assert!(page.contains(&squeezed(&format!("page {} of {pages}", n + 1))), "{page}");
        if n >= first {
            let (head, row) = (page.find(&squeezed("Principal, user agent")), page.find("worker-"));
            assert!(head.zip(row).is_some_and(|(head, row)| head < row), "page {n}: {page}");
        }
    }
    let text = paper.text();
    assert!((0..300).all(|n| text.contains(&format!("worker-{n}"))), "every caller");
    assert!((0..60).all(|n| text.contains(&format!("service-{n}"))), "every service");
    assert_eq!(paper.structure("THead"), 3, "a head that is repeated is said once");
}

/// However long what stands before it is: each number of gaps moves the headings behind them.
#[test]
fn no_heading_ends_a_page() {
    const HEADINGS: [&str; 6] = [
        "Deprecated calls against the deadline",
        "Services",
        "What is not known",
        "How it was counted",
        "From which logs",
        "Callers",
    ];
    for gaps in 0..40 {
        let mut statement = long(3, gaps);
        statement.coverage.truncate(gaps);
        let mut flow = Flow::new(&FONTS);
        super::part::all(&mut flow, &statement, &about(), None);
        assert_eq!(flow.contents.iter().map(|entry| entry.words.as_str()).collect::<Vec<_>>(), HEADINGS);
        for page in &flow.pages {
            let words = page.iter().filter_map(|item| match &item.mark {
                Mark::Text { text, baseline, .. } => Some((text.as_str(), *baseline)),
                _ => None,
            });
            let (last, baseline) = words.max_by(|a, b| a.1.total_cmp(&b.1)).expect("words");
            assert!(!HEADINGS.contains(&last) && baseline < ink::BOTTOM, "{gaps}: {last} at {baseline}");
        }
        let place = |words: &str| flow.contents.iter().find(|entry| entry.words == words).expect("an entry");
        for words in HEADINGS {
            let on_page = &flow.pages[place(words).page];
            assert!(
                on_page.iter().any(|item| matches!(&item.mark, Mark::Text { text, .. } if text == words)),
                "{words}"
            );
        }
    }
}

#[test]
fn too_many_callers_are_in_the_table_beside_it() {
    let mut statement = long(10_000, 1);
    statement.callers_total = 12_345;
    let text = Read::new(&printed(&statement)).text();
    assert!(text.contains(&squeezed(
        "The 2,000 callers with most deprecated calls, of 12,345. tables/callers.csv has 10,000."
    )));
    assert!(text.contains("worker-1999") && !text.contains("worker-2000"));
}

#[test]
fn a_statement_about_nothing_is_paper_too() {
    let mut nothing = sample();
    nothing.overview.sentence = "No logs yet: upload a CloudTrail archive to see who still uses TLS below 1.2.".into();
    nothing.overview.state = app::model::verdict::State::Unknown;
    nothing.overview.coverage = None;
    nothing.overview.frame.deadline = None;
    nothing.overview.frame.logged = None;
    nothing.overview.calls = 0;
    nothing.overview.deprecated_calls = 0;
    nothing.overview.open_callers = 0;
    nothing.overview.open_services = 0;
    nothing.overview.unknown.clear();
    nothing.filters.clear();
    nothing.counts.clear();
    nothing.services.clear();
    nothing.callers.clear();
    nothing.callers_total = 0;
    nothing.coverage.clear();
    nothing.counted.clear();
    let paper = Read::new(&printed(&nothing));
    let text = paper.text();
    for words in [
        "Unknown",
        "No service was called.",
        "There is no log in this range.",
        "No log has a call that is counted here.",
    ] {
        assert!(text.contains(&squeezed(words)), "{words}: {text}");
    }
    assert!(paper.pages.len() <= 2);
}

#[test]
fn what_is_masked_is_in_no_byte() {
    const SECRETS: [&str; 9] = [
        "alice",
        "example.com",
        "Deploy",
        "build-box",
        "Unlisted",
        "111122223333",
        "1111-2222-3333",
        "10.1.2.3",
        "Boto",
    ];
    let about = About { creator: "Somebody".into(), note: String::new(), ..about() };
    for mask in [Mask::Pseudonym, Mask::LeftOut] {
        let masking = Masking { principals: mask, accounts: mask, addresses: mask, user_agents: mask };
        let pdf = print(&FONTS, &sample().masked(masking, &[7; 32]), &about, Some(CHART)).expect("a PDF");
        let everything = (Read::new(&pdf).everything() + &String::from_utf8_lossy(&pdf)).to_lowercase();
        for secret in SECRETS {
            assert!(!everything.contains(&squeezed(secret).to_lowercase()), "{secret}");
        }
    }
    let shown = Read::new(&printed(&sample())).text();
    assert!(SECRETS.iter().all(|secret| shown.contains(&squeezed(secret))), "the search would find them: {shown}");
}

#[tokio::test]
async fn the_press_puts_the_chart_that_the_server_draws_on_paper() {
    let press = Press::new(drawing());
    let statement = Arc::new(long(30, 12));
    let pdf = press.print(statement.clone(), about()).await.expect("a PDF");
    keep(&pdf, "press");
    assert_eq!(Read::new(&pdf).structure("Figure"), 1);
    assert!(pdf == press.print(statement, about()).await.expect("a PDF"), "the same again");
    let nowhere = Press::new(Drawing::new("/nowhere"));
    let failed = nowhere.print(Arc::new(sample()), about()).await.expect_err("no fonts");
    assert!(matches!(failed, crate::paper::PaperError::Files(_)), "{failed}");
}

#[tokio::test]
async fn a_paper_waits_until_its_chart_can_be_drawn() {
    let statement = Arc::new(sample());
    let quiet = Press::new(drawing()).print(statement.clone(), about()).await.expect("a PDF");
    assert_eq!(Read::new(&quiet).structure("Figure"), 1);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    let small = Drawing::with_limits(folder, Limits { queue: 1, ..Limits::default() });
    let option = chart::json(&chart::trend(&statement.trend(), ChartMode::Stacked));
    // More than may wait, so that the paper is refused at first.
    let others = (0..20).map(|n| {
        let (small, option) = (small.clone(), option.clone());
        let size = Size { width: 400 + n, height: 200 };
        tokio::spawn(async move { small.svg(option, size, Theme::Page).await })
    });
    let others: Vec<_> = others.collect();
    tokio::task::yield_now().await;
    let crowded = Press::new(small).print(statement, about()).await.expect("a PDF");
    let answers = futures::future::join_all(others).await;
    let is_busy = |answer: &Result<Result<_, DrawError>, _>| matches!(answer, Ok(Err(DrawError::Busy)));
    assert!(answers.iter().any(is_busy), "nobody was refused");
    assert!(quiet == crowded, "the chart is missing");
}
