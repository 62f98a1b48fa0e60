//! Server functions, and the one error that crosses the wire.

#[cfg(feature = "ssr")]
mod audit;
mod bucket;
mod form;
mod person;
mod piece;
#[cfg(feature = "ssr")]
pub(crate) mod refill;
mod share;
mod write;

pub use bucket::{BucketForm, QueueForm, ReadForm};
pub use form::DeadlineForm;
pub use person::*;
pub use piece::*;
pub use share::*;
pub use write::*;

use crate::model::person::{Actor, Role};
use leptos::{
    prelude::FromServerFnError,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// What a page is told when something goes wrong. Internal details stay in the server's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    /// Nothing has this name or number.
    #[error("{0}")]
    NotFound(String),
    /// What was asked for makes no sense; the sentence says what would.
    #[error("{0}")]
    Invalid(String),
    /// It makes sense, but not now (e.g. the upload is already finished).
    #[error("{0}")]
    Conflict(String),
    #[error("Sign in first: this is for people with an account.")]
    SignedOut,
    /// For whoever has at least this role.
    #[error("This is for people with the role “{0}”, and you do not have it. An administrator can give it to you.")]
    Forbidden(Role),
    /// Too many attempts; the sentence says how long to wait.
    #[error("{0}")]
    TooOften(String),
    #[error("The database does not answer. Try again in a moment; the server's log says more.")]
    Unavailable,
    /// A bug of ours, while a part of a page was being drawn.
    #[error(
        "This part could not be drawn: an error of ours, and the server's log says more. Please report it. The rest of the page is not concerned."
    )]
    Broken,
    /// Between browser and server.
    #[error("The server could not be reached ({0}). Check the connection and try again.")]
    Transport(String),
}

impl Actor {
    /// # Errors
    /// Says what is missing to somebody who has not at least this role.
    pub fn must_be(&self, needed: Role) -> Result<(), ApiError> {
        match self.role {
            None => Err(ApiError::SignedOut),
            Some(_) if self.may(needed) => Ok(()),
            Some(_) => Err(ApiError::Forbidden(needed)),
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(text)
            | ServerFnErrorErr::MissingArg(text)
            | ServerFnErrorErr::Deserialization(text) => Self::Invalid(text),
            other => Self::Transport(other.to_string()),
        }
    }
}
