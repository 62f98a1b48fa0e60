//! What lies in a bucket, and which part of it is wanted.

mod check;
mod months;
mod trails;

pub use check::{Check, check};
pub use months::months;
pub use trails::{Trail, Trails, trails, within};
