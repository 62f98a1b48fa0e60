//! What can go wrong with an upload, in the words of whoever has to do something about it.

use crate::source::{bucket::Trouble, room};
use app::api::ApiError;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("There is no upload {0}. It may have been removed.")]
    NotFound(i64),
    #[error("{0} is no upload but a bucket: see /sources/{0}, or /api/v1/sources/{0} as JSON.")]
    IsBucket(i64),
    /// It makes sense, but not now.
    #[error("{0}")]
    Conflict(String),
    #[error(
        "There is no room for it in {}: {why}. Make room there, or start with another --data-dir; then send it again.",
        folder.display()
    )]
    NoRoom { folder: PathBuf, why: &'static str },
    #[error("{} could not be used ({source}). Check that it is a folder that this user may write to.", path.display())]
    Spool { path: PathBuf, source: std::io::Error },
    /// Details are for the log.
    #[error("The database does not answer. Try again in a moment; the server's log says more.")]
    Database(#[from] sqlx::Error),
    /// What keeps a bucket from being listed or read.
    #[error("{0}")]
    Bucket(#[from] Trouble),
    /// Somebody else may work on it now.
    #[error("This process was stopped or cut off for so long that another one may have taken over its work.")]
    LeaseLost,
    /// A bug of ours.
    #[error(
        "Reading stopped on an internal error; the server's log says more. Please report it. What was counted stays."
    )]
    Internal,
}

impl Error {
    /// What happened to a file or folder (`path`) of the spool folder.
    pub(super) fn spool(folder: &Path, path: &Path, source: std::io::Error) -> Self {
        match room::none_left(&source) {
            Some(why) => Self::NoRoom { folder: folder.to_owned(), why },
            None => Self::Spool { path: path.to_owned(), source },
        }
    }

    /// Whether the same may work when it is claimed again: the database was away, or the lease was lost.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::LeaseLost => true,
            Self::Database(sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut) => true,
            Self::Database(sqlx::Error::Database(error)) => error.code().is_some_and(|code| is_passing(&code)),
            _ => false,
        }
    }

    /// What a finished upload says about itself; more exact than what a request is told.
    pub(super) fn as_reason(&self) -> String {
        match self {
            Self::Database(error) if is_full(error) => {
                "The database's disk is full. Free some space and send it again: nothing is counted twice.".into()
            }
            Self::Database(_) => "The database refused to store the counts; the server's log says more. \
                 Send it again afterwards: nothing is counted twice."
                .into(),
            other => other.to_string(),
        }
    }

    /// The same of a bucket, which is gone on with without anybody asking for it.
    pub(super) fn as_trouble(&self) -> String {
        match self {
            Self::Database(error) if is_full(error) => {
                "The database's disk is full. Free some space there; reading then goes on by itself.".into()
            }
            Self::Database(_) => "The database refused to store the counts; the server's log says more. \
                 It is tried again every now and then."
                .into(),
            other => other.to_string(),
        }
    }
}

fn is_full(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("53100"))
}

/// SQLSTATE of a server that stops, starts, is full of connections, of two transactions in each other's way, or of one in which
/// this process was stopped for too long
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn is_passing(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03" | "25P03" | "53300" | "40001" | "40P01")
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::NotFound(_) | Error::IsBucket(_) => Self::NotFound(text),
            Error::Conflict(_) | Error::Bucket(_) => Self::Conflict(text),
            Error::NoRoom { .. } | Error::Spool { .. } => {
                tracing::error!(%text, "an upload could not be stored");
                Self::Conflict(text)
            }
            Error::Database(error) => {
                tracing::error!(%error, "a query failed");
                Self::Unavailable
            }
            Error::LeaseLost | Error::Internal => Self::Unavailable,
        }
    }
}
