//! Digits of equal width, as a font has them for tables: its feature `tnum` puts other glyphs in the place of the usual ones.

use super::{table, u16_at, u32_at};

/// The glyph in the place of `glyph`; the same where the font has no other.
pub(super) fn tabular(font: &[u8], glyph: u16) -> u16 {
    substituted(font, glyph).unwrap_or(glyph)
}

fn substituted(font: &[u8], glyph: u16) -> Option<u16> {
    let all = table(font, b"GSUB")?;
    let offset = |at| u16_at(all, at).map(usize::from);
    let (features, lookups) = (all.get(offset(6)?..)?, all.get(offset(8)?..)?);
    let records = (0..usize::from(u16_at(features, 0)?)).map(|n| 2 + n * 6);
    let record = records.into_iter().find(|at| features.get(*at..at + 4) == Some(b"tnum"))?;
    let feature = features.get(usize::from(u16_at(features, record + 4)?)..)?;
    (0..usize::from(u16_at(feature, 2)?)).find_map(|n| {
        let lookup = usize::from(u16_at(feature, 4 + n * 2)?);
        looked_up(lookups.get(usize::from(u16_at(lookups, 2 + lookup * 2)?)..)?, glyph)
    })
}

/// Of one glyph by one other; there are lookups of other kinds.
const SINGLE: u16 = 1;
/// The same, further away.
const EXTENSION: u16 = 7;

fn looked_up(lookup: &[u8], glyph: u16) -> Option<u16> {
    let kind = u16_at(lookup, 0)?;
    (0..usize::from(u16_at(lookup, 4)?)).find_map(|n| {
        let subtable = lookup.get(usize::from(u16_at(lookup, 6 + n * 2)?)..)?;
        match kind {
            SINGLE => single(subtable, glyph),
            EXTENSION if u16_at(subtable, 2)? == SINGLE => single(subtable.get(u32_at(subtable, 4)?..)?, glyph),
            _ => None,
        }
    })
}

fn single(subtable: &[u8], glyph: u16) -> Option<u16> {
    let place = covered(subtable.get(usize::from(u16_at(subtable, 2)?)..)?, glyph)?;
    match u16_at(subtable, 0)? {
        1 => Some(glyph.wrapping_add(u16_at(subtable, 4)?)),
        2 => u16_at(subtable, 6 + place * 2),
        _ => None,
    }
}

/// The place of the glyph among those that a table is about.
fn covered(coverage: &[u8], glyph: u16) -> Option<usize> {
    let mut all = 0..usize::from(u16_at(coverage, 2)?);
    match u16_at(coverage, 0)? {
        1 => all.find(|n| u16_at(coverage, 4 + n * 2) == Some(glyph)),
        2 => all.find_map(|n| {
            let range = 4 + n * 6;
            let (start, end) = (u16_at(coverage, range)?, u16_at(coverage, range + 2)?);
            let first = usize::from(u16_at(coverage, range + 4)?);
            (start..=end).contains(&glyph).then(|| first + usize::from(glyph - start))
        }),
        _ => None,
    }
}
