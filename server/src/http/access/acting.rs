//! The store of a request, asked by whoever sent it.

use crate::http::State;
use app::{model::person::Actor, store::Store};
use axum::{
    extract::FromRequestParts,
    http::{Extensions, request::Parts},
};
use std::{convert::Infallible, sync::Arc};

/// What handlers ask.
pub(crate) struct Acting(pub(crate) Arc<dyn Store>);

impl FromRequestParts<State> for Acting {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        Ok(Self(state.store.acting(actor(&parts.extensions))))
    }
}

/// Whom [`super::admit()`] found to ask; nobody for what it has not seen.
pub(crate) fn actor(extensions: &Extensions) -> Actor {
    extensions.get::<Actor>().cloned().unwrap_or_default()
}
