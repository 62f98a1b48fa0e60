//! Loading the demo data.

use super::{Error, uploads::Inner};
use std::sync::Arc;

pub(super) async fn load(_uploads: &Arc<Inner>) -> Result<i64, Error> {
    Err(Error::Conflict("The demo data cannot be written.".into()))
}
