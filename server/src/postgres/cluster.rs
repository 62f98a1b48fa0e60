//! The embedded server's data directory: made once, then the same for good.

use super::{Error, binaries::Binaries, leftover, user, user::User};
use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};

/// Part of the socket's name; nothing listens on a network.
pub(super) const PORT: u16 = 5432;

pub(super) const SUPERUSER: &str = "postgres";

/// The name of a unix socket has at most 107 bytes on Linux, 103 on macOS.
const LONGEST_SOCKET: usize = 103;

/// The log begins anew when a start finds it longer than this.
const LONGEST_LOG: u64 = 16 << 20;

/// macOS has no C.UTF-8.
const LOCALE: &str = if cfg!(target_os = "linux") { "C.UTF-8" } else { "C" };

/// Appended to a new cluster's postgresql.conf, for its owner to change.
const SETTINGS: &str = "
# TLS Sunset: bulk loads and analytical reads by a few connections.
shared_buffers = 256MB
min_dynamic_shared_memory = 32MB    # parallel queries work where /dev/shm is small (containers)
work_mem = 32MB
maintenance_work_mem = 128MB
max_connections = 64
wal_level = minimal                 # nobody replicates this
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 15min
synchronous_commit = on             # what was reported as counted is on disk
random_page_cost = 1.1
jit = off                           # compiling costs more than these queries
timezone = 'UTC'
log_timezone = 'UTC'
";

/// A data directory, the binaries of its version, and who runs them.
#[derive(Debug)]
pub(super) struct Cluster {
    data: PathBuf,
    log: PathBuf,
    socket_dir: PathBuf,
    binaries: Binaries,
    user: Option<User>,
}

impl Cluster {
    /// Makes the data directory in `home` if it is new, and everything ready for a start. Only for who holds the lock.
    pub(super) fn prepare(home: &Path) -> Result<Self, Error> {
        let data = home.join("postgres");
        let version = fs::read_to_string(data.join("PG_VERSION")).ok();
        let binaries = Binaries::find(&data, version.as_deref().map(str::trim))?;
        let user = User::choose(&data)?;
        let cluster = Self { log: home.join("postgres.log"), socket_dir: socket_dir(home), data, binaries, user };
        if version.is_none() {
            cluster.init(&home.join("postgres.new"))?;
        }
        leftover::stop(&cluster.data);
        cluster.make_socket_dir().map_err(Error::not_writable(&cluster.socket_dir))?;
        Ok(cluster)
    }

    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// The command that runs the server in the foreground.
    pub(super) fn command(&self) -> Result<Command, Error> {
        let log = self.open_log().map_err(Error::not_writable(&self.log))?;
        let second = log.try_clone().map_err(Error::not_writable(&self.log))?;
        let mut command = user::command(&self.binaries.postgres(), self.user, &[&self.data, &self.socket_dir]);
        command.arg("-D").arg(&self.data).arg("-k").arg(&self.socket_dir).arg("-p").arg(PORT.to_string());
        let must =
            ["listen_addresses=", "unix_socket_permissions=0700", "logging_collector=off", "cluster_name=tls-sunset"];
        for setting in must {
            command.arg("-c").arg(setting);
        }
        command.stdout(log).stderr(second);
        Ok(command)
    }

    /// The last complaint in the log, for an error sentence.
    pub(super) fn last_complaint(&self) -> Option<String> {
        let log = fs::read(&self.log).ok()?;
        let tail = String::from_utf8_lossy(&log[log.len().saturating_sub(8192)..]).into_owned();
        let line = tail.lines().rev().find(|line| line.contains("FATAL:") || line.contains("PANIC:"));
        let line = line.or_else(|| tail.lines().last())?;
        Some(line.rsplit_once("FATAL:").map_or(line, |(_, why)| why).trim().to_owned())
    }

    /// Into another folder first, renamed when complete: a half-made data directory is never taken for one.
    fn init(&self, new: &Path) -> Result<(), Error> {
        tracing::info!(dir = %self.data.display(), "setting up the embedded Postgres");
        leftover::stop(new);
        let fresh = || {
            match fs::remove_dir_all(new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => DirBuilder::new().mode(0o700).create(new)?,
            }
            self.user.map_or(Ok(()), |user| user.own(new))
        };
        fresh().map_err(Error::not_writable(new))?;
        let failed = |why: String| Error::Init { dir: self.data.clone(), why };
        let output = user::command(&self.binaries.initdb(), self.user, &[new, self.binaries.dir()])
            .args(["-A", "trust", "-U", SUPERUSER, "--encoding=UTF8", "--data-checksums", "--no-instructions"])
            .arg(format!("--locale={LOCALE}"))
            .arg("-D")
            .arg(new)
            .output()
            .map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let why = said.lines().find(|line| line.contains("error:") || line.contains("FATAL:"));
            return Err(failed(why.or(said.lines().next_back()).unwrap_or("no reason given").trim().to_owned()));
        }
        let settle = || {
            OpenOptions::new().append(true).open(new.join("postgresql.conf"))?.write_all(SETTINGS.as_bytes())?;
            // An empty one, from a failed attempt of somebody else.
            let _ = fs::remove_dir(&self.data);
            fs::rename(new, &self.data)
        };
        settle().map_err(Error::not_writable(&self.data))
    }

    fn open_log(&self) -> io::Result<File> {
        let too_long = fs::metadata(&self.log).is_ok_and(|metadata| metadata.len() > LONGEST_LOG);
        if too_long {
            fs::remove_file(&self.log)?;
        }
        OpenOptions::new().create(true).append(true).mode(0o600).open(&self.log)
    }

    /// Private to the server's user; the folder of somebody else is refused.
    fn make_socket_dir(&self) -> io::Result<()> {
        match DirBuilder::new().mode(0o700).create(&self.socket_dir) {
            Ok(()) => self.user.map_or(Ok(()), |user| user.own(&self.socket_dir)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let (dir, data) = (fs::symlink_metadata(&self.socket_dir)?, fs::metadata(&self.data)?);
                let ours = dir.is_dir() && dir.uid() == data.uid() && dir.mode() & 0o077 == 0;
                if ours { Ok(()) } else { Err(io::Error::other("it is there already, but it is not private to us")) }
            }
            Err(error) => Err(error),
        }
    }
}

/// In the data folder, or, where that has too long a path, in `/tmp` under a name that every process derives alike.
pub(super) fn socket_dir(home: &Path) -> PathBuf {
    let inside = home.join("run");
    if inside.join(socket_name()).as_os_str().len() <= LONGEST_SOCKET {
        return inside;
    }
    let hash = blake3::hash(home.as_os_str().as_encoded_bytes()).to_hex();
    Path::new("/tmp").join(format!("tls-sunset-{}", &hash[..16]))
}

fn socket_name() -> OsString {
    format!(".s.PGSQL.{PORT}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_path_is_never_too_long() {
        assert_eq!(socket_dir(Path::new("/data")), Path::new("/data/run"));
        let long = PathBuf::from("/data").join("x".repeat(200));
        let dir = socket_dir(&long);
        assert!(dir.join(socket_name()).as_os_str().len() <= LONGEST_SOCKET);
        assert_eq!(dir, socket_dir(&long));
        assert_ne!(dir, socket_dir(&long.join("y")));
    }
}
