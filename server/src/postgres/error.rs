//! What can go wrong before the first query, each in one sentence that says what to do. No password is ever part of one.

use crate::config::NoDataDir;
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "DATABASE_URL is not the address of a Postgres ({why}): it should look like postgres://user:password@host:5432/database."
    )]
    Url { why: String },

    #[error(
        "The Postgres at {at} does not answer ({why}): check that it runs and that DATABASE_URL has its host and port right, or unset DATABASE_URL to use the embedded one."
    )]
    Unreachable { at: String, why: String },

    #[error("The Postgres at {at} refuses us ({why}): check the user, password and database in DATABASE_URL.")]
    Refused { at: String, why: String },

    #[error(
        "The Postgres at {at} is version {version}, but 15 or newer is needed: upgrade it, or unset DATABASE_URL to use the embedded one."
    )]
    TooOld { at: String, version: String },

    #[error(transparent)]
    NoDataDir(#[from] NoDataDir),

    #[error(
        "No Postgres 15 or newer is installed here: install one (Debian: apt install postgresql; macOS: brew install postgresql@17), set SUNSET_PG_BIN to the folder of its binaries, or set DATABASE_URL to use a server elsewhere."
    )]
    NoBinaries,

    #[error(
        "SUNSET_PG_BIN is {path}, but there is no Postgres 15 or newer that runs: set it to the folder that holds `postgres` and `initdb`, or unset it."
    )]
    BadBinaries { path: PathBuf },

    #[error(
        "{dir} belongs to Postgres {data}, but only {found} is installed here: install Postgres {data} again, or choose another folder with --data-dir and read the logs anew."
    )]
    OtherVersion { dir: PathBuf, data: String, found: String },

    #[error(
        "Cannot write to {path} ({source}): make it writable for this user, or choose another folder with --data-dir."
    )]
    NotWritable { path: PathBuf, source: io::Error },

    #[error(
        "Postgres refuses to run as root, and there is no user `postgres` or `nobody` to run it as: add one (useradd --system postgres), or set DATABASE_URL to use a server elsewhere."
    )]
    NoUser,

    #[error(
        "Postgres could not set up {dir} ({why}): check free space and permissions there, or choose another folder with --data-dir."
    )]
    Init { dir: PathBuf, why: String },

    #[error("The embedded Postgres does not start ({why}): see {log}, or set DATABASE_URL to use a server elsewhere.")]
    Start { why: String, log: PathBuf },

    #[error(
        "Process {keeper} keeps the database in {dir}, which has not started within {seconds} seconds ({why}): see whether that process is stopped or hangs, let it go on or end it, and start again."
    )]
    Kept { keeper: String, dir: PathBuf, seconds: u64, why: String },

    #[error(
        "Another process has been bringing the database's tables up to date for more than {seconds} seconds ({holders}): see whether it is stopped or hangs, let it go on or end it, and start again."
    )]
    Migrating { holders: String, seconds: u64 },

    #[error(
        "The database was set up by a newer TLS Sunset (migration {version} is unknown here): start that version, or begin anew with another --data-dir or DATABASE_URL."
    )]
    NewerSchema { version: i64 },

    #[error(
        "The database was set up by another version of TLS Sunset (its migration {version} differs from this one's): start that version, or begin anew with another --data-dir or DATABASE_URL and read the logs again."
    )]
    OtherSchema { version: i64 },

    #[error(
        "The database's tables could not be brought up to date ({why}): the user in DATABASE_URL must own the database and its schema `public`."
    )]
    Migration { why: String },
}

impl Error {
    pub(super) fn not_writable(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::NotWritable { path, source }
    }
}
