//! Log files to calls: from decoded bytes to a tally. The format is found out from the content.
//!
//! `window` (bytes in memory) → `frame` (where records stand) → `scan` with `lanes` (one pass over a record) → `field`,
//! `fields` (what is read of it) → `record`, `time`, `tls` (what it says about a call) → `count`, `keys` (tallies).
//! `text` makes foreign texts safe, `describe` says what a file is that is no log.

mod count;
mod describe;
mod field;
mod fields;
mod frame;
mod keys;
mod lanes;
mod record;
mod scan;
mod text;
mod time;
mod tls;
mod window;

pub(crate) use count::{Counter, Counters};
pub use scan::Scanner;
pub(crate) use text::visible;
pub(crate) use window::{PADDING, STEP, Window};

use crate::tally::{Detail, Part};
use app::model::report::FileState;
use count::Seen;
use frame::{Broken, Frame};
use std::{io, ops::ControlFlow, sync::atomic::AtomicBool};

/// Reads one decoded log file out of `source`, with a window that grows by `step` bytes: the parser alone, for tests,
/// fuzzing and experiments. [`crate::source::read`] is what reads files.
pub fn read_decoded(source: &mut dyn io::Read, step: usize, detail: Detail, scanner: Scanner) -> Vec<Part> {
    let (mut parts, mut buffer, mut counters) = (Vec::new(), Vec::new(), Counters::default());
    let mut emit = |part| {
        parts.push(part);
        ControlFlow::Continue(())
    };
    let counter = Counter::new("decoded".into(), detail, 0, &mut counters, &mut emit);
    let _never_stopped =
        read(scanner, &mut Window::stream(&mut buffer, source, step), counter, &AtomicBool::new(false));
    parts
}

/// Reads the log file in the window, and hands its parts over. Ends early, without a last part, when told to `stop`.
pub(crate) fn read(
    scanner: Scanner,
    window: &mut Window<'_>,
    mut counter: Counter<'_>,
    stop: &AtomicBool,
) -> ControlFlow<()> {
    let mut frame = Frame::new(scanner, window, &mut counter, stop);
    let result = frame.read();
    let stranger = frame.take_stranger();
    let (state, reason) = match result {
        Err(Broken::Stopped) => return ControlFlow::Break(()),
        Err(Broken::Foreign(state, reason)) => (state, reason),
        Err(Broken::Damaged(what)) => damaged(&window.failure().map_or(what, ToString::to_string), counter.seen()),
        Ok(()) => match window.failure() {
            Some(failure) => damaged(&failure.to_string(), counter.seen()),
            None => whole(counter.seen(), stranger, window.bytes()),
        },
    };
    let content = counter.needs_content().then(|| window.content());
    counter.end(state, reason, window.bytes(), content)
}

fn damaged(what: &str, seen: Seen) -> (FileState, String) {
    match seen.records {
        0 => (FileState::Failed, format!("{what}; no record could be read")),
        1 => (FileState::Damaged, format!("{what}; the record before it was kept")),
        n => (FileState::Damaged, format!("{what}; the {n} records before it were kept")),
    }
}

/// A file that was read to its end. It is never silently done without a call.
fn whole(seen: Seen, stranger: Option<String>, bytes: u64) -> (FileState, String) {
    let reason = match seen {
        _ if bytes == 0 => "empty".to_owned(),
        Seen { records: 0, .. } => "it holds no records".to_owned(),
        Seen { calls: 1.., .. } => return (FileState::Done, String::new()),
        Seen { records, insights, .. } if records == insights => "CloudTrail Insights, which are not calls".to_owned(),
        Seen { records, strangers, .. } if records == strangers => stranger.unwrap_or_default(),
        Seen { records, .. } => return (FileState::Done, format!("none of its {records} records could be counted")),
    };
    (FileState::Skipped, reason)
}
