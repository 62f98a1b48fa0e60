//! `tls-sunset ingest`.

use std::process::ExitCode;

/// Counts calls in files into the database.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not here yet")
}
