//! Which part of the audit log an address asks for.

use super::ApiError;
use crate::{model::audit::AuditFilter, view::decode};
use std::str::FromStr;

impl FromStr for AuditFilter {
    type Err = ApiError;

    /// From an address; what it does not know it ignores.
    fn from_str(query: &str) -> Result<Self, ApiError> {
        let mut filter = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (key, raw) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decode(raw).map_err(|why| ApiError::Invalid(format!("The address is damaged: {why}.")))?;
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match key {
                "name" => filter.name = value.to_owned(),
                "action" => filter.action = Some(value.parse().map_err(ApiError::Invalid)?),
                "from" => filter.from = Some(day(value)?),
                "to" => filter.to = Some(day(value)?),
                "before" => filter.before = value.parse().ok(),
                _ => {}
            }
        }
        Ok(filter)
    }
}

fn day(text: &str) -> Result<chrono::NaiveDate, ApiError> {
    text.parse().map_err(|_| ApiError::Invalid(format!("“{text}” is not a date: write it as 2023-06-28.")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::audit::Action;

    #[test]
    fn an_address_says_which_lines() {
        let filter: AuditFilter = "?name=Ann%20B&action=sign_in&from=2026-01-01&to=&before=7&x=y".parse().unwrap();
        assert_eq!((filter.name.as_str(), filter.action), ("Ann B", Some(Action::SignIn)));
        assert_eq!((filter.from, filter.to, filter.before), ("2026-01-01".parse().ok(), None, Some(7)));
        for (query, words) in [("action=dance", "“dance” is not an action"), ("from=soon", "“soon” is not a date")]
        {
            assert!(query.parse::<AuditFilter>().unwrap_err().to_string().contains(words));
        }
    }
}
