//! Processes whose spool folder has little room, until there is more.

use std::{
    fs,
    io::{Write as _, stderr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a process has for its spool folder in the beginning, and how much more it gets.
const LITTLE: u64 = 8 << 20;
const MORE: u64 = 40 << 20;

const FILL: &str =
    r#"mount -t tmpfs -o size="$1" spool "$2" && head -c "$3" /dev/zero > "$2/ballast" && shift 3 && exec "$@""#;

/// Of one process.
#[derive(Debug)]
pub(crate) enum Room {
    /// A small file system of its own, which nobody else sees, is mounted there; most of it is taken.
    Disk(PathBuf),
    /// Its files may not become large.
    Limit(PathBuf),
}

impl Room {
    /// The same command with little room in this folder.
    pub(crate) fn little(command: &Command, folder: &Path) -> (Command, Self) {
        fs::create_dir_all(folder).expect("a folder");
        let alone: &[&str] =
            if nix::unistd::getuid().is_root() { &["--mount"] } else { &["--user", "--map-root-user", "--mount"] };
        let mounts = Command::new("unshare").args(alone).args(["mount", "-t", "tmpfs", "spool"]).arg(folder).output();
        match mounts {
            Ok(output) if output.status.success() => {
                let mut cramped = Command::new("unshare");
                cramped.args(alone).args(["sh", "-c", FILL, "sh", &(LITTLE + MORE).to_string()]);
                cramped.arg(folder).arg(MORE.to_string());
                (within(cramped, command), Self::Disk(folder.to_owned()))
            }
            refused => {
                // Not `eprintln`, which nobody sees of a test that passes.
                let warning = "NO DISK WAS FILLED: nobody may mount a small one here, so a limit on the size of files";
                writeln!(stderr(), "{warning} takes its place ({refused:?})").expect("stderr");
                Self::limited(command, folder)
            }
        }
    }

    /// The same command, whose files may not become large anywhere.
    pub(crate) fn limited(command: &Command, folder: &Path) -> (Command, Self) {
        fs::create_dir_all(folder).expect("a folder");
        let mut cramped = Command::new("prlimit");
        cramped.arg(format!("--fsize={LITTLE}:"));
        (within(cramped, command), Self::Limit(folder.to_owned()))
    }

    /// What a user is told.
    pub(crate) fn words(&self) -> [String; 3] {
        let (why, folder) = match self {
            Self::Disk(folder) => ("the disk is full", folder),
            Self::Limit(folder) => ("ulimit -f", folder),
        };
        [why.to_owned(), format!(" in {}: ", folder.display()), "ake room there, or".to_owned()]
    }

    /// Makes more for the process.
    pub(crate) fn make(&self, pid: u32) {
        match self {
            Self::Disk(folder) => fs::remove_file(seen_by(pid, folder).join("ballast")).expect("the ballast"),
            Self::Limit(_) => {
                let status =
                    Command::new("prlimit").args(["--fsize=unlimited:", "--pid"]).arg(pid.to_string()).status();
                assert!(status.expect("prlimit").success());
            }
        }
    }

    /// What the process left there.
    pub(crate) fn left(&self, pid: u32) -> Vec<String> {
        let folder = match self {
            Self::Disk(folder) => seen_by(pid, folder),
            Self::Limit(folder) => folder.clone(),
        };
        let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| name != "home" && name != "ballast");
        names
    }
}

fn within(mut outer: Command, command: &Command) -> Command {
    outer.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    outer
}

/// A folder as it is for a process that has other file systems than we have.
fn seen_by(pid: u32, folder: &Path) -> PathBuf {
    Path::new(&format!("/proc/{pid}/root")).join(folder.strip_prefix("/").expect("an absolute path"))
}
