//! Reads from a TrueType font what measuring needs: which glyph a letter has, and how wide it is.

mod tabular;

use std::collections::HashMap;
use tabular::tabular;

/// One letter as a font draws it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) id: u16,
    /// In em.
    pub(super) advance: f32,
}

pub(super) struct Glyphs {
    /// By letter.
    ids: HashMap<u32, u16>,
    /// In em, by glyph; the last one is that of all further glyphs.
    advances: Vec<f32>,
}

/// More letters than Unicode has are none of a font's.
const MOST_LETTERS: usize = 0x11_0000;

impl Glyphs {
    /// Digits are all of the same width, where the font can do that: numbers stand below each other.
    ///
    /// `None`: it is no TrueType font, or has no table of Unicode letters.
    pub(super) fn read(font: &[u8]) -> Option<Self> {
        let units = f32::from(u16_at(table(font, b"head")?, 18)?);
        let wide = usize::from(u16_at(table(font, b"hhea")?, 34)?);
        let metrics = table(font, b"hmtx")?;
        let advances: Option<Vec<f32>> =
            (0..wide).map(|glyph| Some(f32::from(u16_at(metrics, glyph * 4)?) / units)).collect();
        let advances = advances.filter(|advances| !advances.is_empty() && units > 0.0)?;
        let mut ids = letters(table(font, b"cmap")?)?;
        for digit in '0'..='9' {
            ids.entry(digit.into()).and_modify(|id| *id = tabular(font, *id));
        }
        Some(Self { ids, advances })
    }

    pub(super) fn of(&self, letter: char) -> Option<Glyph> {
        let id = *self.ids.get(&u32::from(letter))?;
        let advance = self.advances.get(usize::from(id)).or(self.advances.last())?;
        Some(Glyph { id, advance: *advance })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let number = u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?);
    usize::try_from(number).ok()
}

fn table<'f>(font: &'f [u8], tag: &[u8; 4]) -> Option<&'f [u8]> {
    let records = (0..usize::from(u16_at(font, 4)?)).map(|n| 12 + n * 16);
    let record = records.into_iter().find(|at| font.get(*at..at + 4) == Some(tag))?;
    let (offset, length) = (u32_at(font, record + 8)?, u32_at(font, record + 12)?);
    font.get(offset..offset.checked_add(length)?)
}

/// The largest Unicode table that is understood.
fn letters(cmap: &[u8]) -> Option<HashMap<u32, u16>> {
    let subtables = (0..usize::from(u16_at(cmap, 2)?)).filter_map(|n| {
        let record = 4 + n * 8;
        let is_unicode = matches!((u16_at(cmap, record)?, u16_at(cmap, record + 2)?), (0, _) | (3, 1 | 10));
        let table = cmap.get(u32_at(cmap, record + 4)?..)?;
        let ids = match u16_at(table, 0)? {
            4 => segments(table),
            12 => groups(table),
            _ => None,
        };
        ids.filter(|_| is_unicode)
    });
    subtables.max_by_key(HashMap::len)
}

/// Format 4: segments of the first 65,536 letters.
fn segments(table: &[u8]) -> Option<HashMap<u32, u16>> {
    let twice = usize::from(u16_at(table, 6)?);
    let mut ids = HashMap::new();
    for segment in (0..twice).step_by(2) {
        let end = u16_at(table, 14 + segment)?;
        let start = u16_at(table, 16 + twice + segment)?;
        let delta = u16_at(table, 16 + twice * 2 + segment)?;
        let place = 16 + twice * 3 + segment;
        let offset = usize::from(u16_at(table, place)?);
        for letter in start..=end {
            let id = match offset {
                0 => letter.wrapping_add(delta),
                _ => match u16_at(table, place + offset + usize::from(letter - start) * 2) {
                    Some(0) | None => 0,
                    Some(id) => id.wrapping_add(delta),
                },
            };
            if id != 0 {
                ids.insert(u32::from(letter), id);
            }
        }
    }
    Some(ids)
}

/// Format 12: groups of any letters.
fn groups(table: &[u8]) -> Option<HashMap<u32, u16>> {
    let mut ids = HashMap::new();
    for group in 0..u32_at(table, 12)? {
        let at = 16 + group * 12;
        let (start, end, first) = (u32_at(table, at)?, u32_at(table, at + 4)?, u32_at(table, at + 8)?);
        for letter in start..=end.min(MOST_LETTERS) {
            if let (Ok(letter), Ok(id @ 1..)) = (u32::try_from(letter), u16::try_from(first + (letter - start))) {
                ids.insert(letter, id);
            }
        }
    }
    Some(ids)
}
