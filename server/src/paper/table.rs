//! Tables that go on over pages: columns as wide as what they hold, rows that stay whole, the head again on each page.

use super::{
    flow::{ElementId, Flow, Mark, Tag},
    ink::{self, Colour, Style},
    wrap::{self, Line},
};

pub(super) struct Column {
    pub(super) head: &'static str,
    pub(super) width: Width,
    /// Numbers stand on the right.
    pub(super) is_number: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Width {
    /// As wide as its longest text, in points at most.
    Natural(f32),
    /// This part of what the others leave.
    Part(f32),
}

/// Texts below each other.
#[derive(Debug, Default)]
pub(super) struct Cell {
    pub(super) texts: Vec<(String, Style)>,
    /// A small line left of the text, and its colour.
    pub(super) spark: Option<(Vec<i64>, Colour)>,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { texts: vec![(text.into(), ink::CELL)], spark: None }
    }

    /// Another text below.
    #[must_use]
    pub(super) fn over(mut self, text: impl Into<String>, style: Style) -> Self {
        self.texts.push((text.into(), style));
        self
    }

    pub(super) fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { texts: vec![(text.into(), style)], spark: None }
    }
}

/// Of one text in a cell; all of it is in the CSV.
const MOST_LINES: usize = 12;

/// Between columns.
const GUTTER: f32 = 9.0;
const PADDING: f32 = 3.5;
const SPARK: f32 = 46.0;

/// A text of a cell as it is set.
type Block = (Vec<Line>, Style);

struct Place {
    x: f32,
    width: f32,
    is_number: bool,
}

struct Grid {
    places: Vec<Place>,
    heads: Vec<Block>,
}

/// The first cell of each row names the row. Without names of columns there is no head.
pub(super) fn table(flow: &mut Flow<'_>, columns: &[Column], rows: Vec<Vec<Cell>>) {
    let grid = grid(flow, columns, &rows);
    let table = flow.element(None, Tag::Table);
    let mut body = None;
    for row in rows {
        let blocks: Vec<Vec<Block>> =
            grid.places.iter().zip(&row).map(|(place, cell)| set(flow, cell, place.width)).collect();
        let height = blocks.iter().map(|cell| height(cell)).fold(0.0, f32::max) + PADDING * 2.0;
        match body {
            None => {
                flow.need(grid.head_height() + height);
                if grid.has_head() {
                    let head = flow.element(Some(table), Tag::TableHead);
                    grid.head(flow, Some(head));
                }
                body = Some(flow.element(Some(table), Tag::TableBody));
            }
            Some(_) if flow.need(height) => grid.head(flow, None),
            Some(_) => {}
        }
        let of = flow.element(body, Tag::Row);
        grid.row(flow, of, &row, blocks);
        flow.y += height;
        let points = vec![(ink::LEFT, flow.y), (ink::RIGHT, flow.y)];
        flow.draw(None, Mark::Line { points, colour: ink::BORDER, width: 0.5 });
    }
    flow.y += 5.0;
}

fn set(flow: &Flow<'_>, cell: &Cell, width: f32) -> Vec<Block> {
    let room = if cell.spark.is_some() { width - SPARK } else { width };
    let set = |(text, style): &(String, Style)| {
        let text = if text.is_empty() { "–" } else { text };
        (wrap::wrap(flow.fonts, text, *style, room, MOST_LINES), *style)
    };
    cell.texts.iter().map(set).collect()
}

fn height(cell: &[Block]) -> f32 {
    cell.iter().map(|(lines, style)| lines.len() as f32 * style.leading).sum()
}

fn grid(flow: &Flow<'_>, columns: &[Column], rows: &[Vec<Cell>]) -> Grid {
    let fonts = flow.fonts;
    let widest = |n: usize, column: &Column| {
        let cells = rows.iter().filter_map(|row| row.get(n));
        let texts = cells.flat_map(|cell| {
            let spark = if cell.spark.is_some() { SPARK } else { 0.0 };
            cell.texts.iter().map(move |(text, style)| fonts.width(text, *style) + spark)
        });
        // The name of a column may take several lines.
        let head = column.head.split(' ').map(|word| fonts.width(word, ink::HEAD));
        texts.chain(head).fold(0.0, f32::max)
    };
    let natural: Vec<Option<f32>> = (0..)
        .zip(columns)
        .map(|(n, column)| match column.width {
            // A little more, so that rounding breaks no word.
            Width::Natural(most) => Some(widest(n, column).min(most) + 0.1),
            Width::Part(_) => None,
        })
        .collect();
    let parts: f32 = columns.iter().map(|column| if let Width::Part(part) = column.width { part } else { 0.0 }).sum();
    let taken = natural.iter().flatten().sum::<f32>() + GUTTER * columns.len().saturating_sub(1) as f32;
    let left = (ink::COLUMN - taken).max(0.0);
    let mut x = ink::LEFT;
    let places: Vec<Place> = columns
        .iter()
        .zip(natural)
        .map(|(column, natural)| {
            let width = natural.unwrap_or(match column.width {
                Width::Part(part) => left * part / parts,
                Width::Natural(most) => most,
            });
            let place = Place { x, width, is_number: column.is_number };
            x += width + GUTTER;
            place
        })
        .collect();
    let heads = columns
        .iter()
        .zip(&places)
        .map(|(column, place)| (wrap::wrap(fonts, column.head, ink::HEAD, place.width, 3), ink::HEAD))
        .collect();
    Grid { places, heads }
}

impl Grid {
    fn has_head(&self) -> bool {
        self.heads.iter().flat_map(|(lines, _)| lines).any(|line| !line.text.is_empty())
    }

    fn head_height(&self) -> f32 {
        if !self.has_head() {
            return 0.0;
        }
        self.heads.iter().map(|block| height(std::slice::from_ref(block))).fold(0.0, f32::max) + PADDING * 2.0
    }

    /// `of`: `None` where it only repeats what was said.
    fn head(&self, flow: &mut Flow<'_>, of: Option<ElementId>) {
        if !self.has_head() {
            return;
        }
        let row = of.map(|head| flow.element(Some(head), Tag::Row));
        let bottom = flow.y + self.head_height();
        for (place, (lines, style)) in self.places.iter().zip(&self.heads) {
            let of = row.map(|row| flow.element(Some(row), Tag::ColumnHead));
            let mut y = bottom - PADDING - lines.len() as f32 * style.leading;
            for line in lines {
                place.line(flow, of, line, *style, y);
                y += style.leading;
            }
        }
        flow.y = bottom;
        let points = vec![(ink::LEFT, bottom), (ink::RIGHT, bottom)];
        flow.draw(None, Mark::Line { points, colour: ink::STRONG_BORDER, width: 0.75 });
    }

    fn row(&self, flow: &mut Flow<'_>, of: ElementId, row: &[Cell], blocks: Vec<Vec<Block>>) {
        let mut tag = Tag::RowHead;
        for ((place, cell), blocks) in self.places.iter().zip(row).zip(blocks) {
            let element = flow.element(Some(of), tag);
            tag = Tag::Cell;
            let mut y = flow.y + PADDING;
            if let Some((spark, colour)) = &cell.spark {
                sparkline(flow, spark, *colour, place.x, y);
            }
            for (lines, style) in &blocks {
                for line in lines {
                    place.line(flow, Some(element), line, *style, y);
                    y += style.leading;
                }
            }
        }
    }
}

impl Place {
    fn line(&self, flow: &mut Flow<'_>, of: Option<ElementId>, line: &Line, style: Style, y: f32) {
        let x = if self.is_number { self.x + self.width - line.width } else { self.x };
        flow.draw(of, Mark::Text { x, baseline: y + style.ascent(), text: line.text.clone(), style });
    }
}

/// The numbers beside it say what matters.
fn sparkline(flow: &mut Flow<'_>, numbers: &[i64], colour: Colour, x: f32, y: f32) {
    const HEIGHT: f32 = 9.0;
    let most = numbers.iter().copied().max().unwrap_or(0).max(1) as f32;
    let step = (SPARK - 8.0) / numbers.len().saturating_sub(1).max(1) as f32;
    let at = |(n, number): (usize, &i64)| {
        (x + n as f32 * step, y + HEIGHT - (*number).max(0) as f32 / most * (HEIGHT - 1.5))
    };
    let points: Vec<(f32, f32)> = numbers.iter().enumerate().map(at).collect();
    if points.len() > 1 {
        flow.draw(None, Mark::Line { points, colour, width: 0.9 });
    }
}
