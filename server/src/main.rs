//! `tls-sunset`: reads the command line and runs one command.

use clap::Parser as _;
use server::command::Cli;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    Cli::parse().run()
}
