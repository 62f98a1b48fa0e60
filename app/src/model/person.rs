//! People: who does something, and what they may do.

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

impl Role {
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Analyst, Self::Administrator];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Administrator => "administrator",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let role = Self::ALL.into_iter().find(|role| role.as_str() == text);
        role.ok_or_else(|| format!("“{text}” is not a role: use viewer, analyst or administrator."))
    }
}

/// Who asks. Without a role it is somebody who has not signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    pub role: Option<Role>,
    /// Empty where nobody needs to sign in.
    pub name: String,
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
