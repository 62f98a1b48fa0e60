//! One question of a page, or several that must agree: a connection, and what the view means for the data at hand.

use super::{PgStore, unavailable};
use crate::db::{
    deadline,
    read::{counts::Span, facts, facts::Facts, filter::Filter},
};
use app::{
    api::ApiError,
    model::{coverage::Tally, frame::Frame},
    store::Store as _,
    view::{Known, View},
};
use chrono::NaiveDate;
use sqlx::{PgConnection, Postgres, Transaction, pool::PoolConnection};
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

pub(super) struct Session<'a> {
    pub conn: Conn,
    pub view: &'a View,
    pub facts: Arc<Facts>,
    pub frame: Frame,
    /// All calls that the view asks for.
    pub all: Filter,
    /// Of these, the ones that the deadline forbids.
    pub forbidden: Filter,
}

/// What questions are asked through.
pub(super) enum Conn {
    /// Each answer is of its own moment.
    Plain(PoolConnection<Postgres>),
    /// All answers are of the moment of the first one.
    Snapshot(Transaction<'static, Postgres>),
}

impl Deref for Conn {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match self {
            Self::Plain(conn) => conn,
            Self::Snapshot(conn) => conn,
        }
    }
}

impl DerefMut for Conn {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self {
            Self::Plain(conn) => conn,
            Self::Snapshot(conn) => conn,
        }
    }
}

impl PgStore {
    pub(super) async fn ask<'a>(&self, view: &'a View) -> Result<Session<'a>, ApiError> {
        let conn = self.pool.acquire().await.map_err(unavailable)?;
        self.ask_through(Conn::Plain(conn), view).await
    }

    /// For questions whose answers must agree, whatever is counted meanwhile.
    pub(super) async fn ask_at_once<'a>(&self, view: &'a View) -> Result<Session<'a>, ApiError> {
        let snapshot = self.pool.begin_with("begin isolation level repeatable read read only").await;
        self.ask_through(Conn::Snapshot(snapshot.map_err(unavailable)?), view).await
    }

    async fn ask_through<'a>(&self, mut conn: Conn, view: &'a View) -> Result<Session<'a>, ApiError> {
        let facts = self.facts(&mut conn).await.map_err(unavailable)?;
        let deadlines = deadline::list(&mut conn).await.map_err(unavailable)?;
        let services: Vec<_> = facts.services.iter().map(|s| (s.scope, s.service.clone())).collect();
        let known = Known { today: self.today(), logged: facts.logged(), deadlines: &deadlines, services: &services };
        let frame = view.frame(&known).map_err(ApiError::NotFound)?;
        let all = Filter::of(view, &facts);
        let forbidden = all.forbidden(frame.deadline.as_ref(), frame.minimum(), &facts);
        Ok(Session { conn, view, facts, frame, all, forbidden })
    }

    /// Loaded once per revision of the data, whoever asks first.
    async fn facts(&self, conn: &mut PgConnection) -> sqlx::Result<Arc<Facts>> {
        let revision = facts::revision(conn).await?;
        let mut held = self.facts.lock().await;
        if held.revision != revision || held.coverage.is_empty() {
            *held = Arc::new(Facts::load(conn).await?);
        }
        Ok(held.clone())
    }
}

impl Session<'_> {
    pub(super) fn span(&self) -> Span {
        Span::of(&self.frame)
    }

    /// Covered ÷ expected account-region-days of the frame; `None` where nothing can be expected.
    pub(super) fn coverage(&self) -> Option<f64> {
        let (first, last) = self.frame.days();
        self.coverage_between(first, last)
    }

    /// The same between two days, both inclusive.
    pub(super) fn coverage_between(&self, first: NaiveDate, last: NaiveDate) -> Option<f64> {
        let tally = self.tally(first, last);
        (tally.expected > 0).then(|| tally.covered as f64 / tally.expected as f64)
    }

    fn tally(&self, first: NaiveDate, last: NaiveDate) -> Tally {
        let last = last.min(self.frame.as_of);
        self.facts.logged_by(&self.all).map(|(_, logged)| logged.tally(first, last)).fold(Tally::default(), Tally::plus)
    }

    /// For each of these days, whether no log exists at all.
    pub(super) fn without_logs(&self, days: &[NaiveDate]) -> Vec<bool> {
        days.iter().map(|day| !self.facts.covered(&self.all).any(|(_, covered)| covered.contains(*day))).collect()
    }
}
