//! Draws the pages: a PDF that an archive can keep (PDF/A-2a) and that can be read aloud (PDF/UA-1).

use super::{
    LANGUAGE, PaperError,
    chart::Chart,
    flow::{Flow, Item, Mark},
    fonts::Fonts,
    ink::{self, Colour, Style},
    text, tree,
};
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag},
    text::{GlyphId, KrillaGlyph, TextDirection},
};

/// `foot`: what stands at the end of a page, by its number from 0 and how many there are.
pub(super) fn paint(
    flow: Flow<'_>,
    chart: Option<&Chart>,
    metadata: Metadata,
    foot: impl Fn(usize, usize) -> Vec<Mark>,
) -> Result<Vec<u8>, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PaperError::Standards)?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut marks: Vec<Vec<Identifier>> = flow.elements.iter().map(|_| Vec::new()).collect();
    let count = flow.pages.len();
    for (number, items) in flow.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(ink::WIDTH, ink::HEIGHT).ok_or(PaperError::Standards)?;
        let mut page = document.start_page_with(settings);
        // It ends with the block, and the page goes on.
        {
            let mut brush = Brush { surface: page.surface(), fonts: flow.fonts, chart };
            for same in items.chunk_by(|one, next| one.of == next.of) {
                brush.element(same, &mut marks);
            }
            brush.foot(&foot(number, count));
        }
        page.finish();
    }
    let mut outline = Outline::new();
    for entry in &flow.contents {
        let place = XyzDestination::new(entry.page, Point::from_xy(0.0, (entry.y - 12.0).max(0.0)));
        outline.push_child(OutlineNode::new(entry.words.clone(), place));
    }
    document.set_outline(outline);
    document.set_tag_tree(tree::tree(&flow.elements, &mut marks));
    document.set_metadata(metadata.language(LANGUAGE.into()));
    document.finish().map_err(|error| match error {
        // There may be one for each letter.
        KrillaError::Validation(rules) => {
            PaperError::Invalid(format!("{:?}", rules.iter().take(3).collect::<Vec<_>>()))
        }
        error => PaperError::Written(error),
    })
}

struct Brush<'a> {
    surface: Surface<'a>,
    fonts: &'a Fonts,
    chart: Option<&'a Chart>,
}

impl Brush<'_> {
    /// What belongs to one element, or to none.
    fn element(&mut self, items: &[Item], marks: &mut [Vec<Identifier>]) {
        let of = items.first().and_then(|item| item.of);
        let tag = match of {
            Some(_) => ContentTag::Span(SpanTag::empty()),
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        };
        let identifier = self.surface.start_tagged(tag);
        items.iter().for_each(|item| self.mark(&item.mark));
        self.surface.end_tagged();
        if let Some(marks) = of.and_then(|element| marks.get_mut(element.0)) {
            marks.push(identifier);
        }
    }

    fn foot(&mut self, marks: &[Mark]) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        marks.iter().for_each(|mark| self.mark(mark));
        self.surface.end_tagged();
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Text { x, baseline, text, style } => self.text(*x, *baseline, text, *style),
            Mark::Fill { x, y, width, height, colour } => {
                self.colour(*colour);
                if let Some(path) = Rect::from_xywh(*x, *y, *width, *height).and_then(|rect| {
                    let mut path = PathBuilder::new();
                    path.push_rect(rect);
                    path.finish()
                }) {
                    self.surface.draw_path(&path);
                }
            }
            Mark::Dot { x, y, radius, colour } => self.dot(*x, *y, *radius, *colour),
            Mark::Line { points, colour, width } => self.line(points, *colour, *width),
            Mark::Chart { y, height } => {
                if let Some(chart) = self.chart {
                    chart.draw(&mut self.surface, *y, *height);
                }
            }
        }
    }

    fn colour(&mut self, colour: Colour) {
        let paint = rgb(colour).into();
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::NonZero }));
    }

    fn line(&mut self, points: &[(f32, f32)], colour: Colour, width: f32) {
        let mut path = PathBuilder::new();
        for (n, (x, y)) in points.iter().enumerate() {
            if n == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
        }
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { paint: rgb(colour).into(), width, ..Stroke::default() }));
        self.surface.draw_path(&path);
    }

    fn dot(&mut self, x: f32, y: f32, radius: f32, colour: Colour) {
        // A circle of four curves.
        let bend = radius * 0.5523;
        let mut path = PathBuilder::new();
        path.move_to(x + radius, y);
        path.cubic_to(x + radius, y + bend, x + bend, y + radius, x, y + radius);
        path.cubic_to(x - bend, y + radius, x - radius, y + bend, x - radius, y);
        path.cubic_to(x - radius, y - bend, x - bend, y - radius, x, y - radius);
        path.cubic_to(x + bend, y - radius, x + radius, y - bend, x + radius, y);
        path.close();
        if let Some(path) = path.finish() {
            self.colour(colour);
            self.surface.draw_path(&path);
        }
    }

    fn text(&mut self, mut x: f32, baseline: f32, text: &str, style: Style) {
        self.colour(style.colour);
        for piece in text::pieces(self.fonts, text, style) {
            let part = text.get(piece.range.clone()).unwrap_or_default();
            let font = self.fonts.font(piece.which).clone();
            let start = Point::from_xy(x, baseline);
            if piece.is_right_to_left {
                // Letters that join are narrower than single ones: it fits where these were measured.
                self.surface.draw_text(start, font, style.size, part, false, TextDirection::RightToLeft);
            } else {
                let glyphs = self.glyphs(part, style);
                self.surface.draw_glyphs(start, &glyphs, font, part, style.size, false);
            }
            x += self.fonts.width(part, style);
        }
    }

    fn glyphs(&self, text: &str, style: Style) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| {
            let drawn = self.fonts.letter(letter, style.bold);
            let (id, advance) = (GlyphId::new(drawn.glyph.id.into()), drawn.glyph.advance);
            KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, at..at + letter.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }
}

fn rgb(Colour(red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}
