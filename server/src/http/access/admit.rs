//! Finds out who asks, and lets them through to what they may do.

use super::rules::{Rule, rules};
use crate::http::problem::Problem;
use app::model::person::Actor;
use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, StatusCode, header::ALLOW},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

pub(crate) async fn admit(mut request: Request, next: Next) -> Response {
    let actor = Actor::local();
    // What matches no route is a static file or nothing.
    if let Some(path) = request.extensions().get::<MatchedPath>() {
        match rules().find(request.method(), path.as_str()) {
            Ok(rule) => {
                if let Err(problem) = judge(rule, &actor) {
                    return problem.into_response();
                }
            }
            Err(methods) => return unruled(&methods),
        }
    }
    request.extensions_mut().insert(actor);
    next.run(request).await
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
            .layer(middleware::from_fn(admit));
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
