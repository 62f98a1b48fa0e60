//! The answer on top of every page, from calls to the sentence.

use crate::world::{self, Call};
use app::{
    model::{
        deadline::DeadlineEdit,
        forecast::{Forecast, NoForecast},
        overview::Overview,
        tls::TlsVersion,
        verdict::{Safe, State},
    },
    store::Store,
    view::View,
};
use chrono::{Days, NaiveDate};
use server::store::PgStore;
use sqlx::PgPool;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Eighty days from 1 March 2026 on, and callers that are fixed one after another, one a day from the twentieth on.
fn falling(callers: u64) -> Vec<Call> {
    let day = |n: u64| (date("2026-03-01") + Days::new(n)).to_string();
    let seen = (0..callers).flat_map(|caller| (0..20 + caller).map(move |n| (n, caller))).filter(|(n, _)| *n < 80);
    let old = seen.map(|(n, caller)| Call::old(&day(n), &format!("caller {caller}")));
    world::modern_days("2026-03-01", 80).into_iter().chain(old).collect()
}

async fn save(store: &PgStore, date_of_it: &str, minimum: TlsVersion) -> View {
    let edit = DeadlineEdit {
        id: None,
        name: format!("until {date_of_it}"),
        date: date(date_of_it),
        scope: None,
        services: Vec::new(),
        minimum,
        source_url: String::new(),
        note: String::new(),
    };
    let id = store.save_deadline(edit).await.unwrap();
    View::default().with_deadline(Some(id))
}

async fn overview(store: &PgStore, deadline: &str) -> Overview {
    let view = save(store, deadline, TlsVersion::Tls12).await;
    store.overview(&view).await.unwrap()
}

#[track_caller]
fn says(overview: &Overview, state: State, sentence: &str) {
    assert_eq!((overview.state, overview.sentence.as_str()), (state, sentence));
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn an_empty_database_is_answered_too(pool: PgPool) {
    let store = world::store(&pool, "2026-05-19").await;
    let view = View::default();
    let overview = store.overview(&view).await.unwrap();
    says(&overview, State::Unknown, "No logs yet: upload a CloudTrail archive to see who still uses TLS below 1.2.");
    assert_eq!(overview.coverage, None);
    assert_eq!(store.trend(&view).await.unwrap().without_logs, [true; 90]);
    assert_eq!(store.services(&view).await.unwrap().rows, []);
    assert_eq!(store.callers(&view).await.unwrap().total, 0);
    assert_eq!(store.coverage(&view).await.unwrap().share, None);
    assert_eq!(store.open_callers(&view).await.unwrap().open, [0; 90]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn falling_numbers_are_held_against_the_deadline(pool: PgPool) {
    world::insert(&pool, &falling(100), 3).await;
    let store = world::store(&pool, "2026-05-19").await;
    let late = overview(&store, "2026-06-20").await;
    says(
        &late,
        State::AtRisk,
        "1 service still receives TLS 1.0 calls from 53 callers; at this pace they reach zero on 11 July, 21 days after \
         the deadline.",
    );
    let soon = overview(&store, "2026-07-20").await;
    assert_eq!(soon.state, State::OnTrack);
    assert!(soon.sentence.ends_with("they reach zero on 11 July, 9 days before the deadline."), "{}", soon.sentence);
    let past = overview(&store, "2026-05-09").await;
    says(
        &past,
        State::Missed,
        "1 service still receives TLS 1.0 calls from 53 callers, 10 days after the deadline; at this pace they reach \
         zero on 11 July. 445 such calls were seen after it.",
    );
    assert_eq!(past.calls_after_deadline, 445);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn old_logs_speak_as_of_their_last_day(pool: PgPool) {
    world::insert(&pool, &falling(100), 3).await;
    let store = world::store(&pool, "2026-11-24").await;
    let overview = overview(&store, "2026-06-20").await;
    says(
        &overview,
        State::AtRisk,
        "As of 19 May, the last day with logs, 1 service still receives TLS 1.0 calls from 53 callers; at this pace \
         they reach zero on 11 July, 21 days after the deadline.",
    );
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_steady_caller_has_no_forecast(pool: PgPool) {
    let mut calls = world::modern_days("2026-03-01", 80);
    calls.extend((0..80).map(|n| Call::old(&(date("2026-03-01") + Days::new(n)).to_string(), "stubborn")));
    world::insert(&pool, &calls, 3).await;
    let store = world::store(&pool, "2026-05-19").await;
    let overview = overview(&store, "2026-06-20").await;
    assert_eq!(overview.forecast, Forecast::None(NoForecast::NotFalling));
    says(
        &overview,
        State::AtRisk,
        "1 service still receives TLS 1.0 calls from 1 caller; the number of callers is not falling, and the deadline is \
         in 32 days.",
    );
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn nobody_left_is_clear_only_with_coverage(pool: PgPool) {
    let mut calls = world::modern_days("2026-03-01", 80);
    calls.push(Call::old("2026-04-02", "fixed"));
    world::insert(&pool, &calls, 3).await;
    let store = world::store(&pool, "2026-05-19").await;
    let clear = overview(&store, "2026-06-20").await;
    says(&clear, State::Clear, "Nobody uses TLS 1.0 any more: the last such call was on 2 April.");
    let verdict = store.services(&View::default()).await.unwrap().rows.remove(0).verdict;
    assert_eq!((verdict.safe, verdict.why.as_str()), (Safe::Yes, "quiet since 2 April"));

    // Another account with a single day of logs.
    let elsewhere =
        Call { account: "444455556666".into(), ..Call::old("2026-03-01", "modern").with(TlsVersion::Tls12) };
    world::insert(&pool, &[elsewhere], 3).await;
    let unknown = overview(&store, "2026-06-21").await;
    says(&unknown, State::Unknown, "Nobody was seen using TLS 1.0 lately, but logs cover only 51 % of the range.");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn filters_that_match_nothing_say_so(pool: PgPool) {
    world::insert(&pool, &falling(3), 3).await;
    let store = world::store(&pool, "2026-05-19").await;
    let overview = store.overview(&"service=no-such-service".parse().unwrap()).await.unwrap();
    says(&overview, State::Clear, "No call in this range matches the filters.");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn callers_that_were_not_kept_are_not_taken_for_none(pool: PgPool) {
    world::insert(&pool, &world::modern_days("2026-03-01", 80), 3).await;
    let store = world::store(&pool, "2026-05-19").await;
    let view = save(&store, "2027-01-01", TlsVersion::Tls13).await;
    let overview = store.overview(&view).await.unwrap();
    says(
        &overview,
        State::AtRisk,
        "1 service still receives TLS 1.2 calls; who makes them was not kept when the logs were read.",
    );
    assert!(store.callers(&view).await.unwrap().detail_missing);
    assert_eq!(store.services(&view).await.unwrap().rows[0].verdict.safe, Safe::No);
    let modest = save(&store, "2027-01-02", TlsVersion::Tls12).await;
    assert!(!store.callers(&modest).await.unwrap().detail_missing);

    // Read again with that detail.
    sqlx::raw_sql("truncate call_hour, caller_day, caller_week; delete from upload").execute(&pool).await.unwrap();
    world::insert(&pool, &world::modern_days("2026-03-01", 80), 4).await;
    let page = store.callers(&view).await.unwrap();
    assert_eq!((page.total, page.detail_missing), (1, false));
    assert_eq!(page.rows[0].tls_versions, [TlsVersion::Tls12]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn weeks_of_callers_follow_every_change(pool: PgPool) {
    world::insert(&pool, &world::random(2), 3).await;
    world::insert(&pool, &world::random(3), 3).await;
    let changes = [
        "select",
        "update caller_day set calls = calls + 3, first_seen = first_seen - interval '1 minute' where caller_id % 3 = 0",
        "insert into caller_day select * from caller_day where upload_id = 1
         on conflict (day, caller_id, region_id, tls, upload_id) do update set calls = caller_day.calls + excluded.calls",
        "insert into caller_day select caller_id, account_id, service_id, region_id, day + 1, tls, upload_id, 5, first_seen, last_seen
         from caller_day where upload_id = 1
         on conflict (day, caller_id, region_id, tls, upload_id) do update set calls = caller_day.calls + excluded.calls",
        "delete from caller_day where upload_id = 1",
        "delete from caller_day",
    ];
    for change in changes {
        sqlx::raw_sql(sqlx::AssertSqlSafe(change)).execute(&pool).await.unwrap();
        let wrong: i64 = sqlx::query_scalar(
            "with anew as (
                 select monday(day), caller_id, region_id, tls, min(account_id), min(service_id),
                        bit_or(1 << (day - monday(day)))::int2, sum(calls)::int8, min(first_seen), max(last_seen)
                 from caller_day group by 1, 2, 3, 4)
             select count(*) from ((table anew except table caller_week) union all (table caller_week except table anew)) d",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        assert_eq!(wrong, 0, "after {change}");
    }
}
