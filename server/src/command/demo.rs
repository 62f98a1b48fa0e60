//! `tls-sunset demo`.

use std::process::ExitCode;

/// Writes a realistic synthetic trail.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not here yet")
}
