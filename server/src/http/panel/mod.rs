//! What the dashboard shows, as data: one file per panel, each in JSON and CSV.

pub(crate) mod callers;
pub(crate) mod coverage;
pub(crate) mod deadlines;
pub(crate) mod overview;
pub(crate) mod services;
pub(crate) mod trend;
