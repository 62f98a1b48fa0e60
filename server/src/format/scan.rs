//! One pass over a JSON object: finds its end and, on the way, the fields that are read.
//!
//! Values that are not read are skipped by their brackets, strings by their quotes. Whether a skipped value is valid
//! JSON in itself is not looked at. Nothing recurses: nesting is a counter.

use super::{
    field::{Level, Meaning},
    fields::{Fields, Value},
    lanes::{Lanes, Words},
    text::{Text, unescape},
    window::Padded,
};

#[cfg(target_arch = "x86_64")]
use super::lanes::{Avx2, Avx512};

/// A position in the data.
#[derive(Clone, Copy)]
pub(crate) struct Place<'w> {
    pub(crate) data: Padded<'w>,
    pub(crate) at: usize,
}

/// Why a scan stopped early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The data end before the object does.
    Partial,
    /// Not JSON at this position.
    Bad(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scanned {
    /// A whole object; the position behind it.
    Object(usize),
    /// The object holds a list of records, which begins behind this position.
    List(usize),
}

/// Scans JSON objects, in one of the ways that this processor knows.
#[derive(Debug, Clone, Copy)]
pub struct Scanner(Way);

#[derive(Debug, Clone, Copy)]
enum Way {
    Words(Words),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Scanner {
    /// All that work on this processor, the fastest first.
    pub fn all() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let wide = [Avx512::new().map(Way::Avx512), Avx2::new().map(Way::Avx2)];
        #[cfg(not(target_arch = "x86_64"))]
        let wide = [];
        wide.into_iter().flatten().chain([Way::Words(Words)]).map(Self)
    }

    /// The fastest on this processor.
    pub(crate) fn fastest() -> Self {
        Self::all().next().unwrap_or(Self(Way::Words(Words)))
    }

    /// Scans the object that starts at `at`. Stops at a list of records only if it `may_list`.
    pub(crate) fn object<'w>(self, at: Place<'w>, may_list: bool, fields: &mut Fields<'w>) -> Result<Scanned, Stop> {
        match self.0 {
            Way::Words(lanes) => Cursor::new(lanes, at).object(may_list, fields),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the token proves the features.
            Way::Avx2(lanes) => unsafe { object_avx2(lanes, at, may_list, fields) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the token proves the features.
            Way::Avx512(lanes) => unsafe { object_avx512(lanes, at, may_list, fields) },
        }
    }

    /// Scans the string whose opening quote is at `at`; returns it with the position behind it.
    pub(crate) fn string<'w>(self, at: Place<'w>) -> Result<(Text<'w>, usize), Stop> {
        let mut cursor = Cursor::new(Words, at);
        Ok((cursor.string()?, cursor.at))
    }

    /// The position behind the number or the word at `at`.
    pub(crate) fn scalar(self, at: Place<'_>) -> Result<usize, Stop> {
        let mut cursor = Cursor::new(Words, at);
        cursor.scalar()?;
        Ok(cursor.at)
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,popcnt,lzcnt")]
fn object_avx2<'w>(lanes: Avx2, at: Place<'w>, list: bool, fields: &mut Fields<'w>) -> Result<Scanned, Stop> {
    Cursor::new(lanes, at).object(list, fields)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,pclmulqdq,bmi1,bmi2,popcnt,lzcnt")]
fn object_avx512<'w>(lanes: Avx512, at: Place<'w>, list: bool, fields: &mut Fields<'w>) -> Result<Scanned, Stop> {
    Cursor::new(lanes, at).object(list, fields)
}

struct Cursor<'w, L> {
    lanes: L,
    data: Padded<'w>,
    at: usize,
}

impl<'w, L: Lanes> Cursor<'w, L> {
    #[inline(always)]
    fn new(lanes: L, Place { data, at }: Place<'w>) -> Self {
        Self { lanes, data, at }
    }

    #[inline(always)]
    fn object(mut self, may_list: bool, fields: &mut Fields<'w>) -> Result<Scanned, Stop> {
        let mut level = Level::Record;
        let mut is_empty = self.enter();
        loop {
            if !is_empty {
                let meaning = self.key(level)?;
                let start = self.at;
                match self.byte() {
                    b'"' => fields.set(meaning, Value::Text(self.string()?)),
                    b'{' => {
                        fields.set(meaning, Value::Object { at: start });
                        if let Some(inner) = meaning.opens() {
                            level = inner;
                            is_empty = self.enter();
                            continue;
                        }
                        self.skip_container()?;
                    }
                    b'[' if may_list && level == Level::Record && meaning == Meaning::List => {
                        return Ok(Scanned::List(start + 1));
                    }
                    b'[' => {
                        self.skip_container()?;
                        fields.set(meaning, Value::Other);
                    }
                    _ => fields.set(meaning, self.scalar()?),
                }
            }
            match self.leave(level)? {
                Some(next) => level = next,
                None => return Ok(Scanned::Object(self.at)),
            }
            is_empty = false;
        }
    }

    /// Behind a value: on to the next key, out of the objects that end here. `None`: the outermost has ended.
    #[inline(always)]
    fn leave(&mut self, mut level: Level) -> Result<Option<Level>, Stop> {
        loop {
            self.space();
            match self.byte() {
                b',' => {
                    self.at += 1;
                    self.space();
                    return Ok(Some(level));
                }
                b'}' => self.at += 1,
                _ => return Err(self.bad()),
            }
            match level.outer() {
                Some(outer) => level = outer,
                None => return Ok(None),
            }
        }
    }

    /// Into an object; whether it is empty.
    #[inline(always)]
    fn enter(&mut self) -> bool {
        self.at += 1;
        self.space();
        self.byte() == b'}'
    }

    #[inline(always)]
    fn key(&mut self, level: Level) -> Result<Meaning, Stop> {
        if self.byte() != b'"' {
            return Err(self.bad());
        }
        let key = self.string()?;
        self.space();
        if self.byte() != b':' {
            return Err(self.bad());
        }
        self.at += 1;
        self.space();
        Ok(if key.escaped { Meaning::of(level, &unescape(key.raw)) } else { Meaning::of(level, key.raw) })
    }

    #[inline(always)]
    fn byte(&self) -> u8 {
        self.data.byte(self.at)
    }

    #[inline(always)]
    fn space(&mut self) {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn bad(&self) -> Stop {
        if self.at >= self.data.len() { Stop::Partial } else { Stop::Bad(self.at) }
    }

    /// From the opening quote to behind the closing one.
    #[inline(always)]
    fn string(&mut self) -> Result<Text<'w>, Stop> {
        let start = self.at + 1;
        let (mut at, mut escaped) = (start, false);
        loop {
            let (quote, backslash) = self.lanes.string(self.data.block(at));
            let found = (quote | backslash).trailing_zeros() as usize;
            if found == 64 {
                at += 64;
                if at >= self.data.len() {
                    return Err(Stop::Partial);
                }
            } else if quote >> found & 1 == 1 {
                let end = at + found;
                self.at = end + 1;
                return Ok(Text { raw: self.data.slice(start, end), escaped });
            } else {
                escaped = true;
                at += found + 2;
            }
        }
    }

    #[inline(always)]
    fn scalar(&mut self) -> Result<Value<'w>, Stop> {
        let start = self.at;
        while matches!(self.byte(), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.') {
            self.at += 1;
        }
        match self.data.slice(start, self.at) {
            _ if self.at >= self.data.len() => Err(Stop::Partial),
            b"" => Err(self.bad()),
            b"null" => Ok(Value::Null),
            b"true" => Ok(Value::True),
            _ => Ok(Value::Other),
        }
    }

    #[inline(always)]
    fn skip_container(&mut self) -> Result<(), Stop> {
        let mut nesting = Nesting::default();
        while self.at < self.data.len() {
            if let Some(end) = nesting.feed(self.lanes, self.data.block(self.at)) {
                self.at += end;
                return Ok(());
            }
            self.at += 64;
        }
        Err(Stop::Partial)
    }
}

/// Where a container ends, block by block, whatever is in it.
#[derive(Debug, Default)]
pub(crate) struct Nesting {
    depth: usize,
    /// All ones while the blocks so far end within a string.
    in_string: u64,
    /// 1 where the next byte is escaped.
    escapes_next: u64,
}

impl Nesting {
    /// The first block starts with the container's opening bracket. Returns the position behind the closing one.
    #[inline(always)]
    pub(crate) fn feed(&mut self, lanes: impl Lanes, block: &[u8; 64]) -> Option<usize> {
        let found = lanes.structure(block);
        let mut quote = found.quote;
        if (found.backslash | self.escapes_next) != 0 {
            quote &= !self.escaped(found.backslash);
        }
        let inside = lanes.prefix_xor(quote) ^ self.in_string;
        self.in_string = 0_u64.wrapping_sub(inside >> 63);
        let (open, close) = (found.open & !inside, found.close & !inside);
        if close.count_ones() as usize >= self.depth
            && let Some(end) = self.end(open, close)
        {
            return Some(end);
        }
        self.depth = (self.depth + open.count_ones() as usize).saturating_sub(close.count_ones() as usize);
        None
    }

    fn end(&self, open: u64, close: u64) -> Option<usize> {
        let mut rest = close;
        let mut closed = 0;
        while rest != 0 {
            let at = rest.trailing_zeros();
            closed += 1;
            let opened = (open & ((1 << at) - 1)).count_ones() as usize;
            if self.depth + opened <= closed {
                return Some(at as usize + 1);
            }
            rest &= rest - 1;
        }
        None
    }

    /// Bytes that follow an odd run of backslashes (the method of simdjson).
    fn escaped(&mut self, backslash: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let backslash = backslash & !self.escapes_next;
        let follows = backslash << 1 | self.escapes_next;
        let odd_starts = backslash & !EVEN & !follows;
        let (on_even, overflow) = odd_starts.overflowing_add(backslash);
        self.escapes_next = u64::from(overflow);
        (EVEN ^ (on_even << 1)) & follows
    }
}
