//! What is drawn for one page only.

mod deadlines;
mod lead;
mod own_files;
mod progress;
mod upload;
mod uploads;

pub(crate) use deadlines::deadlines;
pub(crate) use lead::lead;
pub(crate) use own_files::own_files;
pub(crate) use upload::upload;
pub(crate) use uploads::uploads;

use crate::{api::ApiError, part::failure::refusal};
use leptos::{prelude::*, server_fn::error::ServerFnUrlError};

/// Why a plain form was refused: a server function sends it back in the address.
pub(crate) fn refused(query: &str) -> Option<AnyView> {
    let error = query.split('&').find_map(|pair| pair.strip_prefix("__err="))?;
    // Base64 pads with `=`, which an address may carry encoded.
    let error = ServerFnUrlError::<ApiError>::decode_err(&error.replace("%3D", "="));
    Some(refusal(&error))
}
