//! People: who does something, and what they may do.

use super::text::text_enum;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What somebody may do. Each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks at everything.
    Viewer,
    /// Brings logs in (uploads, sources), takes them out, and keeps the deadlines.
    Analyst,
    /// Decides about people.
    Administrator,
}

text_enum!(Role, "a role", { Viewer = "viewer", Analyst = "analyst", Administrator = "administrator" });

/// Who asks. Without a role it is somebody who has not signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    pub role: Option<Role>,
    /// Empty where nobody needs to sign in.
    pub name: String,
    /// Numbers of the person and of the session, where there are some.
    pub person: Option<i64>,
    pub session: Option<i64>,
    /// Signs in by an OpenID provider: there is no password, and groups decide about the role.
    pub by_provider: bool,
    /// Where the request came from, and by what program, as far as that is known.
    pub address: String,
    pub agent: String,
}

impl Actor {
    /// Nobody needs to sign in: whoever reaches the server may do everything.
    #[must_use]
    pub fn local() -> Self {
        Self { role: Some(Role::Administrator), ..Self::default() }
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn nobody() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn may(&self, needed: Role) -> bool {
        self.role.is_some_and(|role| role >= needed)
    }
}

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub role: Role,
    /// Without one nobody can sign in by this name.
    pub has_password: bool,
    /// The OpenID provider by which they sign in, if they do.
    pub issuer: Option<String>,
    pub is_disabled: bool,
    pub created: DateTime<Utc>,
    pub signed_in: Option<DateTime<Utc>>,
    /// A one-time link lies with them that is good until then.
    pub invited_until: Option<DateTime<Utc>>,
}

/// A browser in which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: i64,
    pub agent: String,
    pub address: String,
    pub created: DateTime<Utc>,
    pub last_used: DateTime<Utc>,
}

/// A script's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: i64,
    pub name: String,
    /// What it may do at most.
    pub role: Role,
    pub created: DateTime<Utc>,
    pub expires: DateTime<Utc>,
    pub last_used: Option<DateTime<Utc>>,
}

/// Longest life of a token, in days.
pub const TOKEN_DAYS: u32 = 365;

/// A secret that its owner sees once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Token(String),
    /// For whom, and the code in the link.
    Invitation(String, String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_ones_before_it_may() {
        let may = |role| Role::ALL.map(|needed| Actor { role, ..Actor::default() }.may(needed));
        assert_eq!(may(None), [false; 3]);
        assert_eq!(may(Some(Role::Viewer)), [true, false, false]);
        assert_eq!(may(Some(Role::Analyst)), [true, true, false]);
        assert_eq!(may(Some(Role::Administrator)), [true; 3]);
        assert_eq!((Actor::local().may(Role::Administrator), Actor::nobody().may(Role::Viewer)), (true, false));
    }

    #[test]
    fn a_role_has_one_text() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert!("root".parse::<Role>().unwrap_err().contains("“root”"));
    }
}
