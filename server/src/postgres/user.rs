//! Who the embedded server runs as. Postgres refuses root, so root drops to somebody else.

use super::Error;
use nix::{
    libc,
    sys::signal::Signal,
    unistd::{self, Gid, Uid},
};
use std::{
    fs, io,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::{Command, Stdio},
};

/// An unprivileged user for the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct User {
    uid: Uid,
    gid: Gid,
}

impl User {
    /// `None` where this process is not root. Otherwise whoever owns the data directory already, else `postgres`, else
    /// `nobody`.
    pub(super) fn choose(data: &Path) -> Result<Option<Self>, Error> {
        if !Uid::effective().is_root() {
            return Ok(None);
        }
        if let Ok(metadata) = fs::metadata(data)
            && metadata.uid() != 0
        {
            return Ok(Some(Self { uid: metadata.uid().into(), gid: metadata.gid().into() }));
        }
        let known = ["postgres", "nobody"].into_iter().find_map(|name| unistd::User::from_name(name).ok().flatten());
        known.map(|user| Some(Self { uid: user.uid, gid: user.gid })).ok_or(Error::NoUser)
    }

    /// Gives a file or folder to this user.
    pub(super) fn own(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
    }

    /// Whether this user may pass all folders above `path` (below `/root` for example nobody else may).
    fn reaches(self, path: &Path) -> bool {
        path.ancestors().skip(1).all(|folder| {
            fs::metadata(folder).is_ok_and(|metadata| {
                let class = match () {
                    () if metadata.uid() == self.uid.as_raw() => 0o100,
                    () if metadata.gid() == self.gid.as_raw() => 0o010,
                    () => 0o001,
                };
                metadata.mode() & class != 0
            })
        })
    }

    /// Becomes this user for good. Runs between fork and exec: system calls only.
    fn assume(self, file_access: bool) -> io::Result<()> {
        if file_access {
            capability::keep()?;
        }
        // SAFETY: an empty list; the pointer is not read.
        if unsafe { libc::setgroups(0, std::ptr::null()) } != 0 {
            return Err(io::Error::last_os_error());
        }
        unistd::setgid(self.gid)?;
        unistd::setuid(self.uid)?;
        if file_access { capability::narrow() } else { Ok(()) }
    }
}

/// A program of the Postgres installation, run as `user` (`None`: as we are), with a clean environment, in a process group
/// of its own (Ctrl-C in a terminal must not reach it before us), and told to end when we end. `paths` are what it opens.
pub(super) fn command(program: &Path, user: Option<User>, paths: &[&Path]) -> Command {
    let mut command = Command::new(program);
    // Settings of Postgres and of the locale come from us alone.
    let inherited = |name: &str| !(name.starts_with("PG") || name.starts_with("LC_") || name == "LANG");
    let kept = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(inherited));
    command.env_clear().envs(kept).current_dir("/").stdin(Stdio::null()).process_group(0);
    let file_access = user.is_some_and(|user| !user.reaches(program) || !paths.iter().all(|path| user.reaches(path)));
    let parent = unistd::getpid();
    // SAFETY: only system calls happen in there, no allocation and no lock.
    unsafe {
        command.pre_exec(move || {
            if let Some(user) = user {
                user.assume(file_access)?;
            }
            // A change of user clears it, so it comes last.
            end_with(parent)
        });
    }
    command
}

/// Asks the kernel for a fast shutdown (SIGINT) of this process when the thread that started it ends.
#[cfg(target_os = "linux")]
fn end_with(parent: unistd::Pid) -> io::Result<()> {
    nix::sys::prctl::set_pdeathsig(Signal::SIGINT)?;
    // It may have ended just before.
    if unistd::getppid() == parent { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
}

/// Elsewhere a leftover server is stopped at the next start.
#[cfg(not(target_os = "linux"))]
fn end_with(_parent: unistd::Pid) -> io::Result<()> {
    let _ = Signal::SIGINT;
    Ok(())
}

/// Where the data lies in a folder that is closed to others (a checkout in `/root`), the child keeps one right of root:
/// to pass folders, `CAP_DAC_OVERRIDE` (containers have it by default, the narrower `CAP_DAC_READ_SEARCH` they have not).
#[cfg(target_os = "linux")]
mod capability {
    use nix::libc;
    use std::io;

    const DAC_OVERRIDE: u32 = 1;

    /// `_LINUX_CAPABILITY_VERSION_3` and its structures (capget(2)); libc has none of them.
    const VERSION: u32 = 0x2008_0522;

    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }

    #[repr(C)]
    struct Sets {
        effective: u32,
        permitted: u32,
        inheritable: u32,
    }

    /// Rights stay through the coming change of user, and access(2) does not ignore them for the real user: initdb asks it
    /// whether it may run `postgres`.
    pub(super) fn keep() -> io::Result<()> {
        const NO_SETUID_FIXUP: libc::c_ulong = 1 << 2;
        // SAFETY: plain numbers.
        let done = unsafe { libc::prctl(libc::PR_SET_SECUREBITS, NO_SETUID_FIXUP, 0, 0, 0) == 0 };
        if done { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    /// Gives up every right but one, and hands that one through the coming exec.
    pub(super) fn narrow() -> io::Result<()> {
        let header = Header { version: VERSION, pid: 0 };
        let one = 1 << DAC_OVERRIDE;
        let sets = [
            Sets { effective: one, permitted: one, inheritable: one },
            Sets { effective: 0, permitted: 0, inheritable: 0 },
        ];
        // SAFETY: both pointers are to structures of the layout that version 3 asks for, alive during the call.
        let done = unsafe { libc::syscall(libc::SYS_capset, &raw const header, sets.as_ptr()) == 0 }
            // SAFETY: plain numbers.
            && unsafe { libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_RAISE, DAC_OVERRIDE, 0, 0) == 0 };
        if done { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}

#[cfg(not(target_os = "linux"))]
mod capability {
    use std::io;

    pub(super) fn keep() -> io::Result<()> {
        Ok(())
    }

    pub(super) fn narrow() -> io::Result<()> {
        Ok(())
    }
}
