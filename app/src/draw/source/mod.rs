//! Sources: the buckets that are connected. `list` and `add` (all of them), `progress`, `queue` and `buttons` (one), `report`,
//! `check`.

mod add;
mod buttons;
mod check;
mod list;
mod place;
mod progress;
mod queue;
mod report;

pub(crate) use add::add;
pub(crate) use check::check;
pub(crate) use list::list;
pub(crate) use progress::{source, until_words};
pub(crate) use report::report;

use crate::api::ApiError;

/// The number in a page's address.
fn number(about: &str) -> Result<i64, ApiError> {
    about.parse().map_err(|_| ApiError::NotFound(format!("There is no source “{about}”.")))
}
