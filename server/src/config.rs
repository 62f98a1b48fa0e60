//! Options that several commands share. The environment names the same things for containers.

use std::{
    env,
    path::{Path, PathBuf},
};

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

/// There is no folder that could be the default.
#[derive(Debug, thiserror::Error)]
#[error("Neither XDG_DATA_HOME nor HOME says where data may be kept: name a folder with --data-dir.")]
pub struct NoDataDir;

impl Storage {
    /// The folder that was asked for, else `tls-sunset` in the user's data folder. It may not exist yet.
    ///
    /// # Errors
    /// Without the option, when the environment names no home.
    pub fn data_dir(&self) -> Result<PathBuf, NoDataDir> {
        let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        match &self.data_dir {
            Some(dir) => Ok(dir.clone()),
            None => default_dir(absolute("XDG_DATA_HOME").as_deref(), absolute("HOME").as_deref()),
        }
    }
}

fn default_dir(xdg: Option<&Path>, home: Option<&Path>) -> Result<PathBuf, NoDataDir> {
    let below_home = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
    let data = xdg.map(Path::to_owned).or_else(|| Some(home?.join(below_home)));
    Ok(data.ok_or(NoDataDir)?.join("tls-sunset"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_in_the_users_data_folder() {
        let (xdg, home) = (Path::new("/data"), Path::new("/home/me"));
        assert_eq!(default_dir(Some(xdg), Some(home)).expect("xdg"), Path::new("/data/tls-sunset"));
        assert!(default_dir(None, Some(home)).expect("home").starts_with("/home/me"));
        assert!(default_dir(None, None).is_err());
    }
}
