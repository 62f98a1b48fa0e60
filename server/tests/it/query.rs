//! Every panel against the same question asked of the calls one by one.

use crate::world::{self, Call};
use app::{
    model::{call::Scope, caller::PAGE_SIZE, deadline::DeadlineEdit, frame::Frame, open::QUIET_AFTER, tls::TlsVersion},
    store::Store,
    view::View,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use server::store::PgStore;
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet};

const VIEWS: &[&str] = &[
    "",
    "range=all",
    "range=all&grain=week",
    "range=all&grain=month",
    "range=30d&grain=hour",
    "from=2026-04-01T05:30:00Z&to=2026-04-03T17:00:00Z",
    "from=2026-04-10&to=2026-04-20&grain=week",
    "to=2026-03-10",
    "from=2026-01-01&to=2027-01-31",
    "account=111122223330",
    "account=111122223331,111122223332&range=all",
    "account=111122223332&grain=hour&range=7d",
    "region=sa-east-1&range=all",
    "region=eu-west-1,us-east-1&range=30d",
    "service=s3&range=all",
    "service=s3,es&account=111122223330&range=all",
    "tls_version=1.0&range=all",
    "tls_version=unknown&range=all",
    "tls_version=1.1,1.2,none&region=us-east-1",
    "account=no-such-account",
    "service=no-such-service&range=all",
    "region=nowhere,eu-west-1",
];

/// The world, and what a view means in it.
struct World {
    calls: Vec<Call>,
    store: PgStore,
}

impl World {
    async fn new(pool: &PgPool) -> Self {
        let calls = world::random(1);
        // Some weeks change after they were packed, the others do not.
        let change = NaiveDate::from_ymd_opt(2026, 4, 15).unwrap();
        let (before, after): (Vec<Call>, Vec<Call>) = calls.iter().cloned().partition(|call| call.day() < change);
        world::insert(pool, &after, 3).await;
        server::db::pack::pack(&mut pool.acquire().await.unwrap()).await.unwrap();
        world::insert(pool, &before, 3).await;
        Self { calls, store: world::store(pool, "2026-06-12").await }
    }

    /// Calls that pass the view's filters, at any time.
    fn filtered(&self, view: &View) -> impl Iterator<Item = &Call> {
        let pass = |list: &[String], text: &str| list.is_empty() || list.iter().any(|x| x == text);
        self.calls.iter().filter(move |call| {
            pass(&view.account, &call.account)
                && pass(&view.region, &call.region)
                && pass(&view.service, &call.service)
                && (view.tls_version.is_empty() || view.tls_version.contains(&call.tls.version()))
        })
    }

    fn within<'a>(&'a self, view: &View, frame: &Frame) -> Vec<&'a Call> {
        self.filtered(view).filter(|call| call.time >= frame.from && call.time < frame.to).collect()
    }

    /// Days with logs per account and region that pass the filters.
    fn covered(&self, view: &View) -> BTreeMap<(&str, &str), BTreeSet<NaiveDate>> {
        let open = View { service: Vec::new(), tls_version: Vec::new(), ..view.clone() };
        let mut covered: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for call in self.filtered(&open) {
            covered.entry((call.account.as_str(), call.region.as_str())).or_default().insert(call.day());
        }
        covered
    }

    /// Days on which a region of an account has had no log for two weeks and never has again, while another has one.
    fn silent(&self, account: &str, region: &str) -> BTreeSet<NaiveDate> {
        let everywhere = self.covered(&View::default());
        let silent_from = *everywhere[&(account, region)].last().unwrap() + Days::new(15);
        let others = everywhere.into_iter().filter(|((of, _), _)| *of == account);
        others.flat_map(|(_, days)| days).filter(|day| *day >= silent_from).collect()
    }

    /// Callers that are open on a day, by the words of the definition.
    fn open(&self, view: &View, frame: &Frame, on: NaiveDate) -> BTreeSet<Caller<'_>> {
        let mut open = BTreeSet::new();
        let mut watched = self.covered(view);
        for ((account, region), days) in &mut watched {
            days.extend(self.silent(account, region));
        }
        for call in self.filtered(view).filter(|call| is_forbidden(call, frame)) {
            let days = &watched[&(call.account.as_str(), call.region.as_str())];
            if days.range(..=on).rev().take(QUIET_AFTER).any(|day| *day == call.day()) {
                open.insert(caller(call));
            }
        }
        open
    }
}

type Caller<'a> = (&'a str, Scope, &'a str, &'a str, &'a str, &'a str);

fn caller(call: &Call) -> Caller<'_> {
    (&call.account, call.scope, &call.service, &call.principal, &call.user_agent, &call.source_address)
}

fn is_forbidden(call: &Call, frame: &Frame) -> bool {
    let applies = frame.deadline.as_ref().is_none_or(|d| d.applies_to(call.scope, &call.service));
    applies && call.tls.version().is_below(frame.minimum())
}

fn bucket(frame: &Frame, call: &Call) -> DateTime<Utc> {
    frame.grain.floor(call.time)
}

fn sums<K: Ord>(keys: impl IntoIterator<Item = K>) -> BTreeMap<K, i64> {
    let mut sums = BTreeMap::new();
    for key in keys {
        *sums.entry(key).or_default() += 1;
    }
    sums
}

/// The numbers of a series that are not zero, by time.
fn by_time<K: Ord + Clone>(times: &[DateTime<Utc>], key: &K, calls: &[i64]) -> BTreeMap<(K, DateTime<Utc>), i64> {
    assert_eq!(times.len(), calls.len());
    times.iter().zip(calls).filter(|(_, n)| **n != 0).map(|(time, n)| ((key.clone(), *time), *n)).collect()
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn trends_are_sums_of_calls(pool: PgPool) {
    let world = World::new(&pool).await;
    for query in VIEWS {
        let view: View = query.parse().unwrap();
        let trend = world.store.trend(&view).await.unwrap();
        let frame = &trend.frame;
        let within = world.within(&view, frame);
        let forbidden = within.iter().filter(|call| is_forbidden(call, frame));
        let expected = sums(forbidden.map(|call| (call.service.clone(), bucket(frame, call))));
        let found = trend.series.iter().flat_map(|s| by_time(&trend.times, &s.service, &s.calls)).collect();
        assert_eq!(expected, found, "trend of {query}");
        let all = sums(within.iter().map(|call| ((), bucket(frame, call))));
        assert_eq!(all, by_time(&trend.times, &(), &trend.all_calls), "all calls of {query}");
        let totals: Vec<i64> = trend.series.iter().map(|s| s.calls.iter().sum()).collect();
        assert!(totals.is_sorted_by(|a, b| a >= b), "most calls first in {query}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn versions_and_points_are_sums_of_calls(pool: PgPool) {
    let world = World::new(&pool).await;
    for query in VIEWS {
        let view: View = query.parse().unwrap();
        let versions = world.store.versions(&view).await.unwrap();
        let within = world.within(&view, &versions.frame);
        let expected = sums(within.iter().map(|call| (call.tls.version(), bucket(&versions.frame, call))));
        let found = versions.series.iter().flat_map(|(v, calls)| by_time(&versions.times, v, calls)).collect();
        assert_eq!(expected, found, "versions of {query}");

        let points = world.store.points(&view).await.unwrap().points;
        let expected =
            sums(within.iter().map(|call| (bucket(&versions.frame, call), call.service.clone(), call.tls.version())));
        let found: BTreeMap<_, _> = points.into_iter().map(|p| ((p.time, p.service, p.tls_version), p.calls)).collect();
        assert_eq!(expected, found, "points of {query}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn buckets_without_logs_are_told(pool: PgPool) {
    let world = World::new(&pool).await;
    for query in VIEWS {
        let view: View = query.parse().unwrap();
        let trend = world.store.trend(&view).await.unwrap();
        let days: BTreeSet<NaiveDate> = world.covered(&view).into_values().flatten().collect();
        let (first, last) = trend.frame.days();
        for (time, without_logs) in trend.times.iter().zip(&trend.without_logs) {
            let next = trend.frame.grain.next(*time).unwrap();
            let covered = days.iter().any(|day| {
                let begins = time.date_naive().max(first);
                *day >= begins && *day <= last && (*day == begins || day.and_hms_opt(0, 0, 0).unwrap().and_utc() < next)
            });
            assert_eq!(covered, !without_logs, "{time} of {query}");
        }
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn services_agree_with_their_calls(pool: PgPool) {
    let world = World::new(&pool).await;
    for query in VIEWS {
        let view: View = query.parse().unwrap();
        let services = world.store.services(&view).await.unwrap();
        let frame = &services.frame;
        let within = world.within(&view, frame);
        let names: BTreeSet<_> = within.iter().map(|call| (call.scope, call.service.as_str())).collect();
        assert_eq!(names, services.rows.iter().map(|row| (row.scope, row.service.as_str())).collect(), "{query}");
        let open = world.open(&view, frame, frame.as_of);
        let (first, last) = frame.days();
        for row in &services.rows {
            let is_own = |call: &&Call| call.scope == row.scope && call.service == row.service;
            let own: Vec<_> = within.iter().copied().filter(is_own).collect();
            assert_eq!(row.calls, sums(own.iter().map(|c| c.tls.version())).into_iter().collect::<Vec<_>>(), "{query}");
            let forbidden = || own.iter().filter(|call| is_forbidden(call, frame));
            assert_eq!(row.first_seen, forbidden().map(|call| call.day()).min(), "first of {} in {query}", row.service);
            assert_eq!(row.last_seen, forbidden().map(|call| call.day()).max(), "last of {} in {query}", row.service);
            assert_eq!(row.spark.iter().sum::<i64>(), forbidden().count() as i64, "line of {} in {query}", row.service);
            assert!(row.spark.len() <= 60);
            // Callers are kept per day.
            let days = world.filtered(&view).filter(|c| c.day() >= first && c.day() <= last).filter(is_own);
            let callers: BTreeSet<_> = days.filter(|call| is_forbidden(call, frame)).map(caller).collect();
            assert_eq!(row.callers, callers.len() as i64, "callers of {} in {query}", row.service);
            let open = open.iter().filter(|caller| (caller.1, caller.2) == (row.scope, row.service.as_str())).count();
            assert_eq!(row.open_callers, open as i64, "open callers of {} in {query}", row.service);
        }
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn open_callers_follow_their_definition(pool: PgPool) {
    let world = World::new(&pool).await;
    for query in VIEWS {
        let view: View = query.parse().unwrap();
        let found = world.store.open_callers(&view).await.unwrap();
        assert!(found.days.len() >= 56 && found.days.last() == Some(&found.frame.as_of), "{query}");
        for (day, open) in found.days.iter().zip(&found.open).step_by(5) {
            assert_eq!(*open as usize, world.open(&view, &found.frame, *day).len(), "{day} of {query}");
        }
        let overview = world.store.overview(&view).await.unwrap();
        let open = world.open(&view, &overview.frame, overview.frame.as_of);
        assert_eq!(overview.open_callers, open.len() as i64, "{query}");
        let services: BTreeSet<_> = open.iter().map(|caller| (caller.1, caller.2)).collect();
        assert_eq!(overview.open_services, services.len() as i64, "{query}");
        assert_eq!(overview.forecast, found.forecast, "{query}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn overview_counts_calls(pool: PgPool) {
    let world = World::new(&pool).await;
    for query in VIEWS {
        let view: View = query.parse().unwrap();
        let overview = world.store.overview(&view).await.unwrap();
        let frame = &overview.frame;
        let within = world.within(&view, frame);
        assert_eq!(overview.calls, within.len() as i64, "{query}");
        let forbidden = within.iter().filter(|call| is_forbidden(call, frame)).count();
        assert_eq!(overview.deprecated_calls, forbidden as i64, "{query}");
        let unknown = within.iter().filter(|call| call.tls.version() == TlsVersion::Unknown).count();
        assert_eq!(overview.unknown.iter().map(|(_, n)| n).sum::<i64>(), unknown as i64, "{query}");
        assert!(overview.unknown.is_sorted_by(|a, b| a.1 >= b.1), "{query}");
        let after = world
            .filtered(&view)
            .filter(|c| is_forbidden(c, frame))
            .filter(|c| frame.deadline.as_ref().is_some_and(|d| d.date < frame.as_of && c.day() > d.date));
        assert_eq!(overview.calls_after_deadline, after.count() as i64, "{query}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn coverage_is_covered_by_expected_days(pool: PgPool) {
    let world = World::new(&pool).await;
    for query in VIEWS {
        let view: View = query.parse().unwrap();
        let coverage = world.store.coverage(&view).await.unwrap();
        let (first, last) = coverage.frame.days();
        let last = last.min(coverage.frame.as_of);
        let (mut covered, mut expected) = (0, 0);
        for ((account, region), days) in world.covered(&view) {
            let begins = first.max(*days.first().unwrap());
            let silent_days = world.silent(account, region);
            let span: Vec<_> = begins.iter_days().take_while(|day| *day <= last).collect();
            let own = span.iter().filter(|day| days.contains(day)).count();
            let silent = span.iter().filter(|day| silent_days.contains(day)).count();
            if !span.is_empty() {
                let row = coverage.rows.iter().find(|row| row.account == account && row.region == region).unwrap();
                let counts = [row.days_with_logs, row.days_expected, row.days_silent].map(|n| n as usize);
                assert_eq!(counts, [own, span.len() - silent, silent], "{query}");
                let gaps: i64 = row.gaps.iter().map(|gap| gap.days()).sum();
                assert_eq!(gaps as usize, span.len() - silent - own, "{query}");
                covered += own;
                expected += span.len() - silent;
            }
        }
        assert_eq!(coverage.share, (expected > 0).then(|| covered as f64 / expected as f64), "{query}");
        assert_eq!(coverage.share, world.store.overview(&view).await.unwrap().coverage, "{query}");
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn callers_come_page_by_page(pool: PgPool) {
    let world = World::new(&pool).await;
    for query in VIEWS.iter().map(ToString::to_string).chain(SORTS.iter().map(|sort| format!("range=all&{sort}"))) {
        let view: View = query.parse().unwrap();
        let first_page = world.store.callers(&view).await.unwrap();
        let frame = first_page.frame.clone();
        let mut rows = first_page.rows;
        for page in 2..=first_page.total.unsigned_abs().div_ceil(u64::from(PAGE_SIZE)) as u32 {
            let next = world.store.callers(&view.clone().with_page(page)).await.unwrap();
            assert_eq!((next.total, next.page), (first_page.total, page));
            rows.extend(next.rows);
        }
        let (first, last) = frame.days();
        let search = view.search.to_lowercase();
        let mut expected: BTreeMap<Caller<'_>, Vec<&Call>> = BTreeMap::new();
        for call in world.filtered(&view).filter(|c| c.day() >= first && c.day() <= last && is_forbidden(c, &frame)) {
            let texts = [&call.account, &call.service, &call.principal, &call.user_agent, &call.source_address];
            if search.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(&search)) {
                expected.entry(caller(call)).or_default().push(call);
            }
        }
        assert_eq!((rows.len(), first_page.total), (expected.len(), expected.len() as i64), "{query}");
        let open = world.open(&view, &frame, frame.as_of);
        for row in &rows {
            let key =
                (&*row.account, row.scope, &*row.service, &*row.principal, &*row.user_agent, &*row.source_address);
            let calls = &expected[&key];
            assert_eq!(row.calls, calls.len() as i64, "{query}");
            assert_eq!(row.first_seen, calls.iter().map(|call| call.time).min().unwrap(), "{query}");
            assert_eq!(row.last_seen, calls.iter().map(|call| call.time).max().unwrap(), "{query}");
            let versions: BTreeSet<_> = calls.iter().map(|call| call.tls.version()).collect();
            assert_eq!(row.tls_versions, versions.into_iter().collect::<Vec<_>>(), "{query}");
            assert_eq!(row.open, open.contains(&key), "{query}");
        }
        let key = |row: &app::model::caller::CallerRow| match view.caller_sort.column.as_str() {
            "account" => row.account.clone(),
            "service" => row.service.clone(),
            "principal" => row.principal.clone(),
            "user_agent" => row.user_agent.clone(),
            "source_address" => row.source_address.clone(),
            "calls" => format!("{:09}", row.calls),
            "first_seen" => row.first_seen.to_rfc3339(),
            _ => row.last_seen.to_rfc3339(),
        };
        let descending = view.caller_sort.descending;
        assert!(rows.iter().map(key).is_sorted_by(|a, b| if descending { a >= b } else { a <= b }), "{query}");
        let beyond = world.store.callers(&view.clone().with_page(1000)).await.unwrap();
        assert_eq!((beyond.rows.len(), beyond.total), (0, first_page.total), "{query}");
    }
}

const SORTS: &[&str] = &[
    "callers=account",
    "callers=-account",
    "callers=service",
    "callers=-principal",
    "callers=user_agent",
    "callers=-source_address",
    "callers=calls",
    "callers=first_seen",
    "callers=-last_seen",
    "q=ROLE3",
    "q=%25_",
    "q=%5C",
    "q=0.0.1&callers=principal",
    "q=111122223331",
    "q=kms",
    "q=nobody",
    "q=a%00b",
];

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_deadline_for_some_services_speaks_of_these_alone(pool: PgPool) {
    let world = World::new(&pool).await;
    let edit = DeadlineEdit {
        id: None,
        name: "Ours".into(),
        date: "2026-07-01".parse().unwrap(),
        scope: Some(Scope::Aws),
        services: vec!["kms".into(), "s3".into()],
        minimum: TlsVersion::Tls11,
        source_url: String::new(),
        note: String::new(),
    };
    let id = world.store.save_deadline(edit).await.unwrap();
    let view: View = format!("deadline={id}&range=all").parse().unwrap();
    let trend = world.store.trend(&view).await.unwrap();
    let mut services: Vec<_> = trend.series.iter().map(|s| s.service.as_str()).collect();
    services.sort_unstable();
    assert_eq!(services, ["kms", "s3"]);
    let forbidden = world.calls.iter().filter(|call| is_forbidden(call, &trend.frame)).count() as i64;
    assert_eq!(trend.series.iter().flat_map(|s| &s.calls).sum::<i64>(), forbidden);
    assert_eq!(world.store.overview(&view).await.unwrap().deprecated_calls, forbidden);
    let services = world.store.services(&view).await.unwrap();
    let ec2 = services.rows.iter().find(|row| row.service == "ec2").unwrap();
    assert_eq!(ec2.verdict.why, "the deadline does not apply to this service");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn choices_are_what_the_logs_have(pool: PgPool) {
    let world = World::new(&pool).await;
    let choices = world.store.choices().await.unwrap();
    assert_eq!(choices.accounts, ["111122223330", "111122223331", "111122223332"]);
    assert_eq!(choices.regions, ["eu-west-1", "sa-east-1", "us-east-1"]);
    assert_eq!(choices.services, ["ec2", "es", "kms", "s3"]);
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn new_counts_are_seen_at_once(pool: PgPool) {
    let store = world::store(&pool, "2026-06-12").await;
    assert_eq!(store.choices().await.unwrap().services.len(), 0);
    world::insert(&pool, &[Call::old("2026-06-01", "a")], 3).await;
    assert_eq!(store.choices().await.unwrap().services, ["s3"]);
    let later = (NaiveDate::from_ymd_opt(2026, 6, 1).unwrap() + Days::new(3)).to_string();
    world::insert(&pool, &[Call::old(&later, "a")], 3).await;
    let frame = store.overview(&View::default()).await.unwrap().frame;
    assert_eq!(frame.logged.unwrap().1.to_string(), later);
}
