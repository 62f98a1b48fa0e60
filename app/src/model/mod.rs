//! Pure data and rules: what every other part of the product talks about.
//!
//! Nothing here knows Leptos, SQL or HTTP, and nothing reads a clock: *today* is a value that is passed in.

pub mod audit;
pub mod call;
pub mod caller;
pub mod coverage;
pub mod deadline;
pub mod forecast;
pub mod frame;
pub mod freshness;
pub mod open;
pub mod overview;
pub mod person;
#[cfg(feature = "ssr")]
pub mod provider;
pub mod report;
pub mod sentence;
pub mod service;
#[cfg(feature = "ssr")]
pub mod share;
pub mod source;
#[cfg(feature = "ssr")]
pub mod statement;
pub(crate) mod text;
pub mod tls;
pub mod trend;
pub mod verdict;
pub(crate) mod words;
