//! A recipient may see less, never more.

use super::{Office, TABLES};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng, seq::IndexedRandom as _};
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet};

const KEYS: [&str; 16] = [
    "from",
    "to",
    "service",
    "account",
    "region",
    "range",
    "deadline",
    "tls_version",
    "grain",
    "q",
    "page",
    "sort",
    "callers",
    "principals",
    "view",
    "key",
];
const VALUES: [&str; 16] = [
    "2026-03-01",
    "2026-04-10",
    "2026-05-19",
    "2020-01-01",
    "2100-01-01",
    "s3",
    "kms",
    "sts",
    "ec2",
    "all",
    "1",
    "shown",
    "",
    "%zz",
    "s3,kms,sts",
    "alice",
];

fn query(random: &mut SmallRng) -> String {
    let pairs: Vec<String> = (0..random.random_range(0..7))
        .map(|_| {
            let value = match random.random_range(0..8) {
                0 => (0..random.random_range(0..12)).map(|_| format!("%{:02x}", random.random::<u8>())).collect(),
                1 => random.random::<i64>().to_string(),
                _ => (*VALUES.choose(random).expect("some")).to_owned(),
            };
            format!("{}={value}", KEYS.choose(random).expect("some"))
        })
        .collect();
    pairs.join("&")
}

type Rows = BTreeSet<String>;

async fn tables(office: &Office, path: &str, query: &str) -> BTreeMap<&'static str, Rows> {
    let mut all = BTreeMap::new();
    for table in TABLES {
        let csv = office.web.csv(&format!("{path}/{table}.csv?{query}")).await;
        all.insert(table, csv.lines().map(str::to_owned).collect());
    }
    all
}

/// The number in a column, by the name in the second one.
fn numbers(rows: &Rows, column: usize) -> BTreeMap<String, i64> {
    let cells = rows.iter().map(|row| row.split(',').collect::<Vec<_>>());
    cells.filter_map(|cells| Some((cells[1].to_owned(), cells.get(column)?.parse().ok()?))).collect()
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn no_query_shows_more_than_is_shared(pool: PgPool) {
    let office = Office::new(pool.clone()).await;
    // What lies outside of the view: another service, earlier and later days.
    crate::world::insert(&pool, &super::calls(0, 80, "sts"), 3).await;
    let view = "from=2026-03-20&to=2026-05-10&service=s3,kms";
    for kind in ["frozen", "live"] {
        let (_, path) = office.share(&[("view", view), ("kind", kind), ("narrow", "yes")]).await;
        let (_, fixed) = office.share(&[("view", view), ("kind", kind)]).await;
        let whole = tables(&office, &path, "").await;
        let all_fixed = tables(&office, &fixed, "").await;
        assert!(whole["trend"].len() > 100 && whole["services"].len() == 3, "{whole:?}");
        let mut random = SmallRng::seed_from_u64(7);
        for _ in 0..24 {
            let query = query(&mut random);
            let part = tables(&office, &path, &query).await;
            for exact in ["trend", "callers", "coverage", "files"] {
                assert!(part[exact].is_subset(&whole[exact]), "{kind} {exact} ?{query}: {:?}", part[exact]);
            }
            for column in 2..14 {
                let whole = numbers(&whole["services"], column);
                for (service, number) in numbers(&part["services"], column) {
                    assert!(whole.get(&service).is_some_and(|most| number <= *most), "{kind} {service} ?{query}");
                }
            }
            assert_eq!(tables(&office, &fixed, &query).await, all_fixed, "nothing changes where nothing may: ?{query}");
            let page = office.page(&format!("{path}?{query}")).await;
            assert!(!page.contains(">sts<"), "?{query}: {page}");
        }
        let narrow = tables(&office, &path, "service=s3&from=2026-04-01&to=2026-04-02").await;
        assert_eq!((narrow["trend"].len(), narrow["services"].len()), (5, 2), "{narrow:?}");
        let page = office.page(&format!("{path}?service=s3&from=2026-04-01&to=2026-04-02")).await;
        assert!(
            page.contains("Only a part of what is shared")
                && page.contains("services.csv?from=2026-04-01&amp;to=2026-04-02&amp;service=s3"),
            "{page}"
        );
    }
}
