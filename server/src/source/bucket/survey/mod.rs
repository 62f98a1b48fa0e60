//! What lies in a bucket, and which part of it is wanted.

mod check;
mod trails;

pub use check::{Check, check};
pub use trails::{Trail, Trails, trails, within};
