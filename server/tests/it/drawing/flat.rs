//! Memory stays where it is, however much is drawn.

use super::{SIZE, option, site};
use server::drawing::{Drawing, Size, Theme};
use std::{fs, process::Command, time::Instant};

/// How many drawings the process of its own makes; without it, it is not one.
const DRAWINGS: &str = "SUNSET_TEST_DRAWINGS";

/// Of which so many come first: engines are loaded, what is kept of drawings is kept.
const WARM: usize = 100;

/// What may come on top, mostly drawings that are kept.
const MARGIN: usize = 48 << 20;

/// In a process of its own: what other tests take would count, too.
fn draw(drawings: usize) {
    let this = std::env::current_exe().expect("a program");
    let mut command = Command::new(this);
    command.args(["--exact", "drawing::flat::a_process_that_draws", "--ignored", "--nocapture"]);
    let ran = command.env(DRAWINGS, drawings.to_string()).output().expect("it runs");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    println!("{said}");
}

#[test]
fn two_hundred_drawings_leave_nothing() {
    draw(200);
}

#[test]
#[ignore = "takes minutes; part of make chaos"]
fn two_thousand_drawings_leave_nothing() {
    draw(2000);
}

#[tokio::test]
#[ignore = "the process that the others start"]
async fn a_process_that_draws() {
    let Some(drawings) = std::env::var(DRAWINGS).ok().and_then(|number| number.parse::<usize>().ok()) else { return };
    let drawing = Drawing::new(site());
    let services: Vec<String> = (0..3).map(|n| format!("service-{n}")).collect();
    let mut before = 0;
    let mut began = Instant::now();
    for n in 0..drawings {
        if n == WARM {
            (before, began) = (resident(), Instant::now());
        }
        // No two are the same, else they would not be drawn.
        let names: Vec<&str> = services.iter().map(String::as_str).collect();
        let size = Size { width: SIZE.width + n as u32, ..SIZE };
        let svg = drawing.svg(option(&names, 365), size, Theme::Light).await.expect("a drawing");
        if n % 10 == 0 {
            drawing.png(svg.to_string(), size).await.expect("a picture");
        }
    }
    let (after, each) = (resident(), began.elapsed() / (drawings - WARM) as u32);
    println!("{} MB, then {} MB; {each:?} for each chart", before >> 20, after >> 20);
    assert!(after < before + MARGIN, "{before} bytes after {WARM}, {after} after {drawings} drawings");
}

/// Bytes of this process in memory.
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    // Elsewhere than on Linux there is nothing to compare.
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
