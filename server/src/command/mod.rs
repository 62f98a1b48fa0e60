//! The command line: one file per command.

pub mod demo;
pub mod ingest;
pub mod serve;
mod signals;
pub mod tally;
pub mod verify;
pub mod worker;

use std::process::ExitCode;

/// Shows how the use of deprecated TLS goes down per service, against the deadline.
#[derive(Debug, clap::Parser)]
#[command(name = "tls-sunset", version, about, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "Without a command it serves the dashboard.

Examples:
  tls-sunset                          the dashboard at http://127.0.0.1:3000
  tls-sunset tally logs/ > counts.csv
  tls-sunset ingest logs/
  tls-sunset COMMAND --help           more about a command";

#[derive(Debug, clap::Subcommand)]
enum Command {
    Serve(serve::Args),
    Tally(tally::Args),
    Verify(verify::Args),
    Ingest(ingest::Args),
    Worker(worker::Args),
    Demo(demo::Args),
}

impl Cli {
    /// Runs the command. Exit codes: 0 all done, 1 something failed or was skipped, 2 wrong usage (clap's own).
    pub fn run(self) -> ExitCode {
        signals::outlive_full_files();
        let result = match self.command {
            None => serve::run(clap::Parser::parse_from(["serve"])),
            Some(Command::Serve(args)) => serve::run(args),
            Some(Command::Tally(args)) => tally::run(args),
            Some(Command::Verify(args)) => verify::run(args),
            Some(Command::Ingest(args)) => ingest::run(args),
            Some(Command::Worker(args)) => worker::run(args),
            Some(Command::Demo(args)) => demo::run(args),
        };
        result.unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        })
    }
}
