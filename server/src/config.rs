//! Options that several commands share. The environment names the same things for containers.

use std::path::PathBuf;

/// Where counts and spooled uploads are kept.
#[derive(Debug, Clone, clap::Args)]
pub struct Storage {
    /// Folder for the embedded Postgres and for uploads on their way in [default: the user's data folder].
    #[arg(long, env = "SUNSET_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// A Postgres (15 or newer) of your own, instead of the embedded one.
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
}
