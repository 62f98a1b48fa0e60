//! A small world of calls: in memory, where every answer can be counted by hand, and in the database.

use crate::web::nowhere;
use app::model::{
    call::Scope,
    person::Actor,
    tls::{TlsVersion, UnknownReason},
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng, seq::IndexedRandom as _};
use server::{
    ingest::{Buckets, Uploads},
    store::PgStore,
    tally::Tls,
};
use sqlx::PgPool;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) time: DateTime<Utc>,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) scope: Scope,
    pub(crate) service: String,
    pub(crate) tls: Tls,
    pub(crate) principal: String,
    pub(crate) user_agent: String,
    pub(crate) source_address: String,
}

impl Call {
    pub(crate) fn day(&self) -> NaiveDate {
        self.time.date_naive()
    }

    /// A TLS 1.0 call to S3 at noon.
    pub(crate) fn old(day: &str, principal: &str) -> Self {
        Self {
            time: format!("{day}T12:00:00Z").parse().unwrap(),
            account: "111122223333".into(),
            region: "eu-west-1".into(),
            scope: Scope::Aws,
            service: "s3".into(),
            tls: Tls::Known(TlsVersion::Tls10),
            principal: principal.into(),
            user_agent: "Boto/2.49.0".into(),
            source_address: "10.0.0.1".into(),
        }
    }

    /// The same as if with another version.
    pub(crate) fn with(self, tls: TlsVersion) -> Self {
        Self { tls: Tls::Known(tls), ..self }
    }
}

/// Days of modern calls, so that these days are covered.
pub(crate) fn modern_days(first: &str, days: u64) -> Vec<Call> {
    let first: NaiveDate = first.parse().unwrap();
    let day = |n| (first + Days::new(n)).to_string();
    (0..days).map(|n| Call::old(&day(n), "modern").with(TlsVersion::Tls12)).collect()
}

/// Some thousand calls of a hundred days, with gaps, several scopes, versions and callers in several regions.
pub(crate) fn random(seed: u64) -> Vec<Call> {
    let mut random = SmallRng::seed_from_u64(seed);
    let start: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
    let versions: Vec<Tls> = TlsVersion::ALL[..6]
        .iter()
        .map(|version| Tls::Known(*version))
        .chain(UnknownReason::ALL.map(Tls::Unknown))
        .chain([TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Tls12].map(Tls::Known))
        .collect();
    let mut calls = Vec::new();
    for n in 0..4000 {
        let account = random.random_range(0..3);
        let region = *["us-east-1", "eu-west-1", "sa-east-1"].choose(&mut random).unwrap();
        let day = random.random_range(0..100);
        // One account is logged from the middle on, one region on few days only, in one account until it falls silent.
        let seldom = region == "sa-east-1";
        let is_over = account == 1 && day > 60;
        if (account == 2 && day < 50) || (seldom && (day % 9 != 0 || is_over)) || day % 17 == 3 {
            continue;
        }
        let principal = random.random_range(if seldom { 3..9 } else { 0..6 });
        calls.push(Call {
            time: start + TimeDelta::days(day) + TimeDelta::seconds(random.random_range(0..86_400)),
            account: format!("11112222333{account}"),
            region: region.into(),
            scope: if n % 10 == 0 { Scope::Customer } else { Scope::Aws },
            service: (*["s3", "ec2", "kms", "es"].choose(&mut random).unwrap()).into(),
            tls: *versions.choose(&mut random).unwrap(),
            principal: format!("arn:aws:iam::role/Role{principal}"),
            user_agent: (*["Boto/2.49.0 %_\\", "Java/1.7"].choose(&mut random).unwrap()).into(),
            source_address: format!("10.0.0.{}", principal % 2),
        });
    }
    calls
}

/// Puts calls into all tables, callers for versions below `detail_below` (a code), as one upload.
pub(crate) async fn insert(pool: &PgPool, calls: &[Call], detail_below: i16) {
    let rows: Vec<_> = calls
        .iter()
        .map(|call| {
            serde_json::json!({
                "time": call.time, "account": call.account, "region": call.region, "scope": call.scope.as_str(),
                "service": call.service, "tls": call.tls.code(), "principal": call.principal,
                "user_agent": call.user_agent, "source_address": call.source_address,
            })
        })
        .collect();
    let mut tx = pool.begin().await.unwrap();
    sqlx::query(
        "create temp table c on commit drop as select * from jsonb_to_recordset($1) as c(time timestamptz, account text,
            region text, scope text, service text, tls int2, principal text, user_agent text, source_address text)",
    )
    .bind(serde_json::Value::Array(rows))
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query("insert into upload (kind, name, state, detail_below) values ('upload', 'world', 'done', $1)")
        .bind(detail_below)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::raw_sql(include_str!("world.sql")).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// A store that believes it is this day.
pub(crate) async fn store(pool: &PgPool, today: &str) -> PgStore {
    let folder = tempfile::tempdir().unwrap();
    let uploads = Uploads::start(pool.clone(), folder.path()).await.unwrap();
    let now: DateTime<Utc> = format!("{today}T10:00:00Z").parse().unwrap();
    let buckets = Buckets::start(&uploads, nowhere().await);
    PgStore::with_clock(pool.clone(), uploads, buckets, Arc::new(move || now)).asked_by(Actor::local())
}
