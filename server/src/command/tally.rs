//! `tls-sunset tally`: counts on the terminal, without a database.

mod bucket;
pub(super) mod count;
pub(super) mod print;

use crate::{
    config::Buckets,
    source::{self, Input, Options, Progress, Resume},
    tally::Detail,
};
use clap::ValueEnum;
use count::Counts;
use std::{
    io::{self, BufWriter, Write as _},
    ops::ControlFlow,
    path::PathBuf,
    process::ExitCode,
};

const EXAMPLES: &str = "\
Examples:
  tls-sunset tally logs/ > counts.csv
  tls-sunset tally AWSLogs.zip other.json.gz --by caller
  tls-sunset tally s3://my-trail-bucket/AWSLogs/ --from 2026-06-01 --to 2026-06-30 > june.csv

Exit codes: 0 all was read, 1 something was skipped or failed (counts are printed all the same), 2 wrong usage.";

/// Counts calls in files, without a database.
///
/// Reads files, folders and archives (.json, .gz, .zst, .bz2, .zip, .tar, told apart by their content) and buckets of
/// CloudTrail logs, and prints calls per hour, scope, account, region, service and TLS version. Each call is counted once
/// across all paths. Totals, skipped records and reasons go to stderr.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files, folders, archives, and buckets as `s3://bucket/prefix`; `-` is standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Count per caller too: principal, user agent and source address.
    #[arg(long, value_enum)]
    by: Option<By>,

    /// Reading threads [default: one per core].
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    threads: usize,

    #[command(flatten)]
    buckets: Buckets,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Caller,
}

/// # Errors
/// When the counts cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let detail = if args.by == Some(By::Caller) { Detail::All } else { Detail::None };
    let (addresses, paths): (Vec<_>, Vec<_>) = args.paths.into_iter().partition(|path| Buckets::is_address(path));
    let options = Options { detail, threads: args.threads, hashes: false };
    let mut counts = Counts::default();
    read(paths, &options, &mut counts);
    bucket::read(&addresses, &args.buckets, &options, &mut counts)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Csv => print::csv(&counts, args.by.is_some(), &mut out),
        Format::Json => print::json(&counts, &mut out),
    };
    match written.and_then(|()| out.flush()) {
        // Whoever reads has seen enough, as in `… | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        result => result?,
    }
    let _unheard = print::summary(&counts, &mut io::stderr().lock());
    Ok(if counts.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(paths: Vec<PathBuf>, options: &Options, counts: &mut Counts) {
    let input = |path: PathBuf| match path.to_str() {
        Some("-") => Input::path("standard input", "/dev/stdin"),
        _ => Input::path(path.to_string_lossy(), &path),
    };
    source::read(
        paths.into_iter().map(input).collect(),
        options,
        &Progress::default(),
        &|_: &str| Resume::New,
        &mut |part| {
            counts.add(part);
            ControlFlow::Continue(())
        },
    );
}
