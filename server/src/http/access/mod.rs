//! Who may do what: a rule for every route, held before its handler runs.
//!
//! `rules` (the rule of each route), `door` (who asks) → `admit` (holds the rule) → `acting` (the store, asked by that one). A route without a rule answers nobody, and a test names it.

mod acting;
mod admit;
mod door;
mod rules;

pub(crate) use acting::{Acting, actor};
pub(crate) use admit::admit;
pub use door::Door;
pub use rules::list;
pub(crate) use rules::{ADMINISTRATOR, ANALYST, ANYBODY, Rule, VIEWER};
