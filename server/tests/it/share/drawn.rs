//! The chart of a shared page, drawn by the server.

use super::{Office, calls};
use crate::world;
use app::{model::statement::Masking, store::Store as _, view::View};
use server::drawing::Drawing;
use sqlx::PgPool;

/// What stands between the figure's tags.
fn chart(page: &str) -> &str {
    let (_, rest) = page.split_once("<figure class=\"shared-chart\">").unwrap_or_else(|| panic!("no chart in {page}"));
    rest.split("</figure>").next().unwrap_or_default()
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_shared_page_has_its_chart(pool: PgPool) {
    let office = Office::new(pool).await;
    for fields in [vec![], vec![("kind", "live")]] {
        let (_, path) = office.share(&fields).await;
        let page = office.page(&path).await;
        let chart = chart(&page);
        assert_eq!(chart.matches("<svg").count(), 2, "for wide and for narrow places: {chart}");
        for part in [
            "var(--series-1)",
            "var(--series-2)",
            ">today</text>",
            ">Apr</text>",
            "at most 2 at a time",
            ">kms<",
            ">s3<",
        ] {
            assert!(chart.contains(part), "{part} is missing in {chart}");
        }
        // The policy of these pages allows no such element; what is drawn is the same in light and dark.
        for part in ["<style", "<script", "prefers-color-scheme"] {
            assert!(!chart.contains(part), "{part} is in {chart}");
        }
        assert_eq!(office.page(&path).await, page, "a second look at the same chart");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_narrowed_page_has_the_chart_of_what_is_left(pool: PgPool) {
    let office = Office::new(pool).await;
    let (_, path) = office.share(&[("narrow", "yes")]).await;
    let whole = office.page(&path).await;
    let part = office.page(&format!("{path}?service=s3&from=2026-04-01&to=2026-04-30")).await;
    assert!(chart(&whole).contains(">kms<") && chart(&whole).contains("var(--series-2)"));
    assert!(!chart(&part).contains(">kms<") && !chart(&part).contains("var(--series-2)"), "{part}");
    // Nothing is left, which is no reason to fail.
    let none = office.page(&format!("{path}?from=2019-01-01&to=2019-01-02")).await;
    assert!(none.contains("0 calls below TLS 1.2"), "{none}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn names_of_services_are_only_ever_text(pool: PgPool) {
    let hostile =
        ["<script>alert(1)</script>", "\" onload=\"alert(1)", "</svg><img src=x onerror=alert(1)>", "var(--x)"];
    let all: Vec<_> = hostile.into_iter().flat_map(|service| calls(0, 80, service)).collect();
    world::insert(&pool, &all, 3).await;
    let office = Office::on(pool).await;
    let (_, path) = office.share(&[]).await;
    for page in [office.page(&path).await, office.page("/share").await] {
        let chart = chart(&page);
        assert!(chart.contains("<svg") && chart.contains("&lt;script&gt;"), "{chart}");
        for markup in ["<script>alert", "<img"] {
            assert!(!page.contains(markup), "{markup} is in {page}");
        }
    }
}

/// Where it cannot be drawn, the page does without: see the pages of the fake store, which draws nothing.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn what_is_drawn_with_may_be_missing(pool: PgPool) {
    world::insert(&pool, &calls(0, 80, "s3"), 3).await;
    let store = world::store(&pool, "2026-05-19").await.with_drawing(Drawing::new("/nowhere"));
    let statement = store.statement(&View::default(), Masking::default()).await.expect("a statement");
    assert!(store.drawn(&statement.trend()).await.is_none());
}
