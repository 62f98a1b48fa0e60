//! Sharing a view, and what may be done with a share.

use super::ApiError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// As a browser posts it: every field is text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareForm {
    /// The query string of what is shared.
    pub view: String,
    pub title: String,
    pub note: String,
    pub kind: String,
    /// Until it expires.
    pub days: String,
    pub password: String,
    pub principals: String,
    pub accounts: String,
    pub addresses: String,
    pub user_agents: String,
    /// Anything: yes.
    pub narrow: String,
}

/// Leads to the one page that shows the link.
#[server(prefix = "/fn", endpoint = "create_share")]
pub async fn create_share(form: ShareForm) -> Result<i64, ApiError> {
    let created = async { crate::store::get()?.create_share(form.clone().try_into()?).await }.await;
    match &created {
        Ok(id) => leptos_axum::redirect(&format!("/shares/{id}")),
        // The password has to be typed again: no address may hold it.
        Err(error) => super::refill::send_back_query("/share", &form.query(), error),
    }
    created
}

/// Changes nothing: leads to the same form with what was chosen, and a preview of it.
#[server(prefix = "/fn", endpoint = "preview_share")]
pub async fn preview_share(form: ShareForm) -> Result<(), ApiError> {
    leptos_axum::redirect(&format!("/share?{}", form.query()));
    Ok(())
}

/// `change`: pause, resume, expire (with `until`, the last day), rotate or revoke.
#[server(prefix = "/fn", endpoint = "change_share")]
pub async fn change_share(id: i64, change: String, #[server(default)] until: String) -> Result<(), ApiError> {
    crate::store::get()?.change_share(id, understood::change(&change, &until)?).await?;
    leptos_axum::redirect(&format!("/shares/{id}"));
    Ok(())
}

#[server(prefix = "/fn", endpoint = "revoke_shares")]
pub async fn revoke_shares(creator: String) -> Result<(), ApiError> {
    crate::store::get()?.revoke_shares(&creator).await?;
    leptos_axum::redirect("/shares");
    Ok(())
}

#[cfg(feature = "ssr")]
mod understood {
    use super::{ApiError, ShareForm};
    use crate::{
        model::{
            share::{ShareChange, ShareDraft, USUAL_DAYS},
            statement::{Mask, Masking},
        },
        view::{View, decode, encode},
    };
    use std::str::FromStr;

    const LONGEST_TITLE: usize = 120;
    const LONGEST_NOTE: usize = 2000;
    const SHORTEST_PASSWORD: usize = 8;
    const LONGEST_PASSWORD: usize = 200;

    impl ShareForm {
        /// What the address of the form's page says: the view, and what was chosen before.
        ///
        /// # Errors
        /// When it is damaged.
        pub fn of_query(query: &str) -> Result<Self, ApiError> {
            let damaged = |why: String| ApiError::Invalid(format!("The address is damaged: {why}."));
            let view: View = query.parse().map_err(|bad: crate::view::BadView| ApiError::Invalid(bad.to_string()))?;
            let mut form = Self { view: view.to_string(), ..Self::default() };
            for pair in query.trim_start_matches('?').split('&') {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                let Some(field) = form.field(key) else { continue };
                *field = decode(value).map_err(damaged)?;
            }
            Ok(form)
        }

        /// The same as an address, without the password.
        pub fn query(&self) -> String {
            let mut form = self.clone();
            let mut pairs: Vec<String> = Some(form.view.clone()).filter(|view| !view.is_empty()).into_iter().collect();
            for key in FIELDS {
                if let Some(value) = form.field(key).filter(|value| !value.is_empty()) {
                    pairs.push(format!("{key}={}", encode(value)));
                }
            }
            pairs.join("&")
        }

        fn field(&mut self, key: &str) -> Option<&mut String> {
            match key {
                "title" => Some(&mut self.title),
                "note" => Some(&mut self.note),
                "kind" => Some(&mut self.kind),
                "days" => Some(&mut self.days),
                "principals" => Some(&mut self.principals),
                "accounts" => Some(&mut self.accounts),
                "addresses" => Some(&mut self.addresses),
                "user_agents" => Some(&mut self.user_agents),
                "narrow" => Some(&mut self.narrow),
                _ => None,
            }
        }

        /// # Errors
        /// Says which choice there is.
        pub fn masking(&self) -> Result<Masking, ApiError> {
            let usual = Masking::default();
            Ok(Masking {
                principals: chosen(&self.principals, usual.principals)?,
                accounts: chosen(&self.accounts, usual.accounts)?,
                addresses: chosen(&self.addresses, usual.addresses)?,
                user_agents: chosen(&self.user_agents, usual.user_agents)?,
            })
        }
    }

    /// What may stand in an address: a password is no part of one.
    const FIELDS: [&str; 9] =
        ["title", "note", "kind", "days", "principals", "accounts", "addresses", "user_agents", "narrow"];

    impl TryFrom<ShareForm> for ShareDraft {
        type Error = ApiError;

        fn try_from(form: ShareForm) -> Result<Self, ApiError> {
            let invalid = |words: String| Err(ApiError::Invalid(words));
            let (title, note) = (form.title.trim(), form.note.trim());
            if title.is_empty() || title.chars().count() > LONGEST_TITLE {
                return invalid(format!("Give it a title of 1 to {LONGEST_TITLE} characters."));
            }
            if note.chars().count() > LONGEST_NOTE {
                return invalid(format!("Shorten the note to {LONGEST_NOTE} characters."));
            }
            if [title, note].iter().any(|text| text.contains('\0')) {
                return invalid("A NUL character cannot be stored: remove it.".into());
            }
            let password = Some(form.password.clone()).filter(|password| !password.is_empty());
            if let Some(password) = &password
                && !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count())
            {
                return invalid(format!(
                    "A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; leave it empty for none."
                ));
            }
            let days = match form.days.trim() {
                "" => USUAL_DAYS,
                days => days.parse().map_err(|_| {
                    ApiError::Invalid(format!("“{days}” is not a number of days: a share always expires."))
                })?,
            };
            Ok(Self {
                view: form.view.parse().map_err(|bad: crate::view::BadView| ApiError::Invalid(bad.to_string()))?,
                title: title.to_owned(),
                note: note.to_owned(),
                kind: chosen(&form.kind, Default::default())?,
                days,
                password,
                masking: form.masking()?,
                may_narrow: !form.narrow.is_empty(),
            })
        }
    }

    pub(super) fn change(change: &str, until: &str) -> Result<ShareChange, ApiError> {
        match change {
            "pause" => Ok(ShareChange::Pause),
            "resume" => Ok(ShareChange::Resume),
            "rotate" => Ok(ShareChange::Rotate),
            "revoke" => Ok(ShareChange::Revoke),
            "expire" => {
                until.trim().parse().map(ShareChange::Expire).map_err(|_| {
                    ApiError::Invalid(format!("“{}” is not a date: write it as 2027-06-28.", until.trim()))
                })
            }
            _ => Err(ApiError::Invalid(format!("“{change}” is nothing that can be done with a share."))),
        }
    }

    fn chosen<T: FromStr<Err = String>>(text: &str, usual: T) -> Result<T, ApiError> {
        if text.is_empty() { Ok(usual) } else { text.parse().map_err(ApiError::Invalid) }
    }

    /// What the form offers.
    impl Mask {
        pub(crate) const fn words(self) -> &'static str {
            match self {
                Self::Shown => "shown",
                Self::Pseudonym => "pseudonymised",
                Self::LeftOut => "left out",
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::model::share::ShareKind;

        fn form() -> ShareForm {
            ShareForm { title: " For the auditors ".into(), view: "service=s3".into(), ..ShareForm::default() }
        }

        #[test]
        fn a_form_becomes_a_draft_that_masks_by_itself() {
            let draft = ShareDraft::try_from(form()).unwrap();
            assert_eq!((draft.title.as_str(), draft.kind, draft.days), ("For the auditors", ShareKind::Frozen, 30));
            assert_eq!((draft.masking, draft.may_narrow, draft.password), (Masking::default(), false, None));
            assert_eq!(draft.view.service, ["s3"]);
        }

        #[test]
        fn what_was_chosen_is_an_address_without_the_password() {
            let chosen = ShareForm { password: "hunter2hunter2".into(), accounts: "left_out".into(), ..form() };
            let query = chosen.query();
            assert!(!query.contains("hunter2"), "{query}");
            assert_eq!(ShareForm::of_query(&query).unwrap(), ShareForm { password: String::new(), ..chosen });
        }

        #[test]
        fn what_makes_no_sense_is_refused_in_words() {
            for (change, words) in [
                (ShareForm { title: "  ".into(), ..form() }, "title"),
                (ShareForm { title: "x".repeat(121), ..form() }, "title"),
                (ShareForm { note: "x".repeat(2001), ..form() }, "2000"),
                (ShareForm { note: "\0".into(), ..form() }, "NUL"),
                (ShareForm { password: "short".into(), ..form() }, "8 to 200"),
                (ShareForm { days: "never".into(), ..form() }, "always expires"),
                (ShareForm { kind: "open".into(), ..form() }, "use frozen, live"),
                (ShareForm { accounts: "hidden".into(), ..form() }, "shown, pseudonym, left_out"),
                (ShareForm { view: "grain=x".into(), ..form() }, "grain"),
            ] {
                let error = ShareDraft::try_from(change).unwrap_err().to_string();
                assert!(error.contains(words), "{error}");
            }
        }
    }
}
