//! Sharing: the form with its preview, all shares, and one of them.

mod form;
mod list;
mod one;

pub(crate) use form::form;
pub(crate) use list::list;
pub(crate) use one::one;

use crate::{
    model::{
        person::Role,
        share::{ShareKind, ShareState},
    },
    store::Store,
};

/// One's own, or anybody's for an administrator.
fn may_revoke(store: &dyn Store, creator: &str) -> bool {
    creator == store.sharer() || store.actor().may(Role::Administrator)
}

/// A state as a tag says it: the colour's name.
const fn colour(state: ShareState) -> &'static str {
    match state {
        ShareState::Active => "done",
        ShareState::Paused | ShareState::Expired => "cancelled",
        ShareState::Revoked => "failed",
    }
}

const fn kind_words(kind: ShareKind) -> &'static str {
    match kind {
        ShareKind::Frozen => "frozen",
        ShareKind::Live => "live",
    }
}
