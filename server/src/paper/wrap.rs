//! Breaks texts into lines.

use super::{fonts::Fonts, ink::Style, text::clean};

/// A line that fits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Clean. It ends with a blank where a word ended: whoever copies two lines does not get one word.
    pub(super) text: String,
    /// Without that blank.
    pub(super) width: f32,
}

const CUT: char = '…';

/// No line is worth looking at more letters than this many times its length in narrow ones.
const LETTERS_PER_POINT: f32 = 2.0;

/// At most so many lines, the last one cut where there would be more; at least one, be it empty.
pub(super) fn wrap(fonts: &Fonts, text: &str, style: Style, width: f32, most: usize) -> Vec<Line> {
    // What cannot be seen anyway is not even measured.
    let enough = (width * LETTERS_PER_POINT) as usize * most + 64;
    let clean: String = clean(text).trim().chars().take(enough).collect();
    let letters: Vec<(char, f32)> =
        clean.chars().map(|c| (c, fonts.letter(c, style.bold).glyph.advance * style.size)).collect();
    let mut lines = Vec::new();
    let mut rest = letters.as_slice();
    while lines.len() < most {
        let (line, behind) = rest.split_at(first_line(rest, width));
        let is_cut = lines.len() + 1 == most && !behind.is_empty();
        lines.push(if is_cut { cut(fonts, line, style, width) } else { Line::of(line) });
        rest = behind;
        if rest.is_empty() {
            break;
        }
    }
    lines
}

/// On a single line.
pub(super) fn line(fonts: &Fonts, text: &str, style: Style, width: f32) -> Line {
    wrap(fonts, text, style, width, 1).pop().unwrap_or(Line { text: String::new(), width: 0.0 })
}

/// How many letters the first line takes.
fn first_line(letters: &[(char, f32)], width: f32) -> usize {
    let (mut x, mut end) = (0.0, 0);
    let (mut blank, mut mark) = (None, None);
    for (letter, advance) in letters {
        // Blanks at the end of a line take no room.
        if x + advance > width && end > 0 && *letter != ' ' {
            let is_far = |(_, at): &(usize, f32)| *at > width / 2.0;
            let is_good = |place: &(usize, f32)| is_far(place) || word(letters, place.0) <= width;
            // The halves of a name are worth less than a word.
            let is_fair =
                |place: &(usize, f32)| is_far(place) || place.1 > width / 4.0 && name(letters, place.0) <= width;
            let here = (end, width);
            let end = blank.filter(is_good).or(mark.filter(is_fair)).unwrap_or(here).0;
            return with_accents(letters, end);
        }
        x += advance;
        end += 1;
        match letter {
            ' ' => blank = Some((end, x)),
            letter if is_mark(*letter) => mark = Some((end, x)),
            _ => {}
        }
    }
    end
}

/// How wide the word is that begins there.
fn word(letters: &[(char, f32)], start: usize) -> f32 {
    letters.iter().skip(start).take_while(|(letter, _)| *letter != ' ').map(|(_, advance)| advance).sum()
}

/// The same for a part of a long name.
fn name(letters: &[(char, f32)], start: usize) -> f32 {
    let part = letters.iter().skip(start).take_while(|(letter, _)| *letter != ' ' && !is_mark(*letter));
    part.map(|(_, advance)| advance).sum()
}

/// A name may go on in the next line after one of these.
const fn is_mark(letter: char) -> bool {
    matches!(letter, ':' | '/' | '-' | '_' | '.' | '@' | ',' | ';' | '=' | '&' | '?' | '|' | ')')
}

/// Accents stay with their letter.
fn with_accents(letters: &[(char, f32)], end: usize) -> usize {
    let is_accent = |at: usize| letters.get(at).is_some_and(|(_, advance)| *advance == 0.0);
    let mut start = end;
    while start > 1 && is_accent(start) {
        start -= 1;
    }
    // A text of nothing but accents breaks anywhere.
    if start > 1 || !is_accent(end) { start.max(1) } else { end }
}

impl Line {
    fn of(letters: &[(char, f32)]) -> Self {
        let seen = letters.iter().rposition(|(letter, _)| *letter != ' ').map_or(0, |last| last + 1);
        let width = letters.iter().take(seen).map(|(_, advance)| advance).sum();
        // One blank says as much as many.
        let text = letters.iter().take(seen + 1).map(|(letter, _)| letter).collect();
        Self { text, width }
    }
}

fn cut(fonts: &Fonts, letters: &[(char, f32)], style: Style, width: f32) -> Line {
    let room = width - fonts.letter(CUT, style.bold).glyph.advance * style.size;
    let mut x = 0.0;
    let fits = letters.iter().take_while(|(_, advance)| {
        x += advance;
        x <= room
    });
    let mut text: String = fits.map(|(letter, _)| letter).collect();
    text.truncate(text.trim_end().len());
    text.push(CUT);
    Line { width: fonts.width(&text, style), text }
}
