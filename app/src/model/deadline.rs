//! Deadlines: what is forbidden from when on, and how the date moved.

use super::{call::Scope, text::text_enum, tls::TlsVersion};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A date from which versions below `minimum` are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deadline {
    pub id: i64,
    pub name: String,
    /// The date in force now; earlier ones are in `history`.
    pub date: NaiveDate,
    /// `None`: every scope.
    pub scope: Option<Scope>,
    /// Services it applies to; empty means all of them.
    pub services: Vec<String>,
    /// The lowest version that stays allowed.
    pub minimum: TlsVersion,
    pub source_url: String,
    pub note: String,
    /// Came with the product (still editable), or with the demo data.
    pub origin: Origin,
    /// Every date it ever had, oldest first; the last one is `date`.
    pub history: Vec<Revision>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Preset,
    Own,
    Demo,
}

text_enum!(Origin, "an origin", { Preset = "preset", Own = "own", Demo = "demo" });

/// One date that a deadline had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    pub date: NaiveDate,
    /// The day on which this date became known.
    pub announced: NaiveDate,
    pub note: String,
}

/// What a form sends to add or change a deadline. A changed date adds a revision, it never overwrites one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadlineEdit {
    /// `None` adds one.
    pub id: Option<i64>,
    pub name: String,
    pub date: NaiveDate,
    pub scope: Option<Scope>,
    pub services: Vec<String>,
    pub minimum: TlsVersion,
    pub source_url: String,
    pub note: String,
}

/// Longest name, note, address and service name, and most services, that a deadline may have.
const LONGEST_NAME: usize = 100;
const LONGEST_TEXT: usize = 2000;
const MOST_SERVICES: usize = 200;

impl DeadlineEdit {
    /// The same without surrounding blanks and repeated services.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what would be right.
    pub fn checked(mut self) -> Result<Self, String> {
        for text in [&mut self.name, &mut self.source_url, &mut self.note] {
            *text = text.trim().to_owned();
        }
        let services = self.services.iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty());
        self.services = services.collect::<BTreeSet<_>>().into_iter().collect();
        match self.mistake() {
            Some(mistake) => Err(mistake),
            None => Ok(self),
        }
    }

    fn mistake(&self) -> Option<String> {
        let url = &self.source_url;
        if self.name.is_empty() {
            Some("A deadline needs a name.".into())
        } else if self.name.chars().count() > LONGEST_NAME {
            Some(format!("The name is too long: {LONGEST_NAME} characters at most."))
        } else if !(2000..=2200).contains(&self.date.year()) {
            Some(format!("{} is not a date between 2000 and 2200.", self.date))
        } else if !matches!(self.minimum, TlsVersion::Tls10 | TlsVersion::Tls11 | TlsVersion::Tls12 | TlsVersion::Tls13)
        {
            Some(format!("“{}” cannot be the lowest allowed version: use 1.0, 1.1, 1.2 or 1.3.", self.minimum))
        } else if !(url.is_empty() || url.starts_with("https://") || url.starts_with("http://")) {
            Some("The source must be an address that begins with https:// or http://.".into())
        } else if [url, &self.note].iter().any(|text| text.len() > LONGEST_TEXT) {
            Some(format!("The source and the note may have {LONGEST_TEXT} bytes at most."))
        } else if self.services.len() > MOST_SERVICES || self.services.iter().any(|s| s.len() > LONGEST_NAME) {
            Some(format!("At most {MOST_SERVICES} services of {LONGEST_NAME} bytes each, please."))
        } else if [&self.name, url, &self.note].into_iter().chain(&self.services).any(|t| t.contains('\0')) {
            Some("A NUL character cannot be stored: remove it.".into())
        } else {
            None
        }
    }
}

impl Deadline {
    /// Whether the deadline's rule speaks about this service.
    pub fn applies_to(&self, scope: Scope, service: &str) -> bool {
        self.scope.is_none_or(|s| s == scope)
            && (self.services.is_empty() || self.services.iter().any(|s| s == service))
    }
}

/// The deadline that a page is held against when the view names none, for the services that the data has: the next one
/// that is not past, else the latest past one. Deadlines that speak about most of the services go before those that
/// speak about a few: a note about one service must not hide the others. A preset about TLS 1.3 has to be chosen, as
/// callers are not kept for it before.
pub fn default_for<'a>(
    deadlines: &'a [Deadline],
    services: &[(Scope, String)],
    today: NaiveDate,
) -> Option<&'a Deadline> {
    // Without data, AWS's API endpoints are what will most likely come.
    let guess = [(Scope::Aws, String::new())];
    let services = if services.is_empty() { &guess } else { services };
    let eligible = || deadlines.iter().filter(|d| d.origin != Origin::Preset || d.minimum <= TlsVersion::Tls12);
    let next = |reach| {
        let ahead = eligible().filter(|d| d.date >= today && d.reach(services) == reach);
        ahead.min_by_key(|d| (d.date, d.id))
    };
    let latest = |reach| {
        let past = eligible().filter(|d| d.date < today && d.reach(services) == reach);
        past.max_by_key(|d| (d.date, -d.id))
    };
    next(Reach::Most).or_else(|| next(Reach::Some)).or_else(|| latest(Reach::Most)).or_else(|| latest(Reach::Some))
}

/// How much of the data a deadline speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Nothing,
    Some,
    /// At least half of the services.
    Most,
}

impl Deadline {
    fn reach(&self, services: &[(Scope, String)]) -> Reach {
        let reached = services.iter().filter(|(scope, service)| self.applies_to(*scope, service)).count();
        match reached {
            0 => Reach::Nothing,
            _ if reached * 2 >= services.len() => Reach::Most,
            _ => Reach::Some,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit() -> DeadlineEdit {
        DeadlineEdit {
            id: None,
            name: " Ours ".into(),
            date: "2026-06-28".parse().unwrap(),
            scope: None,
            services: ["s3", " ec2 ", "s3", ""].map(String::from).into(),
            minimum: TlsVersion::Tls12,
            source_url: "https://example.com/policy".into(),
            note: String::new(),
        }
    }

    #[test]
    fn an_edit_is_tidied() {
        let edit = edit().checked().unwrap();
        assert_eq!((edit.name.as_str(), edit.services.join(" ").as_str()), ("Ours", "ec2 s3"));
    }

    #[test]
    fn every_mistake_has_its_sentence() {
        let mistake = |change: fn(&mut DeadlineEdit)| {
            let mut edit = edit();
            change(&mut edit);
            edit.checked().unwrap_err()
        };
        assert_eq!(mistake(|e| e.name = "  ".into()), "A deadline needs a name.");
        assert_eq!(mistake(|e| e.name = "ä".repeat(101)), "The name is too long: 100 characters at most.");
        assert_eq!(mistake(|e| e.date = NaiveDate::MAX), "+262142-12-31 is not a date between 2000 and 2200.");
        assert!(mistake(|e| e.minimum = TlsVersion::Unknown).contains("use 1.0, 1.1, 1.2 or 1.3"));
        assert!(mistake(|e| e.minimum = TlsVersion::Ssl3).contains("use 1.0, 1.1, 1.2 or 1.3"));
        assert!(mistake(|e| e.source_url = "javascript:alert(1)".into()).contains("https://"));
        assert!(mistake(|e| e.note = "x".repeat(2001)).contains("2000 bytes"));
        assert!(mistake(|e| e.services = (0..201).map(|n| n.to_string()).collect()).contains("200 services"));
        assert!(mistake(|e| e.name = "a\0b".into()).contains("NUL"));
    }
}
