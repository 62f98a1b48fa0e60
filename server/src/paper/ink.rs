//! What paper looks like: the light colours of `style/`, and sizes in points.

use app::model::verdict::{Safe, State};

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

pub(super) const TEXT: Colour = Colour(0x16, 0x1c, 0x24);
pub(super) const MUTED: Colour = Colour(0x51, 0x5c, 0x69);
pub(super) const BORDER: Colour = Colour(0xdd, 0xe2, 0xe8);
pub(super) const STRONG_BORDER: Colour = Colour(0x8a, 0x95, 0xa3);
pub(super) const ACCENT: Colour = Colour(0x1c, 0x5b, 0xb8);
const GOOD: Colour = Colour(0x1a, 0x74, 0x40);
const GOOD_WASH: Colour = Colour(0xe5, 0xf4, 0xea);
const WARN: Colour = Colour(0x8f, 0x4a, 0x00);
const WARN_WASH: Colour = Colour(0xfd, 0xf1, 0xe0);
const BAD: Colour = Colour(0xb3, 0x26, 0x1e);
const BAD_WASH: Colour = Colour(0xfc, 0xeb, 0xea);
const UNSURE: Colour = MUTED;
const UNSURE_WASH: Colour = Colour(0xee, 0xf1, 0xf4);

/// Of the services in a chart, in their order.
const SERIES: [Colour; 9] = [
    Colour(0x38, 0x67, 0xc8),
    Colour(0xd9, 0x82, 0x2b),
    Colour(0x2a, 0x9d, 0x8f),
    Colour(0xb0, 0x41, 0x7a),
    Colour(0x7a, 0x5b, 0xc0),
    Colour(0x8a, 0x8a, 0x1f),
    Colour(0xa8, 0x54, 0x3a),
    Colour(0x3f, 0x88, 0xb0),
    Colour(0x5f, 0x8f, 0x3a),
];
const SERIES_OTHER: Colour = Colour(0x9a, 0xa2, 0xad);

/// Of the service with this number, from 0; `None`: of those that have no number.
pub(super) fn series(number: Option<usize>) -> Colour {
    number.and_then(|number| SERIES.get(number)).copied().unwrap_or(SERIES_OTHER)
}

/// A state's colour, and that behind its sentence: as on the page.
pub(super) const fn state(state: State) -> (Colour, Colour) {
    match state {
        State::OnTrack | State::Clear => (GOOD, GOOD_WASH),
        State::AtRisk => (WARN, WARN_WASH),
        State::Missed => (BAD, BAD_WASH),
        State::Unknown => (UNSURE, UNSURE_WASH),
    }
}

pub(super) const fn verdict(safe: Safe) -> Colour {
    match safe {
        Safe::Yes => GOOD,
        Safe::No => BAD,
        Safe::Unknown => UNSURE,
    }
}

/// A4 upright.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
pub(super) const LEFT: f32 = 48.0;
pub(super) const RIGHT: f32 = WIDTH - 48.0;
pub(super) const TOP: f32 = 50.0;
/// Nothing but the foot is below.
pub(super) const BOTTOM: f32 = HEIGHT - 66.0;
pub(super) const COLUMN: f32 = RIGHT - LEFT;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) bold: bool,
    pub(super) size: f32,
    /// From one baseline to the next.
    pub(super) leading: f32,
    pub(super) colour: Colour,
}

impl Style {
    const fn new(size: f32, leading: f32) -> Self {
        Self { bold: false, size, leading, colour: TEXT }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn in_colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// From the top of a line to its baseline.
    pub(super) fn ascent(&self) -> f32 {
        // Capitals of Inter are 0.727 em high: they stand in the middle of the line.
        (self.leading + 0.727 * self.size) / 2.0
    }
}

pub(super) const BODY: Style = Style::new(8.75, 12.75);
pub(super) const TITLE: Style = Style::new(19.0, 24.0).bold();
pub(super) const SENTENCE: Style = Style::new(12.0, 17.0).bold();
pub(super) const HEADING: Style = Style::new(11.5, 15.0).bold();
pub(super) const FIGURE: Style = Style::new(15.0, 19.0).bold();
pub(super) const SMALL: Style = Style::new(7.5, 10.5).in_colour(MUTED);
pub(super) const CELL: Style = Style::new(7.25, 9.75);
pub(super) const CELL_FAINT: Style = CELL.in_colour(MUTED);
pub(super) const HEAD: Style = Style::new(6.75, 9.0).bold().in_colour(MUTED);

#[cfg(test)]
mod tests {
    use super::*;

    const STYLES: &str = concat!(include_str!("../../../style/tokens.css"), include_str!("../../../style/chart.css"));

    #[test]
    fn colours_are_those_of_the_page() {
        let same = |name: &str, Colour(r, g, b): Colour| {
            let wanted = format!("--{name}: light-dark(#{r:02x}{g:02x}{b:02x},");
            assert!(STYLES.contains(&wanted), "{wanted}");
        };
        same("text", TEXT);
        same("text-muted", MUTED);
        same("border", BORDER);
        same("strong-border", STRONG_BORDER);
        same("accent", ACCENT);
        same("good", GOOD);
        same("good-wash", GOOD_WASH);
        same("warn", WARN);
        same("warn-wash", WARN_WASH);
        same("bad", BAD);
        same("bad-wash", BAD_WASH);
        same("unsure", UNSURE);
        same("unsure-wash", UNSURE_WASH);
        (1..).zip(SERIES).for_each(|(n, colour)| same(&format!("series-{n}"), colour));
        same("series-other", SERIES_OTHER);
    }
}
