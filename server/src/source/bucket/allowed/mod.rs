//! Where requests may go, and what they need to be allowed.

mod endpoints;
mod policy;

pub use endpoints::{Endpoint, Endpoints};
pub(super) use policy::partition;
pub use policy::policy;
