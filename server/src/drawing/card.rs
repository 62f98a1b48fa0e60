//! The picture of a share, 1200 × 630 pixels: state, title, sentence and trend, readable at half of that.

use super::{
    DrawError, Drawing, Files, Fonts, Size,
    text::{escape, width, wrap},
};
use app::{model::verdict::State, shared::CARD};
use std::fmt::Write as _;

pub const SIZE: Size = Size { width: CARD.0, height: CARD.1 };

/// What it says. Title and sentence may be anything, and of any length.
#[derive(Debug, Clone)]
pub struct Said {
    pub title: String,
    /// None: nothing is told.
    pub state: Option<State>,
    pub sentence: String,
}

/// The same with its place.
#[derive(Debug)]
pub struct Card {
    title: Vec<String>,
    state: Option<(State, f32)>,
    sentence: Vec<String>,
}

const EDGE: u32 = 56;
const INNER: u32 = SIZE.width - 2 * EDGE;

/// Letters and the distance of their lines, in pixels.
const WORD: f32 = 26.0;
const TITLE: (f32, u32) = (28.0, 38);
const SENTENCE: (f32, u32) = (40.0, 50);

/// Lines of title and sentence together, so that the chart keeps its room.
const TITLE_LINES: usize = 2;
const LINES: usize = 5;

/// The base of the first line of the title, and where there is nothing else to show.
const TOP: u32 = 142;
const MIDDLE: u32 = 300;

/// How much larger than on a page the chart is drawn: its smallest letters are then 20 pixels high.
const SCALE: f32 = 1.8;

/// What a chart leaves free beside itself, scaled: its letters and lines stand below those above.
const LEFT: u32 = 14;
const RIGHT: u32 = 29;

impl Card {
    /// # Errors
    /// When the fonts cannot be read.
    pub async fn lay_out(drawing: &Drawing, said: Said) -> Result<Self, DrawError> {
        let drawing = drawing.clone();
        // Reads fonts, and tries out where lines end.
        let laid_out = tokio::task::spawn_blocking(move || Ok(Self::of(said, drawing.files().fonts()?)));
        laid_out.await.unwrap_or(Err(DrawError::Ended))
    }

    fn of(said: Said, fonts: &Fonts) -> Self {
        let room = INNER as f32;
        let title = wrap(&said.title, TITLE_LINES, room, |text| width(text, TITLE.0, false, fonts));
        let sentence = wrap(&said.sentence, LINES - title.len(), room, |text| width(text, SENTENCE.0, true, fonts));
        Self { title, state: said.state.map(|state| (state, width(state.words(), WORD, true, fonts))), sentence }
    }

    /// What the chart is to be drawn as.
    pub fn chart_size(&self) -> Size {
        let pixels = |length: u32| (length as f32 / SCALE) as u32;
        Size { width: pixels(INNER + LEFT + RIGHT), height: pixels(SIZE.height - self.chart_top() - 16) }
    }

    fn chart_top(&self) -> u32 {
        TOP + self.title.len() as u32 * TITLE.1 + self.sentence.len() as u32 * SENTENCE.1 - 28
    }

    /// `chart`: an SVG element of [`Self::chart_size`].
    ///
    /// # Errors
    /// When the colours cannot be read.
    pub fn svg(&self, files: &Files, chart: Option<&str>) -> Result<String, DrawError> {
        let (colour, wash) = match self.state.map(|(state, _)| state) {
            Some(State::OnTrack | State::Clear) => ("--good", "--good-wash"),
            Some(State::AtRisk) => ("--warn", "--warn-wash"),
            Some(State::Missed) => ("--bad", "--bad-wash"),
            Some(State::Unknown) => ("--unsure", "--unsure-wash"),
            None => ("--accent", "--accent-wash"),
        };
        let (colour, wash) = (files.colour(colour)?, files.colour(wash)?);
        let (surface, text, muted) =
            (files.colour("--surface")?, files.colour("--text")?, files.colour("--text-muted")?);
        let Size { width, height } = SIZE;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             font-family=\"Inter, 'DejaVu Sans'\"><rect width=\"{width}\" height=\"{height}\" fill=\"{surface}\"/>\
             <rect width=\"14\" height=\"{height}\" fill=\"{colour}\"/>"
        );
        if let Some((state, wide)) = self.state {
            // Writing to a String cannot fail; so below.
            let _ = write!(
                svg,
                "<rect x=\"{EDGE}\" y=\"42\" width=\"{}\" height=\"50\" rx=\"25\" fill=\"{wash}\"/>\
                 <circle cx=\"84\" cy=\"67\" r=\"9\" fill=\"{colour}\"/>\
                 <text x=\"104\" y=\"76.5\" font-size=\"{WORD}\" font-weight=\"600\" fill=\"{colour}\">{}</text>",
                wide + 72.0,
                state.words()
            );
        }
        brand(&mut svg, text);
        let mut base = if self.state.is_some() { TOP } else { MIDDLE };
        for line in &self.title {
            let size = TITLE.0;
            let _ = write!(
                svg,
                "<text x=\"{EDGE}\" y=\"{base}\" font-size=\"{size}\" fill=\"{muted}\">{}</text>",
                escape(line)
            );
            base += TITLE.1;
        }
        base += SENTENCE.1 - TITLE.1 + 6;
        for line in &self.sentence {
            let size = SENTENCE.0;
            let _ = write!(
                svg,
                "<text x=\"{EDGE}\" y=\"{base}\" font-size=\"{size}\" font-weight=\"600\" fill=\"{text}\">{}</text>",
                escape(line)
            );
            base += SENTENCE.1;
        }
        if let Some(chart) = chart {
            let _ = write!(
                svg,
                "<g transform=\"translate({} {}) scale({SCALE})\">{chart}</g>",
                EDGE - LEFT,
                self.chart_top()
            );
        }
        svg.push_str("</svg>");
        Ok(svg)
    }
}

/// The mark of `frontend/public/favicon.svg` and the name, at the right edge.
fn brand(svg: &mut String, text: &str) {
    let right = SIZE.width - EDGE;
    let _ = write!(
        svg,
        "<g transform=\"translate({} 49) scale(1.125)\"><rect width=\"32\" height=\"32\" rx=\"7\" fill=\"#1d2733\"/>\
         <path d=\"M7 21a9 9 0 0 1 18 0z\" fill=\"#f0a75e\"/><path d=\"M4 21h24M8 26h16\" stroke=\"#7ea6ff\" \
         stroke-width=\"2\" stroke-linecap=\"round\"/></g>\
         <text x=\"{right}\" y=\"76.5\" font-size=\"{WORD}\" font-weight=\"600\" text-anchor=\"end\" fill=\"{text}\">TLS Sunset</text>",
        right - 192
    );
}
