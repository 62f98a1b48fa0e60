//! Where records stand in a file: in `{"Records":[…]}` or another list, one behind the other, wrapped in envelopes.

use super::{
    count::Counter,
    describe,
    field::{Field, Level, Meaning},
    fields::Fields,
    lanes::Words,
    scan::{Nesting, Place, Scanned, Scanner, Stop},
    text::{Text, unescape_into},
    time,
    window::{PADDING, Padded, RECORD_LIMIT, Window},
};
use app::model::report::FileState;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes that tell what a file is, or that a report may show.
const ENOUGH: usize = 640;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const BAD_JSON: &str = "not valid JSON";
const TOO_LARGE: &str = "larger than 4 MB; CloudTrail's own limit is 256 kB";
const NO_OBJECT: &str = "not a CloudTrail record: no JSON object";

/// Why reading stopped before the file's end.
#[derive(Debug)]
pub(crate) enum Broken {
    /// What is wrong, and from which byte on.
    Damaged(String),
    /// Not a log file at all.
    Foreign(FileState, String),
    Stopped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    File,
    /// An array whose elements are records or envelopes.
    List,
    /// The object around a list.
    Envelope,
}

pub(crate) struct Frame<'a, 'w, 'c> {
    pub(crate) scanner: Scanner,
    pub(crate) window: &'a mut Window<'w>,
    pub(crate) counter: &'a mut Counter<'c>,
    pub(crate) stop: &'a AtomicBool,
    at: usize,
    outer: Vec<Inside>,
    /// A record out of a JSON string.
    unwrapped: Vec<u8>,
    /// What the first object that is no record is instead.
    stranger: Option<String>,
    /// Offset and beginning of an object at the top that is larger than a record may be.
    oversized: Option<(u64, Vec<u8>)>,
}

impl<'a, 'w, 'c> Frame<'a, 'w, 'c> {
    pub(crate) fn new(
        scanner: Scanner,
        window: &'a mut Window<'w>,
        counter: &'a mut Counter<'c>,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            scanner,
            window,
            counter,
            stop,
            at: 0,
            outer: Vec::new(),
            unwrapped: Vec::new(),
            stranger: None,
            oversized: None,
        }
    }

    pub(crate) fn take_stranger(&mut self) -> Option<String> {
        self.stranger.take()
    }

    /// Reads all records.
    pub(crate) fn read(&mut self) -> Result<(), Broken> {
        while self.window.data().len() < BYTE_ORDER_MARK.len() && self.window.advance(&mut self.at) {}
        if self.window.data().from(0).starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        while let Some(byte) = self.peek() {
            if self.counter.is_stopped() || self.stop.load(Ordering::Relaxed) {
                return Err(Broken::Stopped);
            }
            let inside = self.outer.last().copied().unwrap_or(Inside::File);
            match (inside, byte) {
                (Inside::File | Inside::List, b'{') => self.object(inside)?,
                (Inside::File, b'[') => self.push(Inside::List),
                (Inside::List | Inside::Envelope, b',') => self.at += 1,
                (Inside::List, b']') => self.pop(),
                (Inside::List, _) => self.element()?,
                (Inside::Envelope, b'"') => self.entry()?,
                (Inside::Envelope, b'}') => self.end_envelope(),
                (Inside::Envelope, _) => return Err(self.damaged(BAD_JSON, self.at)),
                (Inside::File, _) => self.line()?,
            }
        }
        if self.outer.is_empty() { Ok(()) } else { Err(self.truncated()) }
    }

    /// The next byte that is no blank; `None` at the end.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let data = self.window.data();
            while matches!(data.byte(self.at), b' ' | b'\n' | b'\r' | b'\t') {
                self.at += 1;
            }
            if self.at < data.len() {
                return Some(data.byte(self.at));
            }
            if !self.window.advance(&mut self.at) {
                return None;
            }
        }
    }

    fn push(&mut self, inside: Inside) {
        self.outer.push(inside);
        self.at += 1;
    }

    fn pop(&mut self) {
        self.outer.pop();
        self.at += 1;
    }

    fn damaged(&self, what: &str, at: usize) -> Broken {
        Broken::Damaged(format!("{what} at byte {}", self.window.offset(at)))
    }

    fn truncated(&self) -> Broken {
        Broken::Damaged(format!("it ends in the middle, at byte {}", self.window.bytes()))
    }

    /// A record or an envelope of one.
    fn object(&mut self, inside: Inside) -> Result<(), Broken> {
        loop {
            let mut fields = Fields::default();
            let data = self.window.data();
            match self.scanner.object(Place { data, at: self.at }, inside == Inside::File, &mut fields) {
                Ok(Scanned::Object(end)) => {
                    take(
                        self.scanner,
                        self.counter,
                        &mut self.unwrapped,
                        &mut self.stranger,
                        &fields,
                        Found { data, at: self.at, end, offset: self.window.offset(self.at) },
                    );
                    self.at = end;
                    return Ok(());
                }
                Ok(Scanned::List(at)) => {
                    let is_control_message = fields.is_control_message;
                    return self.list(at, is_control_message);
                }
                Err(Stop::Bad(at)) => return self.bad_object(inside, at),
                Err(Stop::Partial) if self.window.advance(&mut self.at) => {}
                Err(Stop::Partial) if self.window.is_full() => return self.oversized(inside),
                Err(Stop::Partial) => return self.bad_object(inside, data_end(self.window)),
            }
        }
    }

    /// Into the list that begins behind `at`.
    fn list(&mut self, at: usize, is_control_message: bool) -> Result<(), Broken> {
        self.outer.push(Inside::Envelope);
        self.at = at;
        if is_control_message {
            self.at -= 1;
            return self.skip_nested();
        }
        self.outer.push(Inside::List);
        self.oversized = None;
        Ok(())
    }

    /// An element of a list that is no object.
    fn element(&mut self) -> Result<(), Broken> {
        let (offset, mut start) = self.beginning();
        self.skip_value()?;
        start.truncate(usize::try_from(self.window.offset(self.at) - offset).unwrap_or(ENOUGH));
        self.stranger.get_or_insert_with(|| "a JSON list without CloudTrail records".to_owned());
        self.counter.skip_stranger(NO_OBJECT, offset, &start);
        Ok(())
    }

    /// Key and value of the object around a list.
    fn entry(&mut self) -> Result<(), Broken> {
        let is_list = loop {
            let place = Place { data: self.window.data(), at: self.at };
            match self.scanner.string(place).map(|(key, end)| (is_list_key(key), end)) {
                Ok((is_list, end)) => {
                    self.at = end;
                    break is_list;
                }
                Err(_) if self.window.advance(&mut self.at) => {}
                Err(_) => return Err(self.truncated()),
            }
        };
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.damaged(BAD_JSON, self.at)),
            None => return Err(self.truncated()),
        }
        match self.peek() {
            Some(b'[') if is_list => {
                self.oversized = None;
                self.push(Inside::List);
                Ok(())
            }
            Some(_) => self.skip_value(),
            None => Err(self.truncated()),
        }
    }

    fn end_envelope(&mut self) {
        self.pop();
        if let Some((offset, start)) = self.oversized.take() {
            self.counter.skip(TOO_LARGE, offset, &start);
        }
    }

    /// Where the scan stands, for a report. Positions in the window may change.
    fn beginning(&mut self) -> (u64, Vec<u8>) {
        while self.window.data().len() - self.at < ENOUGH && self.window.advance(&mut self.at) {}
        let data = self.window.data();
        (self.window.offset(self.at), data.slice(self.at, data.len().min(self.at + ENOUGH)).to_vec())
    }

    fn skip_value(&mut self) -> Result<(), Broken> {
        loop {
            let place = Place { data: self.window.data(), at: self.at };
            match place.data.byte(self.at) {
                b'{' | b'[' => return self.skip_nested(),
                b'"' => return self.skip_text(),
                _ => {}
            }
            match self.scanner.scalar(place) {
                Ok(end) => {
                    self.at = end;
                    return Ok(());
                }
                Err(Stop::Bad(at)) => return Err(self.damaged(BAD_JSON, at)),
                Err(Stop::Partial) if self.window.advance(&mut self.at) => {}
                Err(Stop::Partial) => return Err(self.truncated()),
            }
        }
    }

    /// Skips a string of any size.
    fn skip_text(&mut self) -> Result<(), Broken> {
        self.at += 1;
        loop {
            let data = self.window.data();
            match memchr::memchr2(b'"', b'\\', data.from(self.at)) {
                Some(n) if data.byte(self.at + n) == b'"' => {
                    self.at += n + 1;
                    return Ok(());
                }
                Some(n) => self.at += n + 2,
                None => self.at = data.len().max(self.at),
            }
            // What a backslash escapes may come with the next bytes.
            let beyond = self.at.saturating_sub(data.len());
            if self.at >= data.len() {
                if !self.window.advance(&mut self.at) {
                    return Err(self.truncated());
                }
                self.at += beyond;
            }
        }
    }

    /// Skips an object or a list of any size.
    fn skip_nested(&mut self) -> Result<(), Broken> {
        let mut nesting = Nesting::default();
        loop {
            let data = self.window.data();
            if self.at + PADDING > data.len() && self.window.advance(&mut self.at) {
                continue;
            }
            let data = self.window.data();
            if self.at >= data.len() {
                return Err(self.truncated());
            }
            if let Some(end) = nesting.feed(Words, data.block(self.at)) {
                self.at += end;
                return Ok(());
            }
            self.at += PADDING;
        }
    }

    /// An object that fills the window.
    fn oversized(&mut self, inside: Inside) -> Result<(), Broken> {
        let (offset, start) = self.beginning();
        if inside == Inside::File {
            // It may still be the object around a list.
            self.oversized = Some((offset, start));
            self.push(Inside::Envelope);
            return Ok(());
        }
        self.skip_nested()?;
        self.counter.skip(TOO_LARGE, offset, &start);
        Ok(())
    }

    /// An object that is not valid JSON from `at` on, or ends there with the file.
    fn bad_object(&mut self, inside: Inside, at: usize) -> Result<(), Broken> {
        let is_end = at >= self.window.data().len();
        let broken = if is_end { self.truncated() } else { self.damaged(BAD_JSON, at) };
        let (offset, mut start) = self.beginning();
        let goes_on = match inside {
            Inside::File => self.next_line(),
            _ => !is_end && self.skip_nested().is_ok() && matches!(self.peek(), Some(b',' | b']')),
        };
        if !goes_on {
            return Err(broken);
        }
        start.truncate(usize::try_from(self.window.offset(self.at) - offset).unwrap_or(ENOUGH));
        self.counter.skip(BAD_JSON, offset, start.trim_ascii_end());
        Ok(())
    }

    /// To the next line on which a record may start; `false` if there is none.
    fn next_line(&mut self) -> bool {
        let mut from = self.at + 1;
        loop {
            let rest = self.window.data().from(from);
            for end in memchr::memchr_iter(b'\n', rest) {
                if let Some(b'{' | b'0'..=b'9') = rest.get(end + 1) {
                    self.at = from + end + 1;
                    return true;
                }
            }
            // The line's first byte may come with the next bytes.
            from = (from + rest.len()).saturating_sub(1).max(self.at + 1);
            self.at = from;
            if !self.window.advance(&mut self.at) {
                return false;
            }
            from = self.at;
        }
    }

    /// Text outside of JSON: `CloudWatch` exports have a time before each record; anything else is no log.
    fn line(&mut self) -> Result<(), Broken> {
        while self.window.data().len() - self.at < ENOUGH && self.window.advance(&mut self.at) {}
        let data = self.window.data();
        let start = data.slice(self.at, data.len().min(self.at + PADDING));
        if let Some(n) = memchr::memchr(b'{', start)
            && start.get(..n).is_some_and(|before| time::parse(before.trim_ascii_end()).is_some())
        {
            self.at += n;
            return Ok(());
        }
        if self.counter.seen().records == 0 {
            let (state, what) = describe::unknown(data.from(self.at));
            return Err(Broken::Foreign(state, what));
        }
        let broken = self.damaged("text that is no JSON", self.at);
        let (offset, mut start) = self.beginning();
        if !self.next_line() {
            return Err(broken);
        }
        start.truncate(usize::try_from(self.window.offset(self.at) - offset).unwrap_or(ENOUGH));
        self.counter.skip("not JSON", offset, start.trim_ascii_end());
        Ok(())
    }
}

fn is_list_key(key: Text<'_>) -> bool {
    Meaning::of(Level::Record, &key.bytes()) == Meaning::List
}

fn data_end(window: &Window<'_>) -> usize {
    window.data().len()
}

/// An object in the window.
struct Found<'w> {
    data: Padded<'w>,
    at: usize,
    end: usize,
    offset: u64,
}

/// Counts an object, or the record that it wraps.
fn take(
    scanner: Scanner,
    counter: &mut Counter<'_>,
    unwrapped: &mut Vec<u8>,
    stranger: &mut Option<String>,
    fields: &Fields<'_>,
    found: Found<'_>,
) {
    let raw = found.data.slice(found.at, found.end);
    if raw.len() > RECORD_LIMIT {
        return counter.skip(TOO_LARGE, found.offset, raw);
    }
    if !fields.is_record() {
        stranger.get_or_insert_with(|| describe::object(raw));
        if let Some(at) = fields.detail {
            return inner(scanner, counter, Place { data: found.data, at }, found.offset, raw);
        }
        if let Some(text) = fields.get(Field::Wrapped) {
            unwrapped.clear();
            unescape_into(text.raw, unwrapped);
            let at = unwrapped.iter().take_while(|b| b.is_ascii_whitespace()).count();
            unwrapped.extend_from_slice(&[0; PADDING]);
            return inner(scanner, counter, Place { data: Padded::new(unwrapped), at }, found.offset, raw);
        }
    }
    counter.record(fields, found.offset, raw);
}

/// Counts the record at `place`, within the envelope `raw`.
fn inner(scanner: Scanner, counter: &mut Counter<'_>, place: Place<'_>, offset: u64, raw: &[u8]) {
    let mut fields = Fields::default();
    if place.data.byte(place.at) != b'{' {
        return counter.skip(NO_OBJECT, offset, raw);
    }
    match scanner.object(place, false, &mut fields) {
        Ok(_) => counter.record(&fields, offset, raw),
        Err(_) => counter.skip(BAD_JSON, offset, raw),
    }
}
