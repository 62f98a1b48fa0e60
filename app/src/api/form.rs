//! What a form sends, and how it is understood.

use super::ApiError;
use crate::model::{
    deadline::{Deadline, DeadlineEdit},
    tls::TlsVersion,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The deadline form as a browser posts it: every field is text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeadlineForm {
    /// Empty adds one.
    pub id: String,
    pub name: String,
    pub date: String,
    /// Empty: every scope.
    pub scope: String,
    /// Separated by commas or white space; empty: all.
    pub services: String,
    pub minimum: String,
    pub source_url: String,
    pub note: String,
}

impl DeadlineForm {
    /// Adds one, by the rule that AWS has.
    pub fn new() -> Self {
        Self { minimum: TlsVersion::Tls12.to_string(), ..Self::default() }
    }

    /// The id of the part of the page where it stands.
    pub fn place(&self) -> String {
        self.id.parse::<i64>().map_or_else(|_| "add".into(), |id| format!("deadline-{id}"))
    }
}

impl From<&Deadline> for DeadlineForm {
    fn from(deadline: &Deadline) -> Self {
        Self {
            id: deadline.id.to_string(),
            name: deadline.name.clone(),
            date: deadline.date.to_string(),
            scope: deadline.scope.map(|scope| scope.to_string()).unwrap_or_default(),
            services: deadline.services.join(", "),
            minimum: deadline.minimum.to_string(),
            source_url: deadline.source_url.clone(),
            note: deadline.note.clone(),
        }
    }
}

const MAX_NAME: usize = 120;
const MAX_NOTE: usize = 2000;

impl TryFrom<DeadlineForm> for DeadlineEdit {
    type Error = ApiError;

    fn try_from(form: DeadlineForm) -> Result<Self, ApiError> {
        let name = form.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return invalid(format!("Give the deadline a name of 1 to {MAX_NAME} characters."));
        }
        if form.note.chars().count() > MAX_NOTE {
            return invalid(format!("Shorten the note to {MAX_NOTE} characters."));
        }
        let mut services: Vec<String> =
            form.services.split([',', ' ', '\n', '\r', '\t']).filter(|x| !x.is_empty()).map(str::to_owned).collect();
        services.sort_unstable();
        services.dedup();
        Ok(Self {
            id: optional(&form.id, |x| x.parse().map_err(|_| ApiError::NotFound("There is no such deadline.".into())))?,
            name,
            date: date(&form.date)?,
            scope: optional(&form.scope, |x| x.parse().map_err(ApiError::Invalid))?,
            services,
            minimum: minimum(&form.minimum)?,
            source_url: source_url(&form.source_url)?,
            note: form.note.trim().to_owned(),
        })
    }
}

fn invalid<T>(sentence: String) -> Result<T, ApiError> {
    Err(ApiError::Invalid(sentence))
}

fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn date(text: &str) -> Result<NaiveDate, ApiError> {
    match text.trim().parse::<NaiveDate>() {
        Ok(day) if (2000..=2200).contains(&chrono::Datelike::year(&day)) => Ok(day),
        _ => invalid(format!("“{}” is not a date: write it as 2023-06-28.", text.trim())),
    }
}

/// A rule needs a version that can be "below": plain HTTP and unknown cannot be a minimum.
fn minimum(text: &str) -> Result<TlsVersion, ApiError> {
    match text.trim().parse() {
        Ok(version @ (TlsVersion::Tls10 | TlsVersion::Tls11 | TlsVersion::Tls12 | TlsVersion::Tls13)) => Ok(version),
        _ => invalid(format!("“{}” cannot be a minimum: use 1.0, 1.1, 1.2 or 1.3.", text.trim())),
    }
}

fn source_url(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    let fits = text.is_empty() || text.starts_with("https://") || text.starts_with("http://");
    if fits && text.len() <= 2000 {
        Ok(text.to_owned())
    } else {
        invalid("The source must be a web address that begins with https:// (at most 2,000 characters).".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> DeadlineForm {
        DeadlineForm {
            name: " Payments ".into(),
            date: "2027-03-01".into(),
            services: "s3, sts\nsts".into(),
            minimum: "1.3".into(),
            ..Default::default()
        }
    }

    #[test]
    fn a_form_becomes_an_edit() {
        let edit = DeadlineEdit::try_from(form()).unwrap();
        assert_eq!((edit.id, edit.name.as_str(), edit.scope), (None, "Payments", None));
        assert_eq!(edit.services, ["s3", "sts"]);
        assert_eq!(edit.minimum, TlsVersion::Tls13);
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        for (change, word) in [
            (DeadlineForm { name: "  ".into(), ..form() }, "name"),
            (DeadlineForm { date: "28.06.2023".into(), ..form() }, "2023-06-28"),
            (DeadlineForm { date: "9999-01-01".into(), ..form() }, "date"),
            (DeadlineForm { minimum: "unknown".into(), ..form() }, "minimum"),
            (DeadlineForm { scope: "mars".into(), ..form() }, "scope"),
            (DeadlineForm { source_url: "javascript:alert(1)".into(), ..form() }, "https://"),
        ] {
            let error = DeadlineEdit::try_from(change).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
