//! `tls-sunset serve`.

use std::process::ExitCode;

/// The server.
#[derive(Debug, clap::Parser)]
pub struct Args {}

pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not here yet")
}
