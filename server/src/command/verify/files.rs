//! What is said of the log files that evidence names.

use super::plain;
use crate::evidence::{Found, Manifest};
use app::part::show;
use std::io::{self, Write};

/// Files that are named of each kind.
const SHOWN: usize = 10;

/// Whether all that are named are there.
pub(super) fn describe(found: &Found, manifest: &Manifest, out: &mut impl Write) -> io::Result<bool> {
    let count = |n: usize| show::count(n as i64);
    let files = |n: usize, what: &str| show::plural(n as i64, what);
    let (here, named) = (count(found.here), files(found.named, "named log file"));
    writeln!(out, "log files: {here} of {named} here with the same bytes")?;
    let missing = found.missing.iter().map(|missing| match missing.is_changed {
        true => format!("changed: {} (a file of that name is here, with other bytes)", missing.name),
        false => format!("missing: {}", missing.name),
    });
    some(missing, out)?;
    if !found.others.is_empty() {
        let others = files(found.others.len(), "file");
        writeln!(out, "{others} here that the evidence does not name (no calls were counted from them):")?;
        some(found.others.iter().cloned(), out)?;
    }
    if found.unhashed > 0 {
        let unhashed = files(found.unhashed, "log file");
        writeln!(out, "{unhashed} named without a hash: only counting anew tells of them")?;
    }
    let too_many =
        |counted: &&crate::evidence::Counted| counted.hashes.as_ref().is_some_and(|hashes| !hashes.are_named);
    for counted in manifest.counted.iter().filter(too_many) {
        let (source, number) = (plain(&counted.files.source), show::plural(counted.files.files, "log file"));
        writeln!(out, "{source}: its {number} are too many to be named; only counting anew tells of them")?;
    }
    Ok(found.missing.is_empty())
}

/// The first of them.
fn some(lines: impl ExactSizeIterator<Item = String>, out: &mut impl Write) -> io::Result<()> {
    let more = lines.len().saturating_sub(SHOWN);
    for line in lines.take(SHOWN) {
        writeln!(out, "  {}", plain(&line))?;
    }
    if more > 0 {
        writeln!(out, "  … and {} more", show::count(more as i64))?;
    }
    Ok(())
}
