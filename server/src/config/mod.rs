//! Options that several commands share. The environment names the same things for containers.

mod openid;

pub use openid::{GroupRoles, NoSecret, OpenId};

use crate::source::bucket::{Endpoint, Endpoints};
use app::model::source::{BucketChoice, BucketPlace, WrongPlace};
use chrono::NaiveDate;
use std::{
    env,
    net::IpAddr,
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

/// Who may come in.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "People")]
pub struct Entrance {
    /// Whether people need an account. Without accounts whoever reaches the server may do everything.
    #[arg(long, env = "SUNSET_AUTH", default_value = "none")]
    pub auth: Auth,

    /// Hours without a request after which a browser must sign in again.
    #[arg(long, env = "SUNSET_SESSION_IDLE", default_value = "12", value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=720))]
    pub session_idle: u32,

    /// Hours after which it must in any case.
    #[arg(long, env = "SUNSET_SESSION_HOURS", default_value = "168", value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=2160))]
    pub session_hours: u32,

    /// The address of a proxy in front, whose X-Forwarded-For tells where requests come from [may be repeated].
    #[arg(long = "proxy", env = "SUNSET_PROXIES", value_name = "ADDRESS", value_delimiter = ',')]
    pub proxies: Vec<IpAddr>,

    #[command(flatten)]
    pub openid: OpenId,
}

/// How people are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Auth {
    /// Not at all: for a first look, on this machine only.
    None,
    /// By a name and a password, or by an OpenID provider.
    Accounts,
}

/// Stores to which requests may go.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Stores {
    /// An S3-compatible store that may be used besides AWS [may be repeated].
    #[arg(long = "s3-endpoint", env = "SUNSET_S3_ENDPOINTS", value_name = "URL", value_delimiter = ',')]
    pub s3_endpoints: Vec<Endpoint>,
}

/// How buckets are entered that are named on the command line, and what is wanted of them.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Buckets (s3://…)")]
pub struct Buckets {
    /// The first day, by the keys' dates.
    #[arg(long, value_name = "DATE")]
    pub from: Option<NaiveDate>,

    /// The last day, included.
    #[arg(long, value_name = "DATE")]
    pub to: Option<NaiveDate>,

    /// Only these accounts [may be repeated].
    #[arg(long = "account", value_name = "ID", value_delimiter = ',')]
    pub accounts: Vec<String>,

    /// Only logs of these regions [may be repeated].
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    pub regions: Vec<String>,

    /// A role to assume for the bucket. Credentials come from the environment, a profile, SSO, a container or an instance.
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,

    /// What the role's owner asks for.
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub external_id: Option<String>,

    /// Pay for the requests, where the bucket's owner does not.
    #[arg(long)]
    pub requester_pays: bool,

    #[command(flatten)]
    pub stores: Stores,
}

impl Stores {
    #[must_use]
    pub fn endpoints(&self) -> Endpoints {
        Endpoints::new(self.s3_endpoints.clone())
    }
}

impl Buckets {
    /// Is this a bucket's address, and not a file?
    #[must_use]
    pub fn is_address(path: &Path) -> bool {
        path.as_os_str().as_encoded_bytes().starts_with(b"s3://")
    }

    /// An address such as `s3://bucket/prefix`: at AWS, or at the first store of the configuration if there is one.
    ///
    /// # Errors
    /// When it is no such address.
    pub fn place(&self, address: &Path) -> Result<BucketPlace, WrongPlace> {
        let place = BucketPlace {
            role_arn: self.role_arn.clone(),
            external_id: self.external_id.clone(),
            endpoint: self.stores.s3_endpoints.first().map(ToString::to_string),
            requester_pays: self.requester_pays,
            ..address.to_string_lossy().parse()?
        };
        place.validate()?;
        Ok(place)
    }

    #[must_use]
    pub fn choice(&self) -> BucketChoice {
        let Self { from, to, accounts, regions, .. } = self.clone();
        BucketChoice { accounts, regions, from, to }
    }
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
