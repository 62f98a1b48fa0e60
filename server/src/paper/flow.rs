//! Pages that fill from top to bottom: what stands where, and what it means. Nothing is drawn yet: how many pages there are
//! is known at the end only.

use super::{
    fonts::Fonts,
    ink::{self, Colour, Style},
    wrap::{self, Line},
};

/// A part of the document's structure, for whoever does not see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tag {
    /// A heading: its level and words.
    Heading(u16, String),
    Paragraph,
    List,
    Item,
    Label,
    ItemBody,
    Table,
    TableHead,
    TableBody,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    /// A picture: what it shows.
    Figure(String),
}

/// Of an [`Element`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ElementId(pub(super) usize);

#[derive(Debug)]
pub(super) struct Element {
    pub(super) tag: Tag,
    pub(super) children: Vec<ElementId>,
    pub(super) is_root: bool,
}

/// What is drawn, in points from the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    Text {
        x: f32,
        baseline: f32,
        text: String,
        style: Style,
    },
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        colour: Colour,
    },
    /// A disc.
    Dot {
        x: f32,
        y: f32,
        radius: f32,
        colour: Colour,
    },
    /// A thin line through points.
    Line {
        points: Vec<(f32, f32)>,
        colour: Colour,
        width: f32,
    },
    /// The chart, whose width is that of the column.
    Chart {
        y: f32,
        height: f32,
    },
}

impl Mark {
    fn lift(&mut self, up: f32) {
        match self {
            Self::Text { baseline, .. } => *baseline -= up,
            Self::Fill { y, .. } | Self::Dot { y, .. } | Self::Chart { y, .. } => *y -= up,
            Self::Line { points, .. } => points.iter_mut().for_each(|(_, y)| *y -= up),
        }
    }
}

#[derive(Debug)]
pub(super) struct Item {
    /// `None`: an ornament.
    pub(super) of: Option<ElementId>,
    pub(super) mark: Mark,
}

/// A heading for the list of contents.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) words: String,
    /// From 0.
    pub(super) page: usize,
    pub(super) y: f32,
}

pub(super) struct Flow<'f> {
    pub(super) fonts: &'f Fonts,
    pub(super) pages: Vec<Vec<Item>>,
    pub(super) elements: Vec<Element>,
    pub(super) contents: Vec<Entry>,
    /// Where the next thing goes on the last page.
    pub(super) y: f32,
    kept: Option<Kept>,
}

/// A heading, and what goes with it, that must not end a page.
struct Kept {
    /// The first one of its items on the last page.
    items: usize,
    top: f32,
    bottom: f32,
}

impl<'f> Flow<'f> {
    pub(super) fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, pages: vec![Vec::new()], elements: Vec::new(), contents: Vec::new(), y: ink::TOP, kept: None }
    }

    /// `within`: `None` for the document itself.
    pub(super) fn element(&mut self, within: Option<ElementId>, tag: Tag) -> ElementId {
        let id = ElementId(self.elements.len());
        self.elements.push(Element { tag, children: Vec::new(), is_root: within.is_none() });
        if let Some(parent) = within.and_then(|parent| self.elements.get_mut(parent.0)) {
            parent.children.push(id);
        }
        id
    }

    pub(super) fn draw(&mut self, of: Option<ElementId>, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Item { of, mark });
        }
    }

    /// A new page where there is no room for so much. True: there is one now.
    pub(super) fn need(&mut self, height: f32) -> bool {
        let is_new = self.y + height > ink::BOTTOM && self.y > ink::TOP;
        if is_new {
            self.turn();
        }
        is_new
    }

    /// Begins a page. A heading at the end of the last one goes with what it is about.
    fn turn(&mut self) {
        self.pages.push(Vec::new());
        let kept = self.kept.take().filter(|kept| kept.bottom == self.y && kept.top > ink::TOP);
        self.y = ink::TOP;
        let (Some(kept), [.., last, next]) = (kept, self.pages.as_mut_slice()) else { return };
        let up = kept.top - ink::TOP;
        next.extend(last.split_off(kept.items.min(last.len())));
        next.iter_mut().for_each(|item| item.mark.lift(up));
        self.y = kept.bottom - up;
        let page = self.pages.len() - 1;
        if let Some(entry) = self.contents.last_mut() {
            (entry.page, entry.y) = (page, entry.y - up);
        }
    }

    /// What was just said belongs to the heading, too.
    pub(super) fn keep(&mut self) {
        if let Some(kept) = &mut self.kept {
            kept.bottom = self.y;
        }
    }

    /// Room that nobody needs at the top of a page.
    pub(super) fn gap(&mut self, height: f32) {
        if self.y > ink::TOP {
            self.y += height;
        }
    }

    /// A heading, on the same page as what follows it.
    pub(super) fn heading(&mut self, words: &str) {
        let style = ink::HEADING;
        self.gap(17.0);
        self.need(style.leading + 8.0);
        let (page, y) = (self.pages.len() - 1, self.y);
        let items = self.pages.last().map_or(0, Vec::len);
        self.contents.push(Entry { words: words.to_owned(), page, y });
        let element = self.element(None, Tag::Heading(2, words.to_owned()));
        let points = vec![(ink::LEFT, y), (ink::RIGHT, y)];
        self.draw(None, Mark::Line { points, colour: ink::TEXT, width: 0.75 });
        self.y += 5.0;
        let line = wrap::line(self.fonts, words, style, ink::COLUMN);
        self.put(element, ink::LEFT, line, style);
        self.y += 3.0;
        self.kept = Some(Kept { items, top: y, bottom: self.y });
    }

    /// A line, and on to the next.
    pub(super) fn put(&mut self, of: ElementId, x: f32, line: Line, style: Style) {
        let baseline = self.y + style.ascent();
        self.draw(Some(of), Mark::Text { x, baseline, text: line.text, style });
        self.y += style.leading;
    }

    /// A text of any length over as many pages as it needs; a line of it never stands alone where it can be helped.
    pub(super) fn lines(&mut self, of: ElementId, x: f32, lines: Vec<Line>, style: Style) {
        let count = lines.len();
        for (n, line) in lines.into_iter().enumerate() {
            let left = count - n;
            self.need(style.leading * if n == 0 || left == 2 { left.min(2) as f32 } else { 1.0 });
            self.put(of, x, line, style);
        }
    }

    pub(super) fn paragraph(&mut self, text: &str, style: Style) {
        let lines = wrap::wrap(self.fonts, text, style, ink::COLUMN, MOST_LINES);
        let element = self.element(None, Tag::Paragraph);
        self.lines(element, ink::LEFT, lines, style);
        self.y += 3.0;
    }

    /// A list with dots.
    pub(super) fn list(&mut self, texts: impl IntoIterator<Item = String>, style: Style) {
        const INDENT: f32 = 11.0;
        let list = self.element(None, Tag::List);
        for text in texts {
            let lines = wrap::wrap(self.fonts, &text, style, ink::COLUMN - INDENT, MOST_LINES);
            self.need(style.leading * lines.len().min(2) as f32);
            let item = self.element(Some(list), Tag::Item);
            let label = self.element(Some(item), Tag::Label);
            let baseline = self.y + style.ascent();
            let dot =
                Mark::Text { x: ink::LEFT + 2.0, baseline, text: "•".into(), style: style.in_colour(ink::MUTED) };
            self.draw(Some(label), dot);
            let body = self.element(Some(item), Tag::ItemBody);
            self.lines(body, ink::LEFT + INDENT, lines, style);
            self.y += 1.0;
        }
        self.y += 2.0;
    }
}

/// Of one text: more is none that anybody reads.
pub(super) const MOST_LINES: usize = 60;
