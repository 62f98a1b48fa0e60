//! What the provider says of somebody.

use super::Trouble;
use openidconnect::{
    AdditionalClaims, EndUserEmail, EndUserName, EndUserUsername, IdTokenClaims, LocalizedClaim, UserInfoClaims,
    core::CoreGenderClaim,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// OpenID Connect Core 1.0, section 2: 255 ASCII characters.
const LONGEST_SUBJECT: usize = 255;

/// All claims that `openidconnect` has no names for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct AllClaims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for AllClaims {}

/// Somebody whom the provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Somebody {
    /// Who it is, for ever and only at this provider.
    pub(crate) subject: String,
    /// What they are called, the best name first; others may have the same. May be empty.
    pub(crate) names: Vec<String>,
    /// Nothing where the provider does not tell.
    pub(crate) groups: Option<Vec<String>>,
}

impl Somebody {
    pub(super) fn of_token(
        claims: &IdTokenClaims<AllClaims, CoreGenderClaim>,
        groups_claim: &str,
    ) -> Result<Self, Trouble> {
        let subject = claims.subject().as_str().to_owned();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
            return Err(Trouble::unproven("its subject is empty, too long or holds control characters"));
        }
        let names = names(claims.name(), claims.preferred_username(), claims.email());
        Ok(Self { subject, names, groups: claims.additional_claims().groups(groups_claim) })
    }

    pub(super) fn is_complete(&self) -> bool {
        self.groups.is_some() && !self.names.is_empty()
    }

    /// The token goes first: it is signed.
    pub(super) fn or(self, claims: &UserInfoClaims<AllClaims, CoreGenderClaim>, groups_claim: &str) -> Self {
        let groups = self.groups.or_else(|| claims.additional_claims().groups(groups_claim));
        let mut all = self.names;
        all.extend(names(claims.name(), claims.preferred_username(), claims.email()));
        Self { names: all, groups, ..self }
    }
}

impl AllClaims {
    /// A list of texts, or one. Nothing for what is neither: nobody gets a role by mistake.
    fn groups(&self, claim: &str) -> Option<Vec<String>> {
        let within = |claim: &str| {
            let (first, rest) = claim.strip_prefix('/')?.split_once('/')?;
            self.all.get(first)?.pointer(&format!("/{rest}"))
        };
        match self.all.get(claim).or_else(|| within(claim))? {
            Value::String(group) => Some(vec![group.clone()]),
            Value::Array(groups) => Some(groups.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            _ => None,
        }
    }
}

fn names(
    name: Option<&LocalizedClaim<EndUserName>>,
    username: Option<&EndUserUsername>,
    email: Option<&EndUserEmail>,
) -> Vec<String> {
    let name = name.and_then(|name| name.get(None)).map(|name| name.as_str());
    let all = [name, username.map(|username| username.as_str()), email.map(|email| email.as_str())];
    all.into_iter().flatten().map(str::to_owned).filter(|name| !name.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn groups_are_texts_wherever_they_are() {
        let groups = |claims: Value, claim: &str| {
            let all: AllClaims = serde_json::from_value(claims).expect("claims");
            all.groups(claim).map(|groups| groups.join("|"))
        };
        for (claims, claim, expected) in [
            (json!({"groups": ["a", "b,c"]}), "groups", Some("a|b,c")),
            (json!({"groups": "a"}), "groups", Some("a")),
            (json!({"groups": []}), "groups", Some("")),
            (json!({"groups": ["a", 1, null, ["b"]]}), "groups", Some("a")),
            (json!({"groups": {"a": true}}), "groups", None),
            (json!({"groups": null}), "groups", None),
            (json!({}), "groups", None),
            (json!({"https://a.example/groups": ["a"]}), "https://a.example/groups", Some("a")),
            (json!({"realm_access": {"roles": ["a"]}}), "/realm_access/roles", Some("a")),
            (json!({"realm_access": {"roles": ["a"]}}), "realm_access", None),
            (json!({"realm_access": ["a"]}), "/realm_access/roles", None),
            (json!({"/a/b": "c"}), "/a/b", Some("c")),
        ] {
            assert_eq!(groups(claims.clone(), claim).as_deref(), expected, "{claims} {claim}");
        }
    }
}
