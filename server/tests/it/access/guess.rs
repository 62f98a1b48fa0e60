//! Guessing is slow, and locks nobody out for good.

use super::{Browser, PASSWORD, refusal, web};
use sqlx::PgPool;

/// As if nobody had tried for so long.
pub(crate) async fn later(pool: &PgPool, seconds: i32) {
    sqlx::query("update guess set last = last - make_interval(secs => $1)")
        .bind(seconds)
        .execute(pool)
        .await
        .expect("ok");
}

/// As if so many more had been wrong, for what was wrong as often as this. Waits then are long, however slow this machine is.
pub(crate) async fn more(pool: &PgPool, failures: i32, at_least: i32) {
    sqlx::query("update guess set failures = failures + $1 where failures >= $2")
        .bind(failures)
        .bind(at_least)
        .execute(pool)
        .await
        .expect("changed");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn after_five_wrong_ones_each_takes_longer(pool: PgPool) {
    let web = web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    for name in ["ann", "nobody"] {
        let mut browser = Browser::new(&web);
        browser.address = if name == "ann" { "192.0.2.1" } else { "192.0.2.2" };
        for _ in 0..5 {
            assert!(refusal(&browser.sign_in(name, "wrong horse battery").await).contains("is wrong"));
        }
        // Ten in all: 32 seconds. Even the right one has to wait, and does not say that it was right.
        more(&pool, 5, 5).await;
        assert!(refusal(&browser.sign_in(name, PASSWORD).await).contains("Try again in"), "{name}");
        later(&pool, 35).await;
        assert!(refusal(&browser.sign_in(name, "wrong horse battery").await).contains("is wrong"), "{name}");
        // Eleven: 64 seconds.
        later(&pool, 35).await;
        assert!(refusal(&browser.sign_in(name, PASSWORD).await).contains("Try again in"), "{name}");
        later(&pool, 86_400).await;
    }
    assert_eq!(Browser::new(&web).sign_in("ann", PASSWORD).await.header("location"), "/callers");
    for _ in 0..5 {
        assert!(refusal(&Browser::new(&web).sign_in("ann", "wrong").await).contains("is wrong"), "it begins anew");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn many_at_once_gain_nothing(pool: PgPool) {
    let web = web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    let browser = Browser::new(&web);
    let form = |n: usize| browser.form("/fn/sign_in", &[("name", "ann"), ("password", &format!("wrong horse {n}"))]);
    let answers = futures::future::join_all((0..12).map(|n| web.send(form(n)))).await;
    let looked_at = answers.iter().filter(|answer| refusal(answer).contains("is wrong")).count();
    assert!((5..8).contains(&looked_at), "five, and one for each second that it takes: {looked_at}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn guesses_from_many_addresses_do_not_lock_the_owner_out(pool: PgPool) {
    let web = web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    let mut home = Browser::new(&web);
    assert_eq!(home.sign_in("ann", PASSWORD).await.header("location"), "/callers");
    for n in 0..20 {
        let mut other = Browser::new(&web);
        other.address = Box::leak(format!("198.51.100.{n}").into_boxed_str());
        assert!(refusal(&other.sign_in("ann", "wrong horse battery").await).contains("is wrong"));
    }
    more(&pool, 10, 20).await;
    let mut other = Browser::new(&web);
    other.address = "198.51.100.200";
    let said = refusal(&other.sign_in("ann", "wrong horse battery").await);
    assert!(said.contains("Try again in"), "the name is slow from everywhere: {said}");
    assert_eq!(home.sign_in("ann", PASSWORD).await.header("location"), "/callers", "but not from where she was right");
    later(&pool, 61).await;
    assert_eq!(
        other.sign_in("ann", PASSWORD).await.header("location"),
        "/callers",
        "nor anywhere for longer than a minute"
    );
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_was_typed_as_a_name_is_not_kept(pool: PgPool) {
    let web = web(&pool).await;
    Browser::set_up(&web, "Ann").await;
    Browser::new(&web).sign_in(PASSWORD, "").await;
    let kept: Vec<String> = sqlx::query_scalar("select guess::text from guess").fetch_all(&pool).await.expect("rows");
    assert!(!kept.is_empty() && kept.iter().all(|row| !row.contains("horse") && !row.contains("192.0.2")), "{kept:?}");
}
