//! Whatever others have written: it is printed, and nothing breaks.

use super::{CHART, FONTS, Read, about, long, print, sample, squeezed};
use crate::paper::{About, ink, text, wrap};
use proptest::prelude::*;

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just(" ".repeat(300)),
        Just("x".repeat(10_000)),
        Just("\u{301}".repeat(500)),
        Just("لا إله שלום (عليكم) 123 abc".repeat(20)),
        Just("👩‍👩‍👧‍👦 🏳️‍🌈 合规 ไทย ᚠ 𝔘".into()),
        Just("\u{0}\u{7}\u{1b}[31m\u{202e}gnp\u{2066}\u{feff}\u{ffff}\u{e000}\u{10ffff}\r\n".into()),
        "\\PC{0,300}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn every_text_is_printed(
        texts in prop::collection::vec(texts(), 8), rows in 0_usize..12, number in any::<i64>(), svg in ".{0,80}",
    ) {
        let mut hostile = long(rows, rows / 2);
        for caller in &mut hostile.callers {
            caller.principal.clone_from(&texts[0]);
            caller.user_agent.clone_from(&texts[1]);
            caller.source_address.clone_from(&texts[2]);
            caller.account.clone_from(&texts[3]);
            caller.calls = number;
        }
        for row in &mut hostile.services {
            row.service.clone_from(&texts[4]);
            row.verdict.why.clone_from(&texts[5]);
            row.spark = vec![number; rows];
        }
        hostile.overview.sentence.clone_from(&texts[6]);
        hostile.counted.iter_mut().for_each(|source| source.source.clone_from(&texts[7]));
        let about = About { title: texts[5].clone(), note: texts[6].clone(), creator: texts[7].clone(), ..about() };
        let chart = CHART.replace("deadline", &svg.replace(['<', '&', '>'], ""));
        prop_assert!(print(&FONTS, &hostile, &about, Some(&chart)).is_ok());
        prop_assert!(print(&FONTS, &hostile, &about, Some(&svg)).is_ok());
    }

    #[test]
    fn lines_fit_and_lose_nothing(text in texts(), width in 12.0_f32..400.0) {
        let style = ink::CELL;
        let lines = wrap::wrap(&FONTS, &text, style, width, 100_000);
        let widest = text::clean(&text).chars().map(|c| FONTS.letter(c, false).glyph.advance).fold(0.0, f32::max) * style.size;
        for line in &lines {
            prop_assert!(line.width <= width.max(widest) + 0.01, "{line:?} is wider than {width}");
            prop_assert!((FONTS.width(line.text.trim_end(), style) - line.width).abs() < 0.1);
        }
        let all: String = lines.iter().map(|line| line.text.as_str()).collect();
        prop_assert_eq!(squeezed(&all), squeezed(&text::clean(&text)));
        let few = wrap::wrap(&FONTS, &text, style, width, 3);
        prop_assert!(few.len() == lines.len().min(3));
        if lines.len() > 3 {
            prop_assert!(few[2].text.ends_with('…') && few[2].width <= width.max(widest) + 0.01);
        }
    }
}

#[test]
fn words_stay_whole_where_there_is_room() {
    let lines = |text: &str, width| {
        let lines = wrap::wrap(&FONTS, text, ink::BODY, width, 9);
        lines.into_iter().map(|line| line.text).collect::<Vec<_>>()
    };
    assert_eq!(lines("two services still receive calls", 75.0), ["two services still ", "receive calls"]);
    assert_eq!(lines("arn:aws:iam::111122223333:role/Deploy", 120.0), ["arn:aws:iam::", "111122223333:role/Deploy"]);
    assert_eq!(lines("", 75.0), [""]);
}

#[test]
fn letters_of_other_scripts_can_be_copied() {
    let title = "Grüße · Ωμέγα · Привет · שלום";
    let pdf = print(&FONTS, &sample(), &About { title: title.into(), ..about() }, None).expect("a PDF");
    let paper = Read::new(&pdf);
    assert!(paper.text().contains(&squeezed("Grüße · Ωμέγα · Привет · ")), "{}", paper.text());
    assert_eq!(paper.info("Title"), title);
    // Letters that no font has are drawn as one, and are still there for whoever copies them.
    let title = "合规 of 2026";
    let paper = Read::new(&print(&FONTS, &sample(), &About { title: title.into(), ..about() }, None).expect("a PDF"));
    assert_eq!(paper.info("Title"), title);
}
