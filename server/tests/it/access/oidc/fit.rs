//! What providers do differently.

use super::{CLIENT, SECRET, config, is_in, is_out, provider::Provider, web, web_by};
use crate::access::Browser;
use app::model::provider::Refusal;
use serde_json::{Value, json};
use sqlx::PgPool;

const ADMINS: &str = "CN=admins,OU=it";

async fn provider(document: Value) -> Provider {
    let provider = Provider::start().await;
    provider.knows("1", "Ann", &[ADMINS]);
    provider.wishes().document = document;
    provider
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_secret_goes_where_the_provider_wants_it(pool: PgPool) {
    for (document, secret, way) in [
        (json!({}), Some(SECRET), "basic"),
        (json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]}), Some(SECRET), "post"),
        (
            json!({"token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]}),
            Some(SECRET),
            "basic",
        ),
        (json!({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}), Some(SECRET), "basic"),
        (json!({}), None, "none"),
    ] {
        let provider = provider(document).await;
        provider.wishes().secret = secret;
        let web = web(&pool, &provider).await;
        is_in(&Browser::new(&web).sign_in_there("/").await, "/");
        assert_eq!(provider.wishes().authenticated, [way]);
    }
    let provider = provider(json!({})).await;
    let mut config = config(&provider);
    config.oidc_client_secret = Some("wrong".into());
    let web = web_by(&pool, &config).await;
    is_out(&Browser::new(&web).sign_in_there("/").await, Refusal::Unproven);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn old_providers_do_not_name_themselves_in_answers(pool: PgPool) {
    let provider = provider(json!({"authorization_response_iss_parameter_supported": null})).await;
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    let back = browser.leave_and_return("/").await;
    let without: Vec<&str> = back.split('&').filter(|part| !part.contains("iss=")).collect();
    is_in(&browser.follow(&without.join("&")).await, "/");
    // Where one does, it must be right.
    let back = browser.leave_and_return("/").await;
    is_out(&browser.follow(&back.replace("iss=", "iss=x")).await, Refusal::Unproven);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn groups_stand_in_whatever_claim_is_named(pool: PgPool) {
    let provider = provider(json!({})).await;
    provider.wishes().claims = json!({"sub": "1", "email": "ann@example.org", "realm_access": {"roles": [ADMINS]}});
    let mut config = config(&provider);
    config.oidc_groups_claim = "/realm_access/roles".into();
    config.oidc_scopes = vec!["email".into(), "roles".into()];
    let web = web_by(&pool, &config).await;
    let mut browser = Browser::new(&web);
    let address = browser.leave("/").await;
    assert!(address.contains("scope=openid+email+roles"), "{address}");
    assert!(address.contains(&format!("client_id={}", CLIENT.replace(' ', "+").replace(':', "%3A"))), "{address}");
    is_in(&browser.sign_in_there("/").await, "/");
    assert!(browser.get("/").await.text().contains("data-name=\"ann@example.org\""));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn without_a_provider_nothing_leads_to_one(pool: PgPool) {
    let web = crate::access::web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    let browser = Browser::new(&web);
    assert!(!browser.get("/sign-in").await.text().contains("/sign-in/provider"));
    for path in ["/sign-in/provider", "/sign-in/callback?code=a&state=b"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("by name and password only"), "{}", answer.text());
    }
    let open = crate::web::Web::new(pool).await;
    open.get("/sign-in/provider").await.problem(404);
}
