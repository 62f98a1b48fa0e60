//! Which part of a bucket is wanted.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Accounts, regions and days; what is empty or absent stands for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BucketChoice {
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub from: Option<NaiveDate>,
    /// The last day, included.
    pub to: Option<NaiveDate>,
}

impl BucketChoice {
    #[must_use]
    pub fn has_account(&self, account: &str) -> bool {
        has(&self.accounts, account)
    }

    #[must_use]
    pub fn has_trail(&self, account: &str, region: &str) -> bool {
        self.has_account(account) && has(&self.regions, region)
    }

    #[must_use]
    pub fn has_day(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

fn has(chosen: &[String], one: &str) -> bool {
    chosen.is_empty() || chosen.iter().any(|chosen| chosen == one)
}
