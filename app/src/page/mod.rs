//! One file per route.

pub mod callers;
pub mod coverage;
pub mod deadlines;
pub mod missing;
pub mod overview;
pub mod service;
pub mod upload;
pub mod uploads;
