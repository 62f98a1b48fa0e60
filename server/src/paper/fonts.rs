//! The letters: Inter in two weights, and `DejaVu` Sans for what Inter lacks.

use super::{
    font::{Glyph, Glyphs},
    ink::Style,
};
use crate::drawing;
use krilla::{Data, text::Font};
use std::{fmt, sync::Arc};

/// All fonts of paper, ready to measure and to draw with. Making them takes some milliseconds: once is enough.
pub struct Fonts {
    sans: Face,
    bold: Face,
    wide: Face,
    /// The same, for texts in a chart.
    pub(super) files: drawing::Fonts,
}

struct Face {
    font: Font,
    glyphs: Glyphs,
}

/// A file of the build is no font that can be used: build anew.
#[derive(Debug, thiserror::Error)]
#[error("{0}.ttf is no font that can be used: run `make build`")]
pub struct FontError(&'static str);

/// Which font a letter is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Sans,
    Bold,
    Wide,
}

/// How a letter is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drawn {
    pub(super) which: Which,
    pub(super) glyph: Glyph,
}

/// Stands for a letter that no font has.
pub(super) const REPLACEMENT: char = '\u{fffd}';

impl Fonts {
    /// # Errors
    /// When a file is no font.
    pub fn new(files: drawing::Fonts) -> Result<Self, FontError> {
        let face = |name, bytes: &Arc<[u8]>| Face::new(bytes.clone()).ok_or(FontError(name));
        let (sans, bold) = (face("sans", &files.sans)?, face("sans-bold", &files.bold)?);
        let wide = face("wide", &files.wide)?;
        if wide.glyphs.of(REPLACEMENT).is_none() {
            return Err(FontError("wide"));
        }
        Ok(Self { sans, bold, wide, files })
    }

    pub(super) fn font(&self, which: Which) -> &Font {
        &self.face(which).font
    }

    const fn face(&self, which: Which) -> &Face {
        match which {
            Which::Sans => &self.sans,
            Which::Bold => &self.bold,
            Which::Wide => &self.wide,
        }
    }

    /// Whether the font with most letters has it.
    pub(super) fn is_wide(&self, letter: char) -> bool {
        self.wide.glyphs.of(letter).is_some()
    }

    pub(super) fn letter(&self, letter: char, bold: bool) -> Drawn {
        let first = if bold { Which::Bold } else { Which::Sans };
        if let Some(glyph) = self.face(first).glyphs.of(letter) {
            return Drawn { which: first, glyph };
        }
        let glyph = self.wide.glyphs.of(letter).or_else(|| self.wide.glyphs.of(REPLACEMENT));
        // That it has a replacement was looked at when it was read.
        Drawn { which: Which::Wide, glyph: glyph.unwrap_or(Glyph { id: 0, advance: 0.6 }) }
    }

    /// In points.
    pub(super) fn width(&self, text: &str, style: Style) -> f32 {
        let letters = text.chars().map(|letter| self.letter(letter, style.bold).glyph.advance);
        letters.sum::<f32>() * style.size
    }
}

impl Face {
    fn new(bytes: Arc<[u8]>) -> Option<Self> {
        let glyphs = Glyphs::read(&bytes)?;
        let shared: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(bytes);
        Some(Self { glyphs, font: Font::new(Data::from(shared), 0)? })
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fonts")
    }
}
