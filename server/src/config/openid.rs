//! Signing in by OpenID Connect.

use app::model::person::Role;
use std::{fs, path::PathBuf, str::FromStr};

/// The provider that says who people are.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Sign-in by OpenID Connect")]
pub struct OpenId {
    /// The provider's issuer URL, exactly as its discovery document has it. People may then sign in there.
    #[arg(long = "oidc-issuer", env = "SUNSET_OIDC_ISSUER", value_name = "URL", requires_all = ["oidc_client_id", "oidc_roles"])]
    pub oidc_issuer: Option<String>,

    /// By which the provider knows this server.
    #[arg(long, env = "SUNSET_OIDC_CLIENT_ID", value_name = "ID")]
    pub oidc_client_id: Option<String>,

    /// The client's secret; without one it is a public client.
    #[arg(long, env = "SUNSET_OIDC_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<String>,

    /// A file with that secret, which command lines and environments do not show.
    #[arg(long, env = "SUNSET_OIDC_CLIENT_SECRET_FILE", value_name = "FILE", conflicts_with = "oidc_client_secret")]
    pub oidc_client_secret_file: Option<PathBuf>,

    /// What is asked for, besides `openid` [may be repeated].
    #[arg(
        long = "oidc-scope",
        env = "SUNSET_OIDC_SCOPES",
        default_value = "profile",
        value_name = "SCOPE",
        value_delimiter = ','
    )]
    pub oidc_scopes: Vec<String>,

    /// The claim with somebody's groups; a path such as `/realm_access/roles` finds one within others.
    #[arg(long, env = "SUNSET_OIDC_GROUPS_CLAIM", default_value = "groups", value_name = "CLAIM")]
    pub oidc_groups_claim: String,

    /// Which group may do what, as a comma list of GROUP=ROLE: viewer, analyst, administrator. The highest one counts.
    #[arg(long, env = "SUNSET_OIDC_ROLES", value_name = "GROUP=ROLE,…")]
    pub oidc_roles: Option<GroupRoles>,

    /// What people call the provider: on the button “Sign in with …” [default: its host name].
    #[arg(long, env = "SUNSET_OIDC_NAME", value_name = "NAME")]
    pub oidc_name: Option<String>,
}

impl OpenId {
    /// The secret, wherever it comes from.
    ///
    /// # Errors
    /// Its file cannot be read, or is empty.
    pub fn secret(&self) -> Result<Option<String>, NoSecret> {
        let Some(path) = &self.oidc_client_secret_file else { return Ok(self.oidc_client_secret.clone()) };
        let text = fs::read_to_string(path).map_err(|why| NoSecret { path: path.clone(), why: why.to_string() })?;
        match text.trim() {
            "" => Err(NoSecret { path: path.clone(), why: "it is empty".into() }),
            secret => Ok(Some(secret.to_owned())),
        }
    }
}

/// The file with the client's secret does not hold one.
#[derive(Debug, thiserror::Error)]
#[error("The client's secret cannot be read from {path}: {why}.", path = path.display())]
pub struct NoSecret {
    path: PathBuf,
    why: String,
}

/// Which group at the provider may do what here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupRoles(Vec<(String, Role)>);

impl GroupRoles {
    /// The highest of those that the groups give.
    #[must_use]
    pub fn of(&self, groups: &[String]) -> Option<Role> {
        self.0.iter().filter(|(group, _)| groups.contains(group)).map(|(_, role)| *role).max()
    }

    #[must_use]
    pub fn has(&self, wanted: Role) -> bool {
        self.0.iter().any(|(_, role)| *role == wanted)
    }
}

impl FromStr for GroupRoles {
    type Err = String;

    /// Groups of a directory hold commas and `=` themselves (`CN=admins,OU=it`): an entry ends where a role stands.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut roles = Vec::new();
        let mut begun = String::new();
        for part in text.split(',') {
            begun += if begun.is_empty() { part.trim_start() } else { part };
            match begun.rsplit_once('=').map(|(group, role)| (group.trim(), role.trim().parse())) {
                Some((group, Ok(role))) if !group.is_empty() => {
                    roles.push((group.to_owned(), role));
                    begun.clear();
                }
                _ if begun.is_empty() => {}
                _ => begun.push(','),
            }
        }
        if !begun.is_empty() || roles.is_empty() {
            let what = begun.trim_end_matches(',');
            return Err(format!(
                "“{what}” gives no group a role: write GROUP=ROLE, with the role viewer, analyst or administrator"
            ));
        }
        Ok(Self(roles))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Vec<(String, Role)> {
        text.parse::<GroupRoles>().expect(text).0
    }

    #[test]
    fn a_group_is_whatever_stands_before_a_role() {
        let pair = |group: &str, role| (group.to_owned(), role);
        assert_eq!(roles("all=viewer"), [pair("all", Role::Viewer)]);
        assert_eq!(
            roles(" /tls admins = administrator , ops=analyst,"),
            [pair("/tls admins", Role::Administrator), pair("ops", Role::Analyst)]
        );
        assert_eq!(
            roles("CN=admins,OU=it,DC=example=administrator,a,b=viewer"),
            [pair("CN=admins,OU=it,DC=example", Role::Administrator), pair("a,b", Role::Viewer)]
        );
        for bad in ["", ",", "admins", "admins=root", "=viewer", "a=viewer,b", "admins=Administrator"] {
            let refused = bad.parse::<GroupRoles>().expect_err(bad);
            assert!(refused.contains("GROUP=ROLE"), "{refused}");
        }
    }

    #[test]
    fn the_highest_role_counts() {
        let roles: GroupRoles = "a=viewer,b=administrator,c=analyst,a=analyst".parse().expect("roles");
        let of = |groups: &[&str]| roles.of(&groups.iter().map(|group| (*group).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["A", "d", ""]), None, "groups are compared as they are");
        assert_eq!(of(&["a"]), Some(Role::Analyst));
        assert_eq!(of(&["c", "b", "a"]), Some(Role::Administrator));
        assert!(roles.has(Role::Administrator) && !GroupRoles::default().has(Role::Viewer));
    }

    #[test]
    fn a_secret_may_lie_in_a_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("secret");
        let of = |text: &str| {
            fs::write(&path, text).expect("written");
            OpenId { oidc_client_secret_file: Some(path.clone()), ..OpenId::default() }.secret()
        };
        assert_eq!(of("a secret\n").expect("one").as_deref(), Some("a secret"));
        assert!(of("\n").expect_err("none").to_string().contains("it is empty"));
        let gone = OpenId { oidc_client_secret_file: Some(dir.path().join("gone")), ..OpenId::default() };
        assert!(gone.secret().expect_err("none").to_string().contains("gone"));
        let typed = OpenId { oidc_client_secret: Some("x".into()), ..OpenId::default() };
        assert_eq!(typed.secret().expect("one").as_deref(), Some("x"));
        assert_eq!(OpenId::default().secret().expect("none"), None);
    }
}
