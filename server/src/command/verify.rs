//! `tls-sunset verify`: is this evidence what was made, and do log files say the same?

mod files;

use super::tally::count::Counts;
use crate::{
    evidence::{Calls, Checked, Inventory, Recount, check, hex},
    source::{self, Input, Options, Progress, Resume},
    tally::Detail,
};
use anyhow::Context as _;
use app::part::show;
use chrono::DateTime;
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write},
    ops::ControlFlow,
    path::PathBuf,
    process::ExitCode,
};

const EXAMPLES: &str = "\
Examples:
  tls-sunset verify evidence.zip
  tls-sunset verify evidence.zip logs/ AWSLogs.zip

Exit codes: 0 nothing was changed, all named log files are there and all numbers are the same; 1 something is not as it should
be; 2 wrong usage. Log files that the evidence does not name change nothing as long as the numbers are the same.";

/// Checks evidence: the ZIP that a shared page offers.
///
/// Compares every file in it with the manifest by SHA-256, and prints the SHA-256 of the ZIP itself, which the page shows. With
/// log files (files, folders, archives) it looks for those that the evidence names, by SHA-256, counts the calls of all of them
/// anew, each once, and compares every number with the evidence.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The ZIP.
    evidence: PathBuf,

    /// Log files, folders and archives that it was counted from.
    logs: Vec<PathBuf>,

    /// Reading threads [default: one per core].
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

/// Numbers that are not the same and are named.
const SHOWN: usize = 20;

/// # Errors
/// When the file cannot be read, is no evidence, or nothing can be printed.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let out = &mut io::stdout().lock();
    let name = args.evidence.display();
    let mut file = File::open(&args.evidence).with_context(|| format!("{name} cannot be opened"))?;
    let digest = digest(&mut file).with_context(|| format!("{name} cannot be read"))?;
    let checked = check(file).with_context(|| format!("{name} cannot be checked"))?;
    describe(&checked, &digest, out)?;
    let mut is_right = checked.damages.is_empty();
    if !args.logs.is_empty() {
        is_right &= compare(&checked, &args.logs, args.threads, out)?;
    }
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// SHA-256 of the whole file.
fn digest(file: &mut File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hasher.update(buffer.get(..n).unwrap_or_default());
    }
    file.rewind()?;
    Ok(hex(&hasher.finalize()))
}

fn describe(checked: &Checked, digest: &str, out: &mut impl Write) -> io::Result<()> {
    let manifest = &checked.manifest;
    writeln!(out, "{}", plain(&manifest.title))?;
    writeln!(out, "{}", plain(&manifest.sentence))?;
    writeln!(out, "made {} by {}", show::moment(manifest.made), plain(&manifest.creator))?;
    writeln!(out, "SHA-256 {digest}")?;
    for damage in &checked.damages {
        writeln!(out, "  {}", plain(&damage.to_string()))?;
    }
    match checked.damages.len() {
        0 => writeln!(out, "{}: nothing was changed", show::plural(manifest.members.len() as i64, "file")),
        n => writeln!(out, "{} not as it was made: do not rely on this evidence", show::plural(n as i64, "file")),
    }
}

/// Texts of the evidence must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Whether the log files are those that were counted, and give the same numbers.
fn compare(checked: &Checked, logs: &[PathBuf], threads: usize, out: &mut impl Write) -> anyhow::Result<bool> {
    let counts =
        checked.counts.as_deref().context("there is nothing to compare with: its counts are not as they were made")?;
    let inventory = checked.log_files.as_deref().map(Inventory::new).transpose().context("they cannot be compared")?;
    let (read, inventory) = read(logs, threads, inventory);
    super::tally::print::summary(&read, &mut io::stderr().lock())?;
    let are_here = match inventory {
        Some(inventory) => files::describe(&inventory.found(), &checked.manifest, out)?,
        None => true,
    };
    let recount = Recount::new(&checked.manifest, counts).context("it cannot be counted anew")?;
    Ok(recounted(recount, &read, out)? && are_here)
}

/// Whether the log files give the same numbers.
fn recounted(mut recount: Recount, read: &Counts, out: &mut impl Write) -> io::Result<bool> {
    for (row, calls) in read.rows() {
        recount.add(Calls {
            hour: DateTime::from_timestamp(i64::from(row.hour) * 3600, 0).unwrap_or_default(),
            scope: row.scope,
            account: &row.account,
            region: &row.region,
            service: &row.service,
            tls_version: row.tls_version,
            calls: i64::try_from(calls).unwrap_or(i64::MAX),
        });
    }
    let differences: Vec<_> = recount.differences().collect();
    for difference in differences.iter().take(SHOWN) {
        writeln!(out, "  {}", plain(&difference.to_string()))?;
    }
    if differences.len() > SHOWN {
        writeln!(out, "  … and {} more", differences.len() - SHOWN)?;
    }
    let (numbers, stated, counted) = (recount.numbers(), recount.stated(), recount.counted());
    writeln!(
        out,
        "counted anew: {} of {} the same; {} stated, {} in these log files",
        show::count((numbers - differences.len()) as i64),
        show::plural(numbers as i64, "number"),
        show::plural(stated, "call"),
        show::count(counted),
    )?;
    Ok(differences.is_empty())
}

/// Counts the calls of all log files, and notes which files they are.
fn read(logs: &[PathBuf], threads: usize, mut inventory: Option<Inventory>) -> (Counts, Option<Inventory>) {
    let input = |path: PathBuf| Input::path(path.to_string_lossy(), &path);
    let mut counts = Counts::default();
    source::read(
        logs.iter().cloned().map(input).collect(),
        &Options { detail: Detail::None, threads, hashes: true },
        &Progress::default(),
        &|_: &str| Resume::New,
        &mut |part| {
            if let (Some(inventory), Some(hash)) = (&mut inventory, part.end.as_ref().and_then(|end| end.sha256)) {
                inventory.add(&part.file, hash);
            }
            counts.add(part);
            ControlFlow::Continue(())
        },
    );
    (counts, inventory)
}
