//! What every panel needs to know before it asks: names, days with logs. Small, and the same for all views.

use super::filter::Filter;
use app::model::{call::Scope, coverage::Logged, open::CoveredDays};
use chrono::NaiveDate;
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};

/// True for one revision of the data. Names are listed where they have logs: those that only removed uploads used are
/// left out.
#[derive(Debug, Default)]
pub struct Facts {
    pub revision: i64,
    pub accounts: Vec<Named>,
    pub regions: Vec<Named>,
    pub services: Vec<Service>,
    /// Per account and region.
    pub coverage: BTreeMap<(i32, i32), CoveredDays>,
    /// Days on which a call would have been seen, per account and region.
    pub watched: BTreeMap<(i32, i32), CoveredDays>,
    /// Per account, in any region.
    coverage_of_account: HashMap<i32, CoveredDays>,
    service_at: HashMap<i32, usize>,
}

#[derive(Debug)]
pub struct Named {
    pub id: i32,
    pub name: String,
}

#[derive(Debug)]
pub struct Service {
    pub id: i32,
    pub scope: Scope,
    pub service: String,
}

/// Which revision of the counts is in force.
pub async fn revision(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!("select revision from data_revision").fetch_one(conn).await
}

impl Facts {
    /// Reads them; the revision comes first, so that a change in between makes them old, never wrong for long.
    pub async fn load(conn: &mut PgConnection) -> sqlx::Result<Self> {
        let revision = revision(conn).await?;
        let coverage = coverage(conn).await?;
        let coverage_of_account = per_account(&coverage);
        let watched = watched(&coverage, &coverage_of_account);
        let mut accounts = accounts(conn).await?;
        accounts.retain(|a| coverage.keys().any(|(account, _)| *account == a.id));
        let mut regions = regions(conn).await?;
        regions.retain(|r| coverage.keys().any(|(_, region)| *region == r.id));
        let services = services(conn).await?;
        let service_at = services.iter().enumerate().map(|(at, service)| (service.id, at)).collect();
        Ok(Self { revision, accounts, regions, services, coverage, watched, coverage_of_account, service_at })
    }

    /// First and last day that have logs.
    pub fn logged(&self) -> Option<(NaiveDate, NaiveDate)> {
        let first = self.coverage.values().filter_map(CoveredDays::first).min()?;
        let last = self.coverage.values().filter_map(CoveredDays::last).max()?;
        Some((first, last))
    }

    /// Days with logs per account and region that pass the filter.
    pub fn covered<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = ((i32, i32), &'a CoveredDays)> {
        self.coverage
            .iter()
            .filter(|((account, region), _)| filter.passes(*account, *region))
            .map(|(k, days)| (*k, days))
    }

    /// A caller last seen on this day or later, in an account and region that pass the filter, is open on the day `on`.
    pub fn open_since<'a>(
        &'a self,
        filter: &'a Filter,
        on: NaiveDate,
    ) -> impl Iterator<Item = ((i32, i32), NaiveDate)> {
        self.watched
            .iter()
            .filter(|((account, region), _)| filter.passes(*account, *region))
            .filter_map(move |(k, days)| Some((*k, days.open_since(on)?)))
    }

    /// Days with logs beside all that the account has logged: what shows that its logs go on.
    pub fn logged_by<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = ((i32, i32), Logged<'a>)> {
        self.covered(filter).map(|((account, region), own)| {
            let account_days = self.coverage_of_account.get(&account).unwrap_or(own);
            ((account, region), Logged { own, account: account_days })
        })
    }

    /// `None` for a service that is newer than these facts.
    pub fn service(&self, id: i32) -> Option<&Service> {
        self.service_at.get(&id).and_then(|at| self.services.get(*at))
    }
}

fn watched(
    coverage: &BTreeMap<(i32, i32), CoveredDays>,
    of_account: &HashMap<i32, CoveredDays>,
) -> BTreeMap<(i32, i32), CoveredDays> {
    let days = |account: &i32, own| Logged { own, account: of_account.get(account).unwrap_or(own) }.watched();
    coverage.iter().map(|((account, region), own)| ((*account, *region), days(account, own))).collect()
}

fn per_account(coverage: &BTreeMap<(i32, i32), CoveredDays>) -> HashMap<i32, CoveredDays> {
    let mut days: HashMap<i32, Vec<NaiveDate>> = HashMap::new();
    for ((account, _), covered) in coverage {
        days.entry(*account).or_default().extend(covered.iter());
    }
    days.into_iter().map(|(account, days)| (account, CoveredDays::new(days))).collect()
}

async fn accounts(conn: &mut PgConnection) -> sqlx::Result<Vec<Named>> {
    sqlx::query_as!(Named, "select id, account as name from account order by account").fetch_all(conn).await
}

async fn regions(conn: &mut PgConnection) -> sqlx::Result<Vec<Named>> {
    sqlx::query_as!(Named, "select id, region as name from region order by region").fetch_all(conn).await
}

async fn services(conn: &mut PgConnection) -> sqlx::Result<Vec<Service>> {
    let rows = sqlx::query!(
        "select id, scope, service from service s
         where exists (select from service_day d where d.service_id = s.id) order by service, scope"
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let scope = row.scope.parse().map_err(|why: String| sqlx::Error::Decode(why.into()))?;
            Ok(Service { id: row.id, scope, service: row.service })
        })
        .collect()
}

async fn coverage(conn: &mut PgConnection) -> sqlx::Result<BTreeMap<(i32, i32), CoveredDays>> {
    let rows = sqlx::query!(
        r#"select account_id, region_id, array_agg(day) as "days!" from coverage_day group by account_id, region_id"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.account_id, row.region_id), CoveredDays::new(row.days))).collect())
}
