//! The rule of each route.

use crate::http::{api, guard, shared, sign_in};
use app::model::person::Role;
use axum::http::Method;
use std::{collections::BTreeMap, sync::LazyLock};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Anybody,
    AtLeast(Role),
}

pub(crate) const ANYBODY: Rule = Rule::Anybody;
pub(crate) const VIEWER: Rule = Rule::AtLeast(Role::Viewer);
pub(crate) const ANALYST: Rule = Rule::AtLeast(Role::Analyst);
pub(crate) const ADMINISTRATOR: Rule = Rule::AtLeast(Role::Administrator);

use Rule::Anybody;

/// The pages of `app::App`.
const PAGES: [(&str, Rule); 19] = [
    ("/", VIEWER),
    ("/services/{service}", VIEWER),
    ("/callers", VIEWER),
    ("/uploads", VIEWER),
    ("/uploads/{id}", VIEWER),
    ("/sources", VIEWER),
    ("/sources/{id}", VIEWER),
    ("/sources/{id}/check", ANALYST),
    ("/deadlines", VIEWER),
    ("/coverage", VIEWER),
    ("/share", ANALYST),
    ("/shares", ANALYST),
    ("/shares/{id}", ANALYST),
    ("/sign-in", Anybody),
    ("/setup", Anybody),
    ("/invitation", Anybody),
    ("/account", VIEWER),
    ("/people", ADMINISTRATOR),
    ("/audit", ADMINISTRATOR),
];

/// The server functions of `app::api` that forms post to.
const FORMS: [(&str, Rule); 30] = [
    ("/fn/save_deadline", ANALYST),
    ("/fn/remove_deadline", ANALYST),
    ("/fn/remove_upload", ANALYST),
    ("/fn/cancel_upload", ANALYST),
    ("/fn/load_demo", ANALYST),
    ("/fn/connect_bucket", ANALYST),
    ("/fn/read_bucket", ANALYST),
    ("/fn/follow_bucket", ANALYST),
    ("/fn/listen_to_queue", ANALYST),
    ("/fn/pause_bucket", ANALYST),
    ("/fn/cancel_bucket", ANALYST),
    ("/fn/retry_bucket", ANALYST),
    ("/fn/remove_bucket", ANALYST),
    ("/fn/create_share", ANALYST),
    ("/fn/preview_share", ANALYST),
    ("/fn/change_share", ANALYST),
    ("/fn/revoke_shares", ANALYST),
    ("/fn/sign_in", Anybody),
    ("/fn/set_up", Anybody),
    ("/fn/sign_out", Anybody),
    ("/fn/accept_invitation", Anybody),
    ("/fn/change_password", VIEWER),
    ("/fn/end_session", VIEWER),
    ("/fn/end_other_sessions", VIEWER),
    ("/fn/add_token", VIEWER),
    ("/fn/remove_token", VIEWER),
    ("/fn/add_person", ADMINISTRATOR),
    ("/fn/change_role", ADMINISTRATOR),
    ("/fn/disable_person", ADMINISTRATOR),
    ("/fn/invite_person", ADMINISTRATOR),
];

/// Path, as the router knows it, and method to rule.
pub(super) struct Rules(BTreeMap<String, Vec<(Method, Rule)>>);

pub(super) fn rules() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(Rules::collect);
    &RULES
}

/// Every route (method, path with `{names}`), and the role that it takes; nothing where anybody may use it.
#[must_use]
pub fn list() -> Vec<(Method, String, Option<Role>)> {
    let role = |rule| match rule {
        Rule::Anybody => None,
        Rule::AtLeast(role) => Some(role),
    };
    let each = |(path, ruled): (&String, &Vec<(Method, Rule)>)| -> Vec<_> {
        ruled.iter().map(|(method, rule)| (method.clone(), path.clone(), role(*rule))).collect()
    };
    rules().0.iter().flat_map(each).collect()
}

impl Rules {
    fn collect() -> Self {
        let mut rules = Self(BTreeMap::new());
        let mut add = |method, path: &str, rule| rules.0.entry(path.to_owned()).or_default().push((method, rule));
        api::rules().for_each(|(method, path, rule)| add(method, &path, rule));
        PAGES.into_iter().for_each(|(path, rule)| add(Method::GET, path, rule));
        // Each piece of a page has a rule of its own: `app::api::Piece::role`.
        add(Method::GET, "/fn/fragment", Anybody);
        FORMS.into_iter().for_each(|(path, rule)| add(Method::POST, path, rule));
        for path in shared::PATHS {
            add(Method::GET, path, Anybody);
            add(Method::POST, path, Anybody);
        }
        sign_in::RULES.into_iter().for_each(|(method, path, rule)| add(method, path, rule));
        add(Method::POST, guard::REPORTS, Anybody);
        rules
    }

    /// The rule, or the methods that have one at this path, as an `Allow` header lists them.
    pub(super) fn find(&self, method: &Method, path: &str) -> Result<Rule, String> {
        let ruled = self.0.get(path).map(Vec::as_slice).unwrap_or_default();
        let asked = if method == Method::HEAD { &Method::GET } else { method };
        if let Some((_, rule)) = ruled.iter().find(|(method, _)| method == asked) {
            return Ok(*rule);
        }
        let mut methods: Vec<_> = ruled.iter().map(|(method, _)| method.as_str()).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        Err(methods.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Everything that the router is built from.
    fn routes() -> BTreeSet<String> {
        let endpoints = api::rules().map(|(method, path, _)| format!("{method} {path}"));
        let pages = app::routes().into_iter().flat_map(|page| {
            let path = page.path().to_owned();
            let names = page.methods().map(|method| format!("{method:?}").to_uppercase());
            names.map(|method| format!("{method} {path}")).collect::<Vec<_>>()
        });
        let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}"));
        let functions = functions.chain(shared::PATHS.map(|path| format!("GET {path}")));
        let functions = functions.chain(shared::PATHS.map(|path| format!("POST {path}")));
        let reports = std::iter::once(format!("POST {}", guard::REPORTS));
        let ways = sign_in::RULES.map(|(method, path, _)| format!("{method} {path}"));
        endpoints.chain(pages).chain(functions).chain(reports).chain(ways).collect()
    }

    #[test]
    fn every_route_has_a_rule_and_every_rule_a_route() {
        let rules = rules().0.iter();
        let ruled: BTreeSet<_> =
            rules.flat_map(|(path, rules)| rules.iter().map(move |(method, _)| format!("{method} {path}"))).collect();
        let routes = routes();
        assert!(routes.len() > 40, "{routes:?}");
        let without: Vec<_> = routes.difference(&ruled).collect();
        assert!(without.is_empty(), "routes without a rule: {without:?}");
        let nowhere: Vec<_> = ruled.difference(&routes).collect();
        assert!(nowhere.is_empty(), "rules without a route: {nowhere:?}");
    }

    #[test]
    fn what_changes_something_is_not_for_viewers() {
        let ones_own = [
            "/fn/sign_in",
            "/fn/set_up",
            "/fn/sign_out",
            "/fn/accept_invitation",
            "/fn/change_password",
            "/fn/end_session",
            "/fn/end_other_sessions",
            "/fn/add_token",
            "/fn/remove_token",
            guard::REPORTS,
        ];
        for (path, rules) in &rules().0 {
            for (method, rule) in rules {
                let reads = method == Method::GET || path.starts_with("/s/") || ones_own.contains(&path.as_str());
                assert!(reads || matches!(rule, Rule::AtLeast(Role::Analyst | Role::Administrator)), "{method} {path}");
            }
        }
    }
}
