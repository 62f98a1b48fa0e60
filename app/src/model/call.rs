//! Whose endpoint a call went to.

use super::text::text_enum;
use serde::{Deserialize, Serialize};

/// Whose endpoint: each scope carries its own deadlines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// AWS API endpoints.
    #[default]
    Aws,
    /// Own load balancers and CDNs.
    Customer,
}

text_enum!(Scope, "a scope", { Aws = "aws", Customer = "customer" });
