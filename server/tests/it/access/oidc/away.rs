//! The provider is away, slow, or talks nonsense: nobody comes in by it, and everything else works.

use super::{
    is_in, is_out,
    jwt::{Key, Seal},
    provider::{Health, Provider},
    web,
};
use crate::access::{Browser, PASSWORD};
use app::model::provider::Refusal;
use serde_json::json;
use sqlx::PgPool;

const ADMINS: &str = "CN=admins,OU=it";

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn local_accounts_sign_in_while_the_provider_is_away(pool: PgPool) {
    let provider = Provider::start().await;
    provider.stop();
    let web = web(&pool, &provider).await;
    Browser::set_up(&web, "Ann").await;
    let mut browser = Browser::new(&web);
    let answer = browser.follow("/sign-in/provider?next=%2Fcallers").await;
    is_out(&answer, Refusal::Away);
    let page = browser.get(answer.header("location")).await.text();
    assert!(page.contains("Your sign-in service gave no answer") && page.contains("value=\"/callers\""), "{page}");
    assert!(!page.contains("127.0.0.1"), "no internals");
    assert_eq!(browser.sign_in("ann", PASSWORD).await.header("location"), "/callers");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_sick_provider_lets_nobody_in_and_a_well_one_again(pool: PgPool) {
    for health in [Health::Slow, Health::Garbage, Health::Huge, Health::Broken, Health::Elsewhere] {
        for place in ["document", "keys", "token", "userinfo"] {
            if health == Health::Slow && ["keys", "userinfo"].contains(&place) {
                continue; // Each takes five seconds.
            }
            let provider = Provider::start().await;
            provider.knows("1", "Ann", &[ADMINS]);
            provider.wishes().claims["groups"] = json!(null);
            provider.wishes().userinfo = Some(json!({"sub": "1", "groups": [ADMINS]}));
            let web = web(&pool, &provider).await;
            provider.wishes().ill.insert(place, health);
            let mut browser = Browser::new(&web);
            let answer = match place {
                "document" | "keys" => browser.follow("/sign-in/provider").await,
                _ => browser.sign_in_there("/").await,
            };
            assert_eq!(answer.header("location"), "/sign-in?why=away", "{place} {health:?}");
            provider.wishes().ill.clear();
            is_in(&browser.sign_in_there("/").await, "/");
        }
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn keys_are_read_once_and_again_when_they_are_rotated(pool: PgPool) {
    let provider = Provider::start().await;
    provider.knows("1", "Ann", &[ADMINS]);
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    let times = |provider: &Provider| provider.wishes().calls["keys"];
    for _ in 0..2 {
        is_in(&browser.sign_in_there("/").await, "/");
    }
    assert_eq!(times(&provider), 1);
    // The other kind of key is published already.
    provider.wishes().seal = Seal::By(Key::Ec);
    is_in(&browser.sign_in_there("/").await, "/");
    assert_eq!(times(&provider), 1);
    provider.wishes().seal = Seal::By(Key::RsaTwo);
    is_out(&browser.sign_in_there("/").await, Refusal::Unproven);
    provider.wishes().published = vec![Key::RsaTwo];
    is_in(&browser.sign_in_there("/").await, "/");
    assert_eq!(times(&provider), 3);
    // The old one is no longer trusted.
    provider.wishes().seal = Seal::By(Key::RsaOne);
    is_out(&browser.sign_in_there("/").await, Refusal::Unproven);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_document_that_is_not_the_providers_own_is_not_believed(pool: PgPool) {
    for lie in [
        json!({"issuer": "http://127.0.0.1:1/realms/b"}),
        json!({"issuer": null}),
        json!({"token_endpoint": "http://evil.example/token"}),
        json!({"jwks_uri": "http://169.254.169.254/keys"}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
        json!({"userinfo_endpoint": "ftp://localhost/userinfo"}),
    ] {
        let provider = Provider::start().await;
        provider.wishes().document = lie.clone();
        let web = web(&pool, &provider).await;
        let answer = Browser::new(&web).follow("/sign-in/provider").await;
        assert_eq!(answer.header("location"), "/sign-in?why=away", "{lie}");
    }
}
