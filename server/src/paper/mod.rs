//! Paper: a statement as a PDF, for whoever keeps or prints it.
//!
//! # Layout
//! `font` (what a font file says) → `fonts` → `text` (what can be set) → `wrap` (lines) → `flow` (pages and structure) → `table`;
//! `part` (what a statement says) fills pages with them; `paint` draws these with `ink`, `chart` and `tree` (the structure for
//! whoever listens); `press` does it for whoever cannot wait in line. The same statement gives the same bytes.

mod chart;
mod flow;
mod font;
mod fonts;
mod ink;
mod paint;
mod part;
mod press;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod wrap;

pub use fonts::{FontError, Fonts};
pub use press::Press;

use crate::drawing::DrawError;
use app::model::{share::ShareKind, statement::Statement};
use chart::Chart;
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use flow::{Flow, Mark};
use krilla::metadata::{DateTime as Moment, Metadata, TextDirection};

const LANGUAGE: &str = "en";

/// What a statement does not say itself.
#[derive(Debug, Clone)]
pub struct About {
    pub title: String,
    pub note: String,
    /// Who shared it, as the recipient may know him.
    pub creator: String,
    pub kind: ShareKind,
    /// When the link was to end as this was made.
    pub until: DateTime<Utc>,
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    #[error("the PDF cannot be written: {0}")]
    Written(#[from] krilla::error::KrillaError),
    /// Which rules of the standards would be broken.
    #[error("the PDF would break its standards: {0}")]
    Invalid(String),
    #[error("no form of PDF is an archive and accessible at once")]
    Standards,
    #[error(transparent)]
    Font(#[from] FontError),
    #[error("what paper is printed with cannot be read: {0}")]
    Files(#[from] DrawError),
    #[error("too much is printed already")]
    Busy,
    #[error("printing ended early: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

/// Takes some tens of milliseconds and, for 2,000 callers, some tens of megabytes; it blocks. `chart`: the trend as SVG, in light
/// colours; one that cannot be drawn is left out.
///
/// # Errors
/// When the PDF would not be what an archive takes.
pub fn print(fonts: &Fonts, statement: &Statement, about: &About, chart: Option<&str>) -> Result<Vec<u8>, PaperError> {
    let chart = chart.and_then(|svg| Chart::read(svg, fonts));
    let mut flow = Flow::new(fonts);
    part::all(&mut flow, statement, about, chart.as_ref());
    let foot = |page: usize, pages: usize| -> Vec<Mark> { part::foot(fonts, statement, about, page, pages) };
    paint::paint(flow, chart.as_ref(), metadata(statement, about), foot)
}

/// Longer ones are no names.
const LONGEST_NAME: usize = 1000;

fn metadata(statement: &Statement, about: &About) -> Metadata {
    let name = |text: &str| text::clean(text).trim().chars().take(LONGEST_NAME).collect::<String>();
    let program = concat!("TLS Sunset ", env!("CARGO_PKG_VERSION"));
    let title = Some(name(&about.title)).filter(|title| !title.is_empty()).unwrap_or_else(|| UNTITLED.into());
    let made = statement.made;
    let part = |number: u32| u8::try_from(number).unwrap_or(0);
    let moment = Moment::new(u16::try_from(made.year()).unwrap_or(1970))
        .month(part(made.month()))
        .day(part(made.day()))
        .hour(part(made.hour()))
        .minute(part(made.minute()))
        .second(part(made.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .document_id(format!("{title} {}", statement.made.to_rfc3339()))
        .title(title)
        .authors(vec![name(&about.creator)])
        .description(name(&statement.overview.sentence))
        .creator(program.into())
        .producer(program.into())
        .creation_date(moment)
        .text_direction(TextDirection::LeftToRight)
}

const UNTITLED: &str = "TLS versions of calls";
