//! Nobody else comes in.

use super::{
    count, is_in, is_out,
    jwt::{Key, Seal},
    lines,
    provider::{Provider, SECRET},
    web,
};
use crate::access::Browser;
use app::model::provider::Refusal;
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;

async fn administrator() -> Provider {
    let provider = Provider::start().await;
    provider.knows("1", "Ann", &["CN=admins,OU=it"]);
    provider
}

/// Merged into what the provider says.
async fn claiming(pool: &PgPool, lie: Value) -> crate::web::Answer {
    let provider = administrator().await;
    for (name, value) in lie.as_object().expect("an object") {
        provider.wishes().claims[name] = value.clone();
    }
    let web = web(pool, &provider).await;
    Browser::new(&web).sign_in_there("/").await
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn only_the_browser_that_began_comes_back(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    let (mut ann, mut eve) = (Browser::new(&web), Browser::new(&web));
    let anns = ann.leave_and_return("/").await;
    let eves = eve.leave_and_return("/").await;
    // Ann follows a link of Eve's, and the other way round.
    is_out(&ann.get(&eves).await, Refusal::Stale);
    is_out(&eve.get(&anns).await, Refusal::Stale);
    is_out(&Browser::new(&web).get(&anns).await, Refusal::Stale);
    for wrong in [anns.replace("state=", "state=0"), anns.replace("state=", "x="), format!("{anns}&state=x")] {
        is_out(&ann.get(&wrong).await, Refusal::Stale);
    }
    is_out(&ann.get("/sign-in/callback").await, Refusal::Stale);
    is_out(&ann.get("/sign-in/callback?state=&code=").await, Refusal::Stale);
    // None of that has ended what Ann began.
    is_in(&ann.follow(&anns).await, "/");
    assert!(lines(&pool).await[0].contains("it was not begun in this browser"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_way_back_is_good_once_and_for_ten_minutes(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    let back = browser.leave_and_return("/").await;
    let copy = Browser { way: browser.way.clone(), ..Browser::new(&web) };
    is_in(&browser.follow(&back).await, "/");
    is_out(&copy.get(&back).await, Refusal::Stale);
    is_out(&browser.get(&back).await, Refusal::Stale);
    assert_eq!(provider.wishes().calls["token"], 1, "the code is not even asked about");

    for (age, late) in [("9 minutes", false), ("11 minutes", true)] {
        let mut browser = Browser::new(&web);
        let back = browser.leave_and_return("/").await;
        let older = format!("update journey set begun = begun - interval '{age}'");
        sqlx::query(sqlx::AssertSqlSafe(older)).execute(&pool).await.expect("changed");
        let answer = browser.follow(&back).await;
        if late { is_out(&answer, Refusal::Stale) } else { is_in(&answer, "/") }
    }
    assert_eq!(count(&pool, "select count(*) from journey").await, 0);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn two_at_once_with_one_answer_are_one(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    let back = browser.leave_and_return("/").await;
    let (one, two, three) = tokio::join!(browser.get(&back), browser.get(&back), browser.get(&back));
    let led_in = [&one, &two, &three].iter().filter(|answer| answer.header("location") == "/").count();
    assert_eq!((led_in, count(&pool, "select count(*) from session").await), (1, 1));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_token_for_something_else_is_nothing(pool: PgPool) {
    let now = count(&pool, "select extract(epoch from now())::bigint").await;
    for lie in [
        json!({"nonce": "another"}),
        json!({"nonce": null}),
        json!({"aud": "another client"}),
        json!({"aud": ["tls sunset:1", "another client"]}),
        json!({"aud": []}),
        json!({"aud": null}),
        json!({"azp": "another client"}),
        json!({"iss": "https://evil.example"}),
        json!({"iss": null}),
        json!({"exp": now - 1}),
        json!({"exp": null}),
        json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": "a\u{0}b"}),
        json!({"sub": "x".repeat(256)}),
    ] {
        let answer = claiming(&pool, lie.clone()).await;
        let door = answer.header("location");
        // What cannot even be read is an answer that makes no sense.
        assert!(["/sign-in?why=unproven", "/sign-in?why=away"].contains(&door), "{lie}: {door}");
    }
    assert_eq!(count(&pool, "select count(*) from person").await, 0);
    // And the same without a lie.
    is_in(&claiming(&pool, json!({"aud": ["tls sunset:1"], "azp": null, "at_hash": null})).await, "/");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_token_must_be_signed_by_a_published_key(pool: PgPool) {
    for (seal, public_client) in [
        (Seal::Nobody, false),
        (Seal::Nobody, true),
        (Seal::Secret(SECRET.into()), false),
        (Seal::Secret(Vec::new()), true),
        (Seal::Secret(Key::RsaOne.public()["n"].as_str().expect("text").into()), false),
        (Seal::By(Key::RsaTwo), false),
    ] {
        let provider = administrator().await;
        provider.wishes().seal = seal;
        if public_client {
            provider.wishes().secret = None;
        }
        let web = web(&pool, &provider).await;
        is_out(&Browser::new(&web).sign_in_there("/").await, Refusal::Unproven);
    }
    assert_eq!(count(&pool, "select count(*) from person").await, 0);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_answer_of_another_provider_is_nothing(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    let without = |back: &str| back.split('&').filter(|part| !part.contains("iss=")).collect::<Vec<_>>().join("&");
    let mut browser = Browser::new(&web);
    let back = browser.leave_and_return("/").await;
    is_out(&browser.follow(&format!("{}&iss=https%3A%2F%2Fevil.example", without(&back))).await, Refusal::Unproven);
    let back = browser.leave_and_return("/").await;
    is_out(&browser.follow(&without(&back)).await, Refusal::Unproven);
    assert!(!provider.wishes().calls.contains_key("token"), "the code goes nowhere");
    assert!(lines(&pool).await[0].contains("the answer names another issuer"));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_code_of_somebody_elses_is_refused(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    let (mut ann, mut eve) = (Browser::new(&web), Browser::new(&web));
    let code = |back: &str| back.split("code=").nth(1).expect("a code").split('&').next().expect("one").to_owned();
    let anns = ann.leave_and_return("/").await;
    let eves = eve.leave_and_return("/").await;
    // Eve puts Ann's code into an answer of her own: the verifier is another one.
    is_out(&eve.follow(&eves.replace(&code(&eves), &code(&anns))).await, Refusal::Unproven);
    let lines = lines(&pool).await;
    assert!(lines[0].contains("it does not take the code: invalid_grant"), "{lines:?}");
    // The provider quotes a code that it does not know; nobody else does.
    let back = ann.leave_and_return("/").await;
    is_out(&ann.follow(&back.replace(&code(&back), "code-a-secret")).await, Refusal::Unproven);
    let lines = super::lines(&pool).await;
    assert!(lines[1].contains("the code … is unknown") && !lines[1].contains("a-secret"), "{lines:?}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn nobody_is_made_to_sign_in(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")]
    {
        let asked =
            crate::web::request(axum::http::Method::GET, "/sign-in/provider?next=%2Fcallers").header(name, value);
        let answer = web.send(asked.body(axum::body::Body::empty()).expect("a request")).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fcallers"));
        assert_eq!(answer.header("set-cookie"), "");
    }
    assert!(provider.wishes().calls.is_empty());
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn answers_with_codes_leave_no_trace(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    for path in [browser.leave_and_return("/").await, "/sign-in/callback?code=secret&state=x".into()] {
        let answer = browser.follow(&path).await;
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.header("location").contains("code="), "{answer:?}");
    }
    let kept: String =
        sqlx::query_scalar("select string_agg(audit::text, ' ') from audit").fetch_one(&pool).await.expect("lines");
    assert!(!kept.contains("code-") && !kept.contains("secret") && !kept.contains("access-"), "{kept}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_goes_wrong_often_is_slow(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    let mut browser = Browser::new(&web);
    for _ in 0..50 {
        is_out(&browser.get("/sign-in/callback?state=x&code=y").await, Refusal::Stale);
    }
    // Six more in a row: a minute.
    sqlx::query("update guess set failures = failures + 6").execute(&pool).await.expect("changed");
    let back = browser.leave_and_return("/").await;
    is_out(&browser.get(&back).await, Refusal::TooOften);
    assert_eq!(count(&pool, "select count(*) from audit").await, 50, "nobody fills the log");
    sqlx::query("update guess set last = last - interval '2 minutes'").execute(&pool).await.expect("changed");
    is_in(&browser.follow(&back).await, "/");
    browser.address = "198.51.100.7";
    is_in(&browser.sign_in_there("/").await, "/");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn nobody_fills_the_table_of_those_on_their_way(pool: PgPool) {
    let provider = administrator().await;
    let web = web(&pool, &provider).await;
    let many = "insert into journey (digest, redirect, next, address, begun)
                select int4send(n), '', '/', $1, now() - interval '1 minute' - n * interval '1 second'
                from generate_series(1, 1200) n";
    let mut browser = Browser::new(&web);
    browser.leave("/").await;
    let address: Vec<u8> = sqlx::query_scalar("select address from journey").fetch_one(&pool).await.expect("one");
    sqlx::query(many).bind(address).execute(&pool).await.expect("many");
    browser.leave("/").await;
    let left = count(&pool, "select count(*) from journey").await;
    assert!((500..=1000).contains(&left), "{left}: those over ten minutes old and the oldest of one address are gone");
    is_in(&browser.sign_in_there("/").await, "/");
}
