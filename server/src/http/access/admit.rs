//! Finds out who asks, and lets them through to what they may do.

use super::{
    door::{self, Door},
    rules::{Rule, rules},
};
use crate::http::problem::Problem;
use app::{api::ApiError, model::person::Actor};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, CACHE_CONTROL},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};

pub(crate) async fn admit(State(door): State<Door>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // What matches no route is a static file or nothing.
    let rule = parts.extensions.get::<MatchedPath>().map(|path| rules().find(&parts.method, path.as_str()));
    let rule = match rule {
        Some(Err(methods)) => return unruled(&methods),
        Some(Ok(rule)) => rule,
        None => Rule::Anybody,
    };
    let actor = match door.recognise(&parts).await {
        Ok(actor) => actor,
        Err(error) => {
            tracing::error!(%error, "it cannot be told who asks");
            return Problem::from(ApiError::Unavailable).into_response();
        }
    };
    if let Err(problem) = judge(rule, &actor) {
        return match door.way_in(&actor, &parts).await {
            Some(way) => door::lead(&way),
            None => problem.into_response(),
        };
    }
    let is_person = actor.person.is_some();
    parts.extensions.insert(actor);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if is_person {
        // Whoever uses this browser next finds nothing of it.
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    }
    response
}

fn judge(rule: Rule, actor: &Actor) -> Result<(), Problem> {
    match rule {
        Rule::Anybody => Ok(()),
        Rule::AtLeast(role) => actor.must_be(role).map_err(Problem::from),
    }
}

/// `methods`: those of this address that have a rule.
fn unruled(methods: &str) -> Response {
    if methods.is_empty() {
        return Problem::new(StatusCode::FORBIDDEN, "Nobody may use this address.").into_response();
    }
    let words = "This address does not take that method; the Allow header lists those that it takes.";
    let mut response = Problem::new(StatusCode::METHOD_NOT_ALLOWED, words).into_response();
    if let Ok(methods) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{
        super::rules::{ADMINISTRATOR, ANALYST, VIEWER},
        *,
    };
    use app::model::person::Role;
    use axum::{Router, body::Body, http::Method, middleware, routing::get};
    use tower::ServiceExt as _;

    #[test]
    fn a_rule_lets_its_role_through_and_tells_others_what_is_missing() {
        let status = |rule, role| {
            let answer = judge(rule, &Actor { role, ..Actor::default() });
            answer.map_or_else(|problem| problem.status.as_u16(), |()| 200)
        };
        for (rule, expected) in [
            (Rule::Anybody, [200, 200, 200, 200]),
            (VIEWER, [401, 200, 200, 200]),
            (ANALYST, [401, 403, 200, 200]),
            (ADMINISTRATOR, [401, 403, 403, 200]),
        ] {
            let roles = [None, Some(Role::Viewer), Some(Role::Analyst), Some(Role::Administrator)];
            assert_eq!(roles.map(|role| status(rule, role)), expected, "{rule:?}");
        }
    }

    #[tokio::test]
    async fn a_route_without_a_rule_answers_nobody() {
        let router = Router::new()
            .route("/unruled", get("a secret"))
            .route("/healthz", get("ok").delete("a secret"))
            .layer(middleware::from_fn_with_state(Door::open(), admit));
        for (method, path, status) in [
            (Method::GET, "/unruled", 403),
            (Method::GET, "/healthz", 200),
            (Method::HEAD, "/healthz", 200),
            (Method::DELETE, "/healthz", 405),
        ] {
            let request = Request::builder().method(method.clone()).uri(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{method} {path}");
            if status == 405 {
                assert_eq!(response.headers()[ALLOW], "GET, HEAD");
            }
        }
    }
}
