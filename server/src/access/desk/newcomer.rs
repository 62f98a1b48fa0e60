//! What becomes of somebody whom the provider knows: a new person, the same as before, or nobody who may come in.

use super::{Desk, LONGEST_NAME, Tx, unavailable};
use crate::{
    access::provider::{Provider, Somebody},
    db::{
        audit_log,
        person::{self, known, session, token},
    },
};
use app::{
    access::SessionKey,
    api::ApiError,
    model::{audit::Action, person::Role, provider::Refusal},
};

/// Longest part of a name that says where its owner comes from.
const LONGEST_ORIGIN: usize = 40;

impl Desk {
    /// Somebody new. Local accounts are never taken over, whatever the newcomer is called.
    pub(super) async fn let_in_first(
        &self,
        tx: &mut Tx,
        provider: &Provider,
        somebody: &Somebody,
        role: Role,
    ) -> Result<Result<SessionKey, Refusal>, ApiError> {
        let settings = provider.settings();
        let is_first = !person::exist(tx, Some(settings.issuer())).await.map_err(unavailable)?;
        if is_first && role != Role::Administrator {
            let about = format!("by {}: a {role} before any administrator", settings.name());
            self.note(tx, Action::SignInRefused, &about).await?;
            return Ok(Err(Refusal::NotSetUp));
        }
        let wanted = names(somebody, settings.name());
        let name = known::free_name(tx, &wanted).await.map_err(unavailable)?;
        let name = name.ok_or_else(|| ApiError::Conflict("Everybody seems to have this name.".into()))?;
        let added = known::add(tx, settings.issuer(), &somebody.subject, &name, role).await;
        let id = added.map_err(unavailable)?;
        let (action, about) = match is_first {
            true => (Action::SetUp, format!("by {}", settings.name())),
            false => (Action::AddPerson, format!("{name}: {role}, by {}", settings.name())),
        };
        audit_log::add(tx, &self.as_person(id, &name), action, &about).await.map_err(unavailable)?;
        self.open_session(tx, provider, id, &name).await.map(Ok)
    }

    pub(super) async fn let_in_again(
        &self,
        tx: &mut Tx,
        provider: &Provider,
        person: known::Known,
        role: Role,
    ) -> Result<SessionKey, ApiError> {
        let known::Known { id, name, role: before, .. } = person;
        if role != before {
            person::set_role(tx, id, role).await.map_err(unavailable)?;
            let about = format!("{name}: {role}, by the groups of {}", provider.settings().name());
            audit_log::add(tx, &self.as_person(id, &name), Action::ChangeRole, &about).await.map_err(unavailable)?;
        }
        self.open_session(tx, provider, id, &name).await
    }

    /// Nothing that was opened before stays open.
    pub(super) async fn keep_from(
        &self,
        tx: &mut Tx,
        provider: &Provider,
        person: &known::Known,
        refusal: Refusal,
    ) -> Result<Result<SessionKey, Refusal>, ApiError> {
        session::end_all(tx, person.id, None).await.map_err(unavailable)?;
        token::remove_all(tx, person.id).await.map_err(unavailable)?;
        let about =
            format!("{}, by {}: {}", person.name, provider.settings().name(), refusal.as_str().replace('_', " "));
        self.note(tx, Action::SignInRefused, &about).await?;
        Ok(Err(refusal))
    }

    async fn open_session(
        &self,
        tx: &mut Tx,
        provider: &Provider,
        id: i64,
        name: &str,
    ) -> Result<SessionKey, ApiError> {
        let key = self.begin_session(tx, id).await?;
        let about = format!("by {}", provider.settings().name());
        audit_log::add(tx, &self.as_person(id, name), Action::SignIn, &about).await.map_err(unavailable)?;
        Ok(key)
    }
}

/// What somebody may be called, the nicest name first. The last ones are nobody else's.
fn names(somebody: &Somebody, origin: &str) -> Vec<String> {
    let called = somebody.names.iter().chain([&somebody.subject]).map(|name| visible(name, LONGEST_NAME));
    let name = called.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "somebody".into());
    let origin = visible(origin, LONGEST_ORIGIN);
    let more = (2..20).map(|n| format!(" ({origin} {n})"));
    let unique = format!(" ({origin} {:08x})", rand::random::<u32>());
    let endings = [String::new(), format!(" ({origin})")].into_iter().chain(more).chain([unique]);
    let with = |ending: String| {
        let room = LONGEST_NAME - ending.chars().count();
        name.chars().take(room).collect::<String>().trim_end().to_owned() + &ending
    };
    endings.map(with).collect()
}

/// Without what cannot be seen: two names that look the same are to be the same.
fn visible(text: &str, longest: usize) -> String {
    let hidden = |c: char| matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
    // A line break is a space, other control characters are nothing.
    let seen: String = text.chars().filter(|c| !hidden(*c) && (c.is_whitespace() || !c.is_control())).collect();
    let short: String = seen.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(longest).collect();
    short.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn of(names: &[&str], subject: &str) -> Vec<String> {
        let names_of = names.iter().map(|name| (*name).to_owned()).collect();
        let somebody = Somebody { subject: subject.into(), names: names_of, groups: None };
        super::names(&somebody, "login.example.org")
    }

    #[test]
    fn the_nicest_name_comes_first_and_all_differ() {
        let names = of(&["\u{202e}\u{200b}", " Ann \n Example\u{200d} ", "ann"], "1234");
        assert_eq!(names[..3], ["Ann Example", "Ann Example (login.example.org)", "Ann Example (login.example.org 2)"]);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert_eq!(of(&[], "00u1<b>")[0], "00u1<b>");
        assert_eq!(of(&[], "\u{feff}")[0], "somebody");
    }

    #[test]
    fn no_name_is_too_long_or_seems_to_be_another() {
        let long = "ä b".repeat(100);
        for name in of(&[&long, "x"], "1") {
            assert!(name.chars().count() <= LONGEST_NAME && name.starts_with("ä bä b"), "{name}");
        }
        for hidden in ["Ann\u{200b}", "\u{2066}Ann\u{2069}", "An\u{ad}n", "Ann\0", "Ann\u{fe0f}", "A\u{e0041}nn"] {
            assert_eq!(visible(hidden, 120), "Ann", "{hidden:?}");
        }
    }
}
