//! `tls-sunset demo`.

use crate::demo::{self, Options};
use anyhow::Context as _;
use chrono::{NaiveDate, Utc};
use std::{path::PathBuf, process::ExitCode};

/// Writes a realistic synthetic trail, laid out like the bucket of an organization trail.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tls-sunset demo trail                           a year that ends now, about 220,000 calls
  tls-sunset demo trail --end 2026-06-30          a year that ends on that day, the same bytes each time
  tls-sunset demo trail --calls-per-day 5000      some 2.7 GB of JSON, to measure with
  tls-sunset demo trail && tls-sunset tally trail")]
pub struct Args {
    /// Folder to write into; an earlier demo in it is replaced.
    dir: PathBuf,

    /// How many days.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,

    /// Another seed gives other calls; the same seed, days, calls and end give the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Calls on an average day.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    calls_per_day: u32,

    /// The last day, UTC, complete [default: today, up to now].
    #[arg(long, value_name = "YYYY-MM-DD")]
    end: Option<NaiveDate>,
}

#[expect(clippy::disallowed_methods, reason = "without an end the trail goes up to now")]
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let base = args.end.map_or_else(|| Options::up_to(Utc::now()), Options::ending);
    let options = Options { days: args.days, seed: args.seed, calls_per_day: args.calls_per_day, ..base };
    let dir = args.dir.display();
    let summary = demo::write(&args.dir, &options).with_context(|| format!("Cannot write a demo to {dir}"))?;
    println!(
        "{} calls in {} files ({:.1} MB) in {dir}; the deadline is {} ({}).",
        summary.calls,
        summary.files,
        summary.bytes as f64 / 1e6,
        summary.deadline_date,
        summary.deadline_name
    );
    Ok(ExitCode::SUCCESS)
}
