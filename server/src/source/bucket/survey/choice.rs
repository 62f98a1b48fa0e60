//! Which part of a bucket is wanted.

use crate::source::bucket::layout::Logged;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Accounts, regions and days; what is empty or absent stands for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub from: Option<NaiveDate>,
    /// The last day, included.
    pub to: Option<NaiveDate>,
}

impl Choice {
    #[must_use]
    pub fn has(&self, logged: &Logged<'_>) -> bool {
        self.has_trail(logged.account, logged.region) && self.has_day(logged.day)
    }

    #[must_use]
    pub fn has_trail(&self, account: &str, region: &str) -> bool {
        let has = |chosen: &[String], one: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == one);
        has(&self.accounts, account) && has(&self.regions, region)
    }

    #[must_use]
    pub fn has_day(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}
